"""What a gateway process tells of itself: figures every few seconds, refusals beside them.

In: what happened, counted in memory. Out: rows that the server's metrics and `status` read.
"""

import threading
from collections import Counter
from datetime import timedelta
from typing import Final
from uuid import uuid4

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.gateway_reports import GatewayReport, GatewayReportStore
from battery_passport.adapters.sql.kept_readings import KeptStore, Refused
from battery_passport.foundation.clock import Clock

REPORT_EVERY_S: Final = 5.0
SILENT_AFTER = timedelta(seconds=30)
"""A process that has not reported for so long is gone, however it ended."""

_FORGOTTEN_AFTER = timedelta(days=7)
_MOST_SOURCES: Final = 1_000
_MOST_REFUSALS: Final = 20_000
_OTHERS: Final = "others"
_Key = tuple[str, str, bytes | None]


class Figures:
    """The figures of one process; any thread may add to them."""

    def __init__(self, gateway: str, clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock
        self._process = str(uuid4())
        self._started_at = clock.now()
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter(
            dict.fromkeys(("connections", "messages", "refused", "kept_aside", "lost"), 0)
        )
        self._refusals: Counter[_Key] = Counter()
        self._longest_lag_s = 0.0

    def add(self, name: str, count: int = 1) -> None:
        """Add to a figure."""
        with self._lock:
            self._counts[name] += count

    def value(self, name: str) -> int:
        """Return a figure as it is now."""
        with self._lock:
            return self._counts[name]

    def note_lag(self, seconds: float) -> None:
        """Note how long a message took from receipt until it was durable."""
        with self._lock:
            self._longest_lag_s = max(self._longest_lag_s, seconds)

    def refuse(self, source: str, reason: str, subject: bytes | None = None) -> None:
        """Count something refused, under whoever sent it."""
        with self._lock:
            self._counts["refused"] += 1
            key = (source, reason, subject)
            if key not in self._refusals and len(self._refusals) >= _MOST_SOURCES:
                key = (_OTHERS, reason, None)
            self._refusals[key] += 1

    def save(self, database: Database, *, ended: bool = False) -> None:
        """Write figures and refusals down; what could not be written is tried again next time."""
        with self._lock:
            refusals, self._refusals = self._refusals, Counter()
            figures = {**self._counts, "lag_s": round(self._longest_lag_s, 6)}
            self._longest_lag_s = 0.0
        try:
            self._write(database, refusals, figures, ended=ended)
        except Exception:
            with self._lock:
                self._refusals.update(refusals)
                self._longest_lag_s = max(self._longest_lag_s, figures["lag_s"])
            raise

    def _write(
        self,
        database: Database,
        refusals: Counter[_Key],
        figures: dict[str, float],
        *,
        ended: bool,
    ) -> None:
        now = self._clock.now()
        with database.write() as connection:
            reports, kept = GatewayReportStore(connection), KeptStore(connection)
            reports.save(
                GatewayReport(
                    gateway=self._gateway,
                    process=self._process,
                    started_at=self._started_at,
                    reported_at=now,
                    ended=ended,
                    figures=figures,
                )
            )
            reports.remove_before(now - _FORGOTTEN_AFTER)
            is_full = bool(refusals) and kept.count_refusals() >= _MOST_REFUSALS
            for (source, reason, subject), count in refusals.items():
                kept.refuse(
                    Refused(
                        gateway=self._gateway,
                        source=_OTHERS if is_full else source,
                        reason=reason,
                        subject=None if is_full else subject,
                        count=count,
                        first_at=now,
                        last_at=now,
                    )
                )
