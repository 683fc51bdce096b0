"""The audit of an installation: every record against the log, the log against the chain.

In: the home. Out: counts, or the first that does not hold, and the block that vouches for it.
"""

import logging

from sqlalchemy import Connection

from battery_passport.adapters.sql.database import Database, DatabaseError
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.assembly.audit_database import check_rows, checked_beside
from battery_passport.assembly.audit_records import SqlStoredRecords
from battery_passport.assembly.audit_sources import AnchorsThen, SqlStoredLog, settled_view
from battery_passport.assembly.audit_states import check_states
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.monitoring.state_file import StateFile
from battery_passport.assembly.operations.proofs import trust_file
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.audit import Audit, AuditReport, AuditState, Progress
from battery_passport.proof.errors import StoredRecordAltered

_LOG = logging.getLogger(__name__)
PROGRESS_FILE = "audit-progress.json"


def audit(installation: Installation, _request: JsonObject) -> JsonObject:
    """Check everything, and tell meanwhile, in a file of the home, how far it is."""
    told = StateFile(installation.home.run / PROGRESS_FILE)

    def tell(checked: int) -> None:
        told.write({"checked": checked})
        _LOG.info("audit: %d records checked", checked)

    return {**run_audit(installation, tell), "insecure_keys": installation.keys.insecure}


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
        except StoredRecordAltered as error:
            return {
                "intact": False,
                "finding": error.message,
                "at": run.at,
                **_vouched(database, run.at),
            }
    return {**report.as_json(), "finding": None, "lines": [*report.lines()]}


def audit_of(
    installation: Installation,
    connection: Connection,
    anchors: AnchorsThen,
    state: AuditState | None = None,
) -> Audit:
    """Return an audit of that view of the records, going on from a state if one is given."""
    trust = trust_file(installation).log
    records, log = SqlStoredRecords(connection, trust), SqlStoredLog(connection)
    return Audit(records, log, anchors, trust=trust, state=state)


def report_rest(audit: Audit, connection: Connection, database: Database) -> AuditReport:
    """Check what an audit has not come to after its last slice. Raises: StoredRecordAltered."""
    report = audit.finish()
    check_states(connection)
    check_rows(connection)
    with checked_beside(database):
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
