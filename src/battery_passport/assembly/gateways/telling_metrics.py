"""Reports of gateways for the server's metrics.

In: the database and the time. Out: the state of each process of the last week.
"""

from collections.abc import Sequence

from battery_passport.adapters.metrics.gateways import GatewayState
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.gateway_reports import GatewayReportStore
from battery_passport.assembly.gateways.reports import SILENT_AFTER
from battery_passport.foundation.clock import Clock


def gateway_states(database: Database, clock: Clock) -> Sequence[GatewayState]:
    """Return what each process last said of itself."""
    alive_since = clock.now() - SILENT_AFTER
    with database.read() as connection:
        reports = GatewayReportStore(connection).all()
    return [
        GatewayState(
            gateway=each.gateway,
            is_running=not each.ended and each.reported_at > alive_since,
            figures=each.figures,
        )
        for each in reports
    ]
