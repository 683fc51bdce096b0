"""Audits of an installation: every record against the log, the log against the chain.

In: an opened installation, or a database and its chain. Out: counts, or the first that does not
hold, and the block that vouches for it.
"""

from sqlalchemy import Connection

from battery_passport.adapters.sql.database import Database, DatabaseError
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.assembly.audit_database import check_rows, checked_beside
from battery_passport.assembly.audit_records import SqlStoredRecords
from battery_passport.assembly.audit_registry import check_registry
from battery_passport.assembly.audit_sources import AnchorsThen, SqlStoredLog, settled_view
from battery_passport.assembly.audit_states import check_states
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.tlog_proof import LogTrust
from battery_passport.proof.audit import Audit, AuditReport, AuditState, Progress
from battery_passport.proof.errors import StoredRecordAltered


def run_audit(installation: Installation, tell: Progress) -> JsonObject:
    """Check everything, the chain included."""
    installation.pipeline.settle()
    return report_audit(installation, installation.database, tell)


def report_audit(installation: Installation, database: Database, tell: Progress) -> JsonObject:
    """Check a database against this home's chain and keys, and tell what was found."""
    with settled_view(installation, database) as (connection, anchors):
        run = audit_of(installation, connection, anchors)
        try:
            with checked_beside(database):
                report = run.run(tell)
                check_states(connection)
                check_rows(connection)
                registry = check_registry(installation)
        except StoredRecordAltered as error:
            at = run.at if error.at is None else error.at
            vouched = _vouched(database, at)
            if error.block is not None:
                vouched["block"] = error.block
            return {"intact": False, "finding": error.message, "at": at, **vouched}
    told = {**report.as_json(), "registry": registry.as_json()}
    return {**told, "finding": None, "lines": [*report.lines(), *registry.lines()]}


def audit_of(
    installation: Installation,
    connection: Connection,
    anchors: AnchorsThen,
    state: AuditState | None = None,
) -> Audit:
    """Return an audit of that view of the records, going on from a state if one is given."""
    trust = log_trust(installation)
    evidence = installation.evidence.of(connection)
    records, log = SqlStoredRecords(connection, trust, evidence), SqlStoredLog(connection)
    return Audit(records, log, anchors, trust=trust, state=state)


def report_rest(installation: Installation, audit: Audit, connection: Connection) -> AuditReport:
    """Check what an audit has not come to after its last slice. Raises: StoredRecordAltered."""
    report = audit.finish()
    check_states(connection)
    check_rows(connection)
    check_registry(installation)
    with checked_beside(installation.database):
        return report


def _vouched(database: Database, log_index: int) -> JsonObject:
    """Return the block whose anchor vouches for what that log entry ought to be."""
    nothing: JsonObject = {"checkpoint": None, "block": None}
    try:
        with database.read() as connection:
            noted = SqlCheckpointStore(connection).first_covering(log_index)
    except (DatabaseError, ValueError, LookupError):
        return nothing  # what is damaged cannot say it
    if noted is None:
        return nothing
    return {"checkpoint": noted.checkpoint.head.size, "block": noted.block_number}


def log_trust(installation: Installation) -> LogTrust:
    """Return the log's keys and witnesses, as this installation's trust file names them."""
    keys, witnesses = installation.keys, installation.settings.witnesses
    return LogTrust(
        origin=keys.log.name,
        log_key=keys.log.key,
        witnesses=witnesses.keys,
        witnesses_required=witnesses.required,
        retired=keys.retired_log,
    )
