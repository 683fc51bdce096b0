"""The sessions of one charger: as they lie in the database, and as the machine sees them.

In: news of transactions. Out: sessions, begun once however often their beginning is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from battery_passport.adapters.ocpp.news import Stage, TransactionNews
from battery_passport.adapters.sql.charge_points import StoredSite
from battery_passport.adapters.sql.charging_sessions import SessionStore, StoredSession
from battery_passport.adapters.sql.database import Database
from battery_passport.safety.charging.model import Limit, Limits, Session, State
from battery_passport.safety.charging.session import may_start

METER_EVERY_MS: Final = 15_000
"""So often the meter of a session is saved where nothing else changed."""


@dataclass(slots=True)
class Live:
    """A session in the process that hears its charger; `saved` is how it lies in the database."""

    stored: StoredSession
    machine: Session
    saved: StoredSession
    sent_power_w: float | None = None

    @property
    def number(self) -> int:
        """Its number, by which operators call it."""
        return self.stored.number or 0


def limits_of(stored: StoredSession, site: StoredSite, safety: Limit) -> Limits:
    """Return the three parts of a session's limit; what an operator set counts as the site's."""
    least = [power for power in (site.power_w, stored.set_power_w) if power is not None]
    return Limits(
        wish=Limit(power_w=stored.wish_power_w, soc_ratio=stored.wish_soc_ratio),
        site=Limit(power_w=min(least, default=None), soc_ratio=site.soc_ratio),
        safety=safety,
    )


class ChargerSessions:
    """The sessions of one charger whose car was not unplugged yet."""

    def __init__(self, database: Database, charge_point: str, site: StoredSite) -> None:
        self._database = database
        self._charge_point = charge_point
        self._site = site
        with database.read() as connection:
            found = SessionStore(connection).open_at(charge_point)
        self._live = {each.number or 0: self._revived(each) for each in found}

    def __iter__(self) -> Iterator[Live]:
        return iter(list(self._live.values()))

    def find(self, transaction: str, connector: int) -> Live | None:
        """Return the session of a transaction; without one, what charges at the connector."""
        if transaction:
            known = [live for live in self if live.stored.transaction == transaction]
            return known[-1] if known else self._read(transaction)
        known = [live for live in self if live.stored.connector == connector]
        running = [live for live in known if live.stored.ended_at is None]
        return running[-1] if running else None

    def get(self, number: int) -> Live | None:
        """Return the session of that number, if its charger is this one."""
        return self._live.get(number)

    def begin(
        self, news: TransactionNews, opening: bytes, subject: bytes | None
    ) -> tuple[Live, bool]:
        """Save a session that begins; return it, and whether the connector was free for it.

        Those before it at the connector are over: their car is gone, or begins anew.
        """
        before = [live for live in self if live.stored.connector == news.connector]
        asked = StoredSession(
            opening=opening,
            charge_point=self._charge_point,
            transaction=news.transaction,
            connector=news.connector,
            state=State.AUTHORISED.value,
            started_at=news.at,
            subject=subject,
        )
        with self._database.write() as connection:
            store = SessionStore(connection)
            stored, is_new = store.begin(asked)
            others = [live for live in before if live.number != stored.number]
            is_free = may_start(live.machine.state for live in others)
            if is_new and is_free:
                for live in others:
                    store.save(self._left(live))
        live = self._live.get(stored.number or 0) or self._revived(stored)
        self._live[live.number] = live
        return live, is_free or news.stage is not Stage.STARTED

    def save(self, live: Live) -> None:
        """Save how far a session came, if it came further."""
        stored = replace(
            live.stored, state=live.machine.state.value, soc_ratio=live.machine.soc_ratio
        )
        if not _is_worth_saving(live.saved, stored):
            return
        with self._database.write() as connection:
            SessionStore(connection).save(stored)
        live.stored = live.saved = stored
        if live.machine.state is State.UNPLUGGED:
            self._live.pop(live.number, None)

    def _left(self, live: Live) -> StoredSession:
        self._live.pop(live.number, None)
        ended_at = live.stored.ended_at or live.stored.started_at
        return replace(live.stored, state=State.UNPLUGGED.value, ended_at=ended_at)

    def _read(self, transaction: str) -> Live | None:
        with self._database.read() as connection:
            stored = SessionStore(connection).of_transaction(self._charge_point, transaction)
        return None if stored is None else self._revived(stored)

    def _revived(self, stored: StoredSession) -> Live:
        machine = Session(
            state=State(stored.state),
            limits=limits_of(stored, self._site, Limit()),
            soc_ratio=stored.soc_ratio,
        )
        return Live(stored=stored, machine=machine, saved=stored)


def _is_worth_saving(saved: StoredSession, now: StoredSession) -> bool:
    """Return whether more changed than the charge within a percent and the meter within a while."""
    if replace(saved, soc_ratio=now.soc_ratio, metered=now.metered) != now:
        return True
    before = 0 if saved.metered is None else saved.metered["at_ms"]
    if now.metered is not None and now.metered["at_ms"] >= before + METER_EVERY_MS:
        return True
    if now.soc_ratio is None or saved.soc_ratio is None:
        return now.soc_ratio != saved.soc_ratio
    return round(now.soc_ratio, 2) != round(saved.soc_ratio, 2)
