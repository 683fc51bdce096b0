"""One connected charger: its calls answered in their order, and ours asked of it one by one.

In: a WebSocket and a desk. Out: answers, sent only once what was said is durable.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed

from battery_passport.adapters.ocpp.checking import check_call, check_result
from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.frames import (
    Call,
    Failure,
    Result,
    call_text,
    error_text,
    read_frame,
    result_text,
)
from battery_passport.adapters.ocpp.orders import Order, worded
from battery_passport.adapters.ocpp.ports import Desk, Noted
from battery_passport.adapters.ocpp.speaking import AUTHORISE, Version
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.errors import BatteryPassportError, TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject

_LOG = logging.getLogger(__name__)
_CALLS_WAITING: Final = 64
ANSWER_S: Final = 30.0
_UNREADABLE: Final = "-1"
"""The id of an error about a message whose own id could not be read."""

CountMessage = Callable[[str], None]
"""Told of each call that was answered: `noted`, or `refused: CODE`."""


class NoAnswer(TemporarilyUnavailable):
    """A charger did not answer, or hung up, while something was asked of it."""

    code = "charger-silent"
    remedy = "See whether the charger is connected (`ocpp status`), and ask again."


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """What a charger says to an order."""

    status: str
    is_accepted: bool


class Station:
    """A charger on its connection."""

    def __init__(
        self,
        connection: Connection,
        version: Version,
        desk: Desk,
        *,
        clock: Clock,
        count: CountMessage,
    ) -> None:
        self._connection = connection
        self._version = version
        self._desk = desk
        self._clock = clock
        self._count = count
        self._calls: asyncio.Queue[Call] = asyncio.Queue(_CALLS_WAITING)
        self._asking = asyncio.Lock()
        self._asked: dict[str, asyncio.Future[Result | Failure]] = {}

    async def run(self) -> None:
        """Listen and answer until the charger hangs up."""
        answering = asyncio.create_task(self._answer_all())
        try:
            async for text in self._connection:
                await self._take(text)
        except ConnectionClosed:
            pass
        finally:
            # What was begun is finished: its news may already be on its way to the disk.
            answering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await answering
            for waiting in self._asked.values():
                waiting.cancel()

    async def hang_up(self) -> None:
        """Close the connection: the charger has another one by now."""
        await self._connection.close(1000, "Another connection of this charger took its place.")

    async def ask(self, order: Order) -> OrderAnswer:
        """Return what the charger says to an order. Raises: NoAnswer, OcppRefused."""
        action, payload = worded(order, self._version.number)
        await check_call(self._version.number, action, payload)
        async with self._asking:
            answer = await self._asked_now(action, payload)
        if isinstance(answer, Failure):
            return OrderAnswer(f"{answer.code}: {answer.description}", is_accepted=False)
        await check_result(self._version.number, action, answer.payload)
        status = str(answer.payload.get("status", "Accepted"))
        return OrderAnswer(status, is_accepted=status == "Accepted")

    async def _asked_now(self, action: str, payload: JsonObject) -> Result | Failure:
        unique_id = str(uuid4())
        waiting: asyncio.Future[Result | Failure] = asyncio.get_running_loop().create_future()
        self._asked[unique_id] = waiting
        try:
            await self._connection.send(call_text(unique_id, action, payload))
            return await asyncio.wait_for(waiting, ANSWER_S)
        except (TimeoutError, ConnectionClosed, asyncio.CancelledError) as error:
            raise NoAnswer(f"The charger did not answer {action} in {ANSWER_S:.0f} s.") from error
        finally:
            del self._asked[unique_id]

    async def _take(self, text: str | bytes) -> None:
        try:
            frame = read_frame(text)
        except OcppRefused as error:
            self._count(f"refused: {error.ocpp_code}")
            await self._connection.send(error_text(_UNREADABLE, error.ocpp_code, error.message))
            return
        if isinstance(frame, Call):
            await self._calls.put(frame)
            return
        waiting = self._asked.get(frame.unique_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(frame)

    async def _answer_all(self) -> None:
        while True:
            call = await self._calls.get()
            text = await asyncio.shield(self._answered(call))
            with contextlib.suppress(ConnectionClosed):
                await self._connection.send(text)

    async def _answered(self, call: Call) -> str:
        try:
            payload = await self._payload(call)
        except OcppRefused as error:
            code, told = error.ocpp_code, error.message
        except BatteryPassportError as error:
            code, told = "InternalError", error.message
        except Exception as error:  # noqa: BLE001 - the charger must hear that nothing was kept
            _LOG.exception("a %s could not be noted", call.action)
            code, told = "InternalError", f"The message was not kept: {type(error).__name__}."
        else:
            self._count("noted")
            return result_text(call.unique_id, payload)
        self._count(f"refused: {code}")
        return error_text(call.unique_id, code, told)

    async def _payload(self, call: Call) -> JsonObject:
        news = await self._version.hear(call)
        if call.action == AUTHORISE:
            verdict = await self._desk.authorise(self._version.token(call))
            return self._version.verdict(Noted(verdict))
        noted = Noted() if news is None else await self._desk.note(news)
        return self._version.answer(call, news, noted, moment=self._clock.now())
