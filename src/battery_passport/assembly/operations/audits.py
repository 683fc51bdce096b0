"""The audit of an installation: every record against the log, the log against the chain.

In: the home. Out: counts, or the first that does not hold, and the block that vouches for it.
"""

import logging
from collections.abc import Callable

from sqlalchemy import Connection

from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.assembly.audit_database import check_rows, checked_beside
from battery_passport.assembly.audit_records import SqlStoredRecords
from battery_passport.assembly.audit_sources import SqlStoredLog, settled_view
from battery_passport.assembly.audit_states import check_states
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.proofs import trust_file
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.audit import Audit
from battery_passport.proof.errors import StoredRecordAltered

_LOG = logging.getLogger(__name__)


def audit(installation: Installation, _request: JsonObject) -> JsonObject:
    """Check everything, and tell the log how far it is."""
    return run_audit(installation, _tell)


def run_audit(installation: Installation, tell: Callable[[int], None]) -> JsonObject:
    """Check everything, the chain included."""
    installation.pipeline.settle()
    with settled_view(installation) as (connection, anchors):
        trust = trust_file(installation).log
        records, log = SqlStoredRecords(connection, trust), SqlStoredLog(connection)
        run = Audit(records, log, anchors, trust=trust)
        try:
            with checked_beside(installation.database):
                report = run.run(tell)
                check_states(connection)
                check_rows(connection)
        except StoredRecordAltered as error:
            return {
                "intact": False,
                "finding": error.message,
                "at": run.at,
                **_vouched(connection, run.at),
            }
    return {**report.as_json(), "finding": None, "lines": [*report.lines()]}


def _vouched(connection: Connection, log_index: int) -> JsonObject:
    """Return the block whose anchor vouches for what that log entry ought to be."""
    noted = SqlCheckpointStore(connection).first_covering(log_index)
    if noted is None:
        return {"checkpoint": None, "block": None}
    return {"checkpoint": noted.checkpoint.head.size, "block": noted.block_number}


def _tell(checked: int) -> None:
    _LOG.info("audit: %d records checked", checked)
