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


def open_ledger(
    settings: Settings, home: Home, *, keys: InstallationKeys, database: Database, clock: Clock
) -> HomeLedger:
    """Return the ledger that the settings name."""
    if settings.chain.engine == CONSORTIUM:
        return ConsortiumLedger(settings, home, keys=keys, database=database, clock=clock)
    return DevelopmentLedger(
        settings, home, keys=keys, clock=clock, outgoing=SqlOutgoing(database, clock)
    )
