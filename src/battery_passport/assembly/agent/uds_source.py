"""Responses of Hyundai and Kia battery computers, line by line as an adapter prints them.

In: lines of ELM327 or candump text, a blank line after each response. Out: one sample for each
round of requests; a response without a time of its own gets that of its arrival.
"""

import time
from collections.abc import Callable

from battery_passport.adapters.hyundai_uds.reading import decode_lines
from battery_passport.adapters.hyundai_uds.rows import LONGEST_ROUND_MS, recorded_rows
from battery_passport.assembly.agent.sources import MalformedSample, Measured
from battery_passport.foundation.clock import format_utc, from_unix_ms, parse_utc, unix_ms
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.telemetry.rows import samples_of_rows

_MOST_LINES = 200


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class UdsReader:
    """Gathers responses into rounds: one ends when an identifier comes again, or after a minute."""

    def __init__(self, *, now_ms: Callable[[], int] = _now_ms) -> None:
        self._now_ms = now_ms
        self._lines: list[str] = []
        self._round: list[JsonObject] = []

    def take(self, line: str) -> list[Measured]:
        """Return the sample that a line completes, if any.

        Raises: MalformedSample for a broken response, which is left out.
        """
        if line.strip():
            self._lines.append(line)
            if len(self._lines) < _MOST_LINES:
                return []
        return self._respond()

    def rest(self) -> list[Measured]:
        """Return the sample of what came since the last one."""
        return [*self._respond(), *self._close_round()]

    def _respond(self) -> list[Measured]:
        lines, self._lines = self._lines, []
        done: list[Measured] = []
        broken = ""
        for document in decode_lines(lines):
            if "error" in document:
                error = document["error"]
                broken = str(error.get("message")) if isinstance(error, dict) else str(error)
                continue
            timed = {"time": format_utc(from_unix_ms(self._now_ms())), **document}
            if self._ends_round(timed):
                done += self._close_round()
            self._round.append(timed)
        if broken and not done:
            raise MalformedSample(f"A response was left out: {broken}")
        return done

    def _ends_round(self, document: JsonObject) -> bool:
        known = {each.get("identifier") for each in self._round}
        if not self._round or document.get("identifier") in known:
            return bool(self._round)
        first, this = (unix_ms(parse_utc(str(each["time"]))) for each in (self._round[0], document))
        return this - first > LONGEST_ROUND_MS

    def _close_round(self) -> list[Measured]:
        documents, self._round = self._round, []
        rows, _assumed = recorded_rows(documents)
        try:
            return [Measured(samples_of_rows([row]), urgent=False) for row in rows if row.values]
        except InvalidInput as error:
            raise MalformedSample(f"A round was left out: {error.message}") from error
