"""What a charger's connection needs from outside: somebody who takes down what it says.

In: nothing. Out: protocols that assembly fulfils.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from battery_passport.adapters.ocpp.news import News


class Verdict(StrEnum):
    """Whether somebody may charge, in the words of OCPP."""

    ACCEPTED = "Accepted"
    BLOCKED = "Blocked"
    INVALID = "Invalid"


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of news: all of it is durable. `transaction` is the one it belongs to."""

    verdict: Verdict = Verdict.ACCEPTED
    transaction: str = ""


class Desk(Protocol):
    """Takes down what one charger says."""

    async def authorise(self, token: str) -> Verdict:
        """Return whether that token may charge at this charger."""

    async def note(self, news: News) -> Noted:
        """Return once the news is durable. Raises: BatteryPassportError if it was not kept."""
