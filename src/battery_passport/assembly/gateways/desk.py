"""One charger's desk: what it says becomes sessions, evidence or readings kept aside.

In: news. Out: durable records, a verdict, and what the charger is to be asked for.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from battery_passport.adapters.ocpp.checking import V16
from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.news import (
    BatteryNews,
    Boot,
    News,
    Socket,
    SocketNews,
    Stage,
    TransactionNews,
    WishNews,
)
from battery_passport.adapters.ocpp.ports import Noted, Verdict
from battery_passport.adapters.ocpp.rows import (
    Supply,
    assumptions,
    battery_row,
    charger_rows,
)
from battery_passport.adapters.sql.charge_points import ChargePointStore, StoredChargePoint
from battery_passport.adapters.sql.gateway_bindings import BindingKind
from battery_passport.assembly.gateways.bound import BoundBattery
from battery_passport.assembly.gateways.keeping import BoundMeanwhile
from battery_passport.assembly.gateways.office import UNBOUND, Office
from battery_passport.assembly.gateways.recording import LATE, Message
from battery_passport.assembly.gateways.sessions import ChargerSessions, Live, limits_of
from battery_passport.assembly.gateways.telling import (
    happenings,
    is_alarmed,
    metered_by,
    names_of,
    rows_text,
    soc_ratio_of,
)
from battery_passport.safety.charging.limits import NOT_AT_ALL, effective_limit
from battery_passport.safety.charging.model import Happening, Limit, State, Step
from battery_passport.safety.charging.session import advance, relimit
from battery_passport.telemetry.rows import Row

NO_TRANSACTION: Final = "no-transaction"

Steer = Callable[[Live, bool], None]
"""Asks the charger to stop a session (True), or to keep to its limit (False); returns at once."""


@dataclass(frozen=True, slots=True)
class _Said:
    """Rows, what they belong to, and the hash of whom they are of as far as that is known."""

    rows: tuple[Row, ...]
    scope: bytes | str
    subject: bytes | None = None
    of_battery: bool = False


class ChargerDesk:
    """Fulfils `adapters.ocpp.ports.Desk` for one charger."""

    def __init__(
        self, office: Office, point: StoredChargePoint, *, version: str, steer: Steer
    ) -> None:
        self._office = office
        self._point = point
        self._version = version
        self._steer = steer
        self._supply = Supply(point.supply)
        self.sessions = ChargerSessions(office.database, point.charge_point, point.site)

    async def authorise(self, token: str) -> Verdict:
        """Return whether that token may charge here."""
        if not self._point.site.known_only:
            return Verdict.ACCEPTED
        battery = await self._office.find(BindingKind.TOKEN, token)
        return Verdict.INVALID if battery is None else Verdict.ACCEPTED

    async def note(self, news: News) -> Noted:
        """Return once the news is durable."""
        if isinstance(news, TransactionNews):
            return await self._transaction(news)
        if isinstance(news, BatteryNews):
            await self._battery(news)
        elif isinstance(news, WishNews):
            await self._wish(news)
        elif isinstance(news, SocketNews):
            await self._socket(news)
        else:
            await asyncio.to_thread(self._boot, news)
        return Noted()

    def _boot(self, boot: Boot) -> None:
        told = (boot.vendor, boot.model, boot.firmware)
        with self._office.database.write() as connection:
            ChargePointStore(connection).note_heard(
                self._point.charge_point,
                version=self._version,
                told=told,
                at=self._office.clock.now(),
            )

    def _note_socket(self, news: SocketNews) -> None:
        if news.connector:
            with self._office.database.write() as connection:
                ChargePointStore(connection).note_socket(
                    self._point.charge_point, news.connector, news.socket.value
                )

    async def _socket(self, news: SocketNews) -> None:
        await asyncio.to_thread(self._note_socket, news)
        if news.socket is not Socket.FREE:
            return
        for live in self.sessions:
            if live.stored.connector == news.connector:
                ended_at = live.stored.ended_at or news.at or self._office.clock.now()
                live.stored = replace(live.stored, ended_at=ended_at)
                await self._step(live, advance(live.machine, Happening.UNPLUGGED))

    async def _transaction(self, news: TransactionNews) -> Noted:
        live, verdict = await self._session(news)
        rows = charger_rows(news.readings, self._supply)
        if live is None:
            await self._put(_Said(tuple(rows), scope=NO_TRANSACTION), None)
            return Noted()
        self._identify(live, news)
        said = _Said(
            tuple(rows),
            scope=live.stored.opening,
            subject=live.stored.subject or live.stored.opening,
        )
        await self._put(said, await self._battery_of(live))
        await self._advance(live, news, rows)
        return Noted(verdict, live.stored.transaction)

    async def _session(self, news: TransactionNews) -> tuple[Live | None, Verdict]:
        """Return the session that news belong to, which may begin with them, and who may charge."""
        if news.stage is not Stage.STARTED:
            live = await asyncio.to_thread(self.sessions.find, news.transaction, news.connector)
            if live is not None or not news.transaction:
                return live, Verdict.ACCEPTED
        subject = self._subject(news.token)
        opening = self._opening(news)
        live, is_free = await asyncio.to_thread(self.sessions.begin, news, opening, subject)
        if not is_free:
            return live, Verdict.BLOCKED
        return live, await self.authorise(news.token) if news.token else Verdict.ACCEPTED

    def _opening(self, news: TransactionNews) -> bytes:
        """Return a digest of what begins a session: its transaction, or all that was said."""
        parts = [self._point.charge_point, news.transaction]
        if not news.transaction or (news.stage is Stage.STARTED and self._version == V16):
            # A central system may count anew, and give a number that it gave before.
            parts += [str(news.connector), news.token, news.at.isoformat()]
        return self._office.hasher.message("session", *parts)

    def _subject(self, token: str) -> bytes | None:
        return self._office.hasher.subject(BindingKind.TOKEN, token) if token else None

    def _identify(self, live: Live, news: TransactionNews) -> None:
        """Note who charges and where, once that is told; 2.0.1 may tell it after the plug."""
        if news.token and live.stored.subject is None:
            live.stored = replace(live.stored, subject=self._subject(news.token))
        if news.connector and not live.stored.connector:
            live.stored = replace(live.stored, connector=news.connector)

    async def _battery_of(self, live: Live) -> BoundBattery | None:
        bound, stored = self._office.bound, live.stored
        if stored.battery_id is not None:
            return await asyncio.to_thread(bound.of, stored.battery_id)
        if stored.subject is None:
            return None
        battery = await asyncio.to_thread(bound.find, BindingKind.TOKEN, stored.subject)
        if battery is not None:
            live.stored = replace(live.stored, battery_id=battery.battery_id)
        return battery

    async def _put(self, said: _Said, battery: BoundBattery | None) -> None:
        """Make rows evidence, or keep them aside where no battery is bound."""
        if not said.rows:
            return
        message = Message(
            digest=self._digest(said),
            rows=said.rows,
            assumptions=assumptions(self._version, self._supply, of_battery=said.of_battery),
        )
        if battery is not None:
            await self._office.record(message, battery)
            return
        source = self._point.charge_point
        reason = NO_TRANSACTION if said.subject is None else UNBOUND
        try:
            await self._office.keep(message, source=source, subject=said.subject, reason=reason)
        except BoundMeanwhile:
            bound = await asyncio.to_thread(self._office.bound.any_of, said.subject or b"")
            if bound is None:
                raise
            await self._office.record(message, bound)

    def _digest(self, said: _Said) -> bytes:
        return self._office.hasher.message(
            self._point.charge_point, said.scope, rows_text(said.rows)
        )

    async def _advance(self, live: Live, news: TransactionNews, rows: Sequence[Row]) -> None:
        """Move the machine on by what was told; what is old steers nobody."""
        soc_ratio = soc_ratio_of(rows)
        machine, must_stop = live.machine, False
        for happening in happenings(news, rows):
            step = advance(machine, happening, soc_ratio=soc_ratio)
            machine, must_stop = step.session, must_stop or step.must_stop
        live.stored = replace(live.stored, metered=metered_by(rows, live.stored.metered))
        if news.stage is Stage.ENDED:
            live.stored = replace(live.stored, ended_at=news.at, reason=news.reason[:64])
        is_old = news.was_offline or self._office.clock.now() - news.at > LATE
        await self._step(live, Step(machine, must_stop=must_stop), steer=not is_old)

    async def _step(self, live: Live, step: Step, *, steer: bool = True) -> None:
        live.machine = step.session
        await asyncio.to_thread(self.sessions.save, live)
        if not steer or live.stored.ended_at is not None:
            return
        if step.must_stop:
            self._steer(live, True)  # noqa: FBT003 - the one thing that is asked for
        elif live.machine.state is State.CHARGING and self.power_w(live) != live.sent_power_w:
            self._steer(live, False)  # noqa: FBT003 - as above

    def power_w(self, live: Live) -> float | None:
        """Return how fast a session may charge; None is no limit."""
        return effective_limit(live.machine.limits).power_w

    async def limit(self, live: Live, power_w: float) -> None:
        """Note an operator's own limit; the charger is asked by whoever calls."""
        live.stored = replace(live.stored, set_power_w=power_w)
        await self._relimit(live, live.machine.limits.safety, steer=False)

    async def _relimit(self, live: Live, safety: Limit, *, steer: bool = True) -> None:
        limits = limits_of(live.stored, self._point.site, safety)
        await self._step(live, relimit(live.machine, limits), steer=steer)

    async def _wish(self, news: WishNews) -> None:
        live = await asyncio.to_thread(self.sessions.find, news.transaction, news.connector)
        if live is None:
            raise OcppRefused("Nobody charges there.", ocpp_code="PropertyConstraintViolation")
        live.stored = replace(live.stored, wish_power_w=news.power_w, wish_soc_ratio=news.soc_ratio)
        await self._relimit(live, live.machine.limits.safety)

    async def _battery(self, news: BatteryNews) -> None:
        """Take what the battery itself said; its own code counts for more than who charges."""
        live = await self._session_of_battery(news)
        named = await self._named(news)
        own = None if live is None else await self._battery_of(live)
        if named is not None and own is not None and named != own:
            self._office.figures.refuse(self._point.charge_point, "battery-is-another")
        if live is not None and named is not None and live.stored.battery_id is None:
            live.stored = replace(live.stored, battery_id=named.battery_id)
        scope = b"battery" if live is None else live.stored.opening
        subject = self._subject_of(news, live)
        said = _Said((battery_row(news),), scope=scope, subject=subject, of_battery=True)
        await self._put(said, named or own)
        if live is not None:
            await self._watch(live, news)

    async def _session_of_battery(self, news: BatteryNews) -> Live | None:
        if not news.transaction and news.connector is None:
            return None
        find = self.sessions.find
        return await asyncio.to_thread(find, news.transaction, news.connector or 0)

    async def _named(self, news: BatteryNews) -> BoundBattery | None:
        for kind, text in names_of(news):
            found = await self._office.find(kind, text)
            if found is not None:
                return found
        return None

    def _subject_of(self, news: BatteryNews, live: Live | None) -> bytes | None:
        for kind, text in names_of(news):
            if text:
                return self._office.hasher.subject(kind, text)
        return None if live is None else live.stored.subject or live.stored.opening

    async def _watch(self, live: Live, news: BatteryNews) -> None:
        """Let nothing flow once the battery itself raises its highest alarm, until it is gone."""
        if self._office.clock.now() - news.at > LATE:
            return
        alarmed = is_alarmed(news)
        safety = NOT_AT_ALL if alarmed else live.machine.limits.safety
        await self._relimit(live, safety)
        if alarmed and live.stored.ended_at is None:
            self._steer(live, True)  # noqa: FBT003 - the one thing that is asked for
