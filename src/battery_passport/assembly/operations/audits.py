"""The audit as an operation: it tells how far it is in a file of the home.

In: the home. Out: counts, or the first that does not hold, and the block that vouches for it.
"""

import logging

from battery_passport.assembly.auditing import run_audit
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.state_file import StateFile
from battery_passport.foundation.strict_json import JsonObject

_LOG = logging.getLogger(__name__)
PROGRESS_FILE = "audit-progress.json"


def audit(installation: Installation, _request: JsonObject) -> JsonObject:
    """Check everything, and tell meanwhile, in a file of the home, how far it is."""
    told = StateFile(installation.home.run / PROGRESS_FILE)

    def tell(checked: int) -> None:
        told.write({"checked": checked})
        _LOG.info("audit: %d records checked", checked)

    return {**run_audit(installation, tell), "insecure_keys": installation.keys.insecure}
