"""The audit of an installation: every record against the log, the log against the chain.

In: the home. Out: counts, or the first record that does not hold.
"""

import logging
from collections.abc import Callable

from battery_passport.assembly.audit_sources import SqlStoredLog, SqlStoredRecords
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
    """Check everything, after anchoring what waits, so that the chain is asked too."""
    installation.pipeline.settle()
    with installation.anchoring.chain() as chain, installation.database.read() as connection:
        trust = trust_file(installation).log
        run = Audit(
            SqlStoredRecords(connection, trust), SqlStoredLog(connection), chain, trust=trust
        )
        try:
            report = run.run(tell)
        except StoredRecordAltered as error:
            return {"intact": False, "finding": error.message}
    return {**report.as_json(), "finding": None, "lines": [*report.lines()]}


def _tell(checked: int) -> None:
    _LOG.info("audit: %d records checked", checked)
