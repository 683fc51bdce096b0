"""What the pages of authorities need besides what every role does.

In: nothing. Out: the port that assembly fulfils, and its values.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from battery_passport.access.model import Principal
from battery_passport.access.sharing.model import Look
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.reading.views import CheckedIdentifier

CheckAll = Callable[[Sequence[str]], Sequence[CheckedIdentifier]]
"""Answers each identifier of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLook:
    """A look at what is not public that the reader's own organisation took."""

    card: BatteryCard
    look: Look


class LookBook(Protocol):
    """Knows the looks that an organisation took."""

    def own(self, principal: Principal, *, most: int) -> Sequence[OwnLook]:
        """Return the latest looks of the principal's organisation in his role."""
