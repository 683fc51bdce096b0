"""Which ledger a home anchors on, by its settings.

In: settings and what each ledger needs. Out: a `HomeLedger`.
"""

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.outgoing import SqlOutgoing
from battery_passport.assembly.chain import DevelopmentLedger, HomeLedger
from battery_passport.assembly.chain_settings import CONSORTIUM
from battery_passport.assembly.consortium import ConsortiumLedger
from battery_passport.assembly.home import Home
from battery_passport.assembly.keys import InstallationKeys
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.errors import Misconfigured


class OtherLedger(Misconfigured):
    """The home anchors on another ledger than the settings name."""

    code = "other-ledger"
    remedy = (
        "Set BATTERY_PASSPORT_CHAIN_ENGINE=consortium and the settings beside it, or ask the "
        "running server: docs/how-to/run-a-consortium.md."
    )


def open_ledger(
    settings: Settings, home: Home, *, keys: InstallationKeys, database: Database, clock: Clock
) -> HomeLedger:
    """Return the ledger that the settings name.

    Raises: OtherLedger if a home that anchors on a consortium would fall back to a ledger of its
    own: all that validators agreed on would be anchored anew there, for nobody.
    """
    if settings.chain.engine == CONSORTIUM:
        return ConsortiumLedger(settings, home, keys=keys, database=database, clock=clock)
    if home.validator_sets.exists():
        raise OtherLedger(f"The home {home.folder.name} anchors on a consortium's network.")
    return DevelopmentLedger(
        settings, home, keys=keys, clock=clock, outgoing=SqlOutgoing(database, clock)
    )
