"""What each gateway process last said of itself; the server's metrics and `status` read it.

In: a connection within a transaction. Out: figures by gateway and process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from battery_passport.adapters.sql.schema_gateways import gateway_reports
from battery_passport.adapters.sql.upserts import insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms

_G = gateway_reports.c


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayReport:
    """One process of a gateway and its figures by name."""

    gateway: str
    process: str
    started_at: datetime
    reported_at: datetime
    ended: bool
    figures: Mapping[str, int | float]


class GatewayReportStore:
    """Reports within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, report: GatewayReport) -> None:
        """Save a process's newest report."""
        row = {
            "gateway": report.gateway,
            "process": report.process,
            "started_at_ms": unix_ms(report.started_at),
            "reported_at_ms": unix_ms(report.reported_at),
            "ended": report.ended,
            "figures": dict(report.figures),
        }
        insert_or_update(self._connection, gateway_reports, [row], ("gateway", "process"))

    def remove_before(self, moment: datetime) -> None:
        """Forget processes that have been silent since then."""
        self._connection.execute(delete(gateway_reports).where(_G.reported_at_ms < unix_ms(moment)))

    def all(self) -> Sequence[GatewayReport]:
        """Return the newest report of each process."""
        query = select(gateway_reports).order_by(_G.gateway, _G.started_at_ms)
        return [
            GatewayReport(
                gateway=row["gateway"],
                process=row["process"],
                started_at=from_unix_ms(row["started_at_ms"]),
                reported_at=from_unix_ms(row["reported_at_ms"]),
                ended=row["ended"],
                figures=row["figures"],
            )
            for row in self._connection.execute(query).mappings()
        ]
