"""One action: what can be done, in words, and to what.

In: nothing. Out: the frozen value that the tables hold.
"""

from dataclasses import dataclass

from battery_passport.access.model import ResourceKind

_KNOWN_TO_ALL = frozenset({ResourceKind.PLATFORM, ResourceKind.BATTERY})


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done here.

    `points` tells that it is decided for each point of Annex XIII; `unsafe` that it changes
    something; `for_machines` that an API key may carry it as a scope; `step_up` that a privileged
    person must have shown a passkey a short while ago.
    """

    name: str
    title_en: str
    title_ko: str
    resource: ResourceKind = ResourceKind.PLATFORM
    points: bool = False
    unsafe: bool = False
    for_machines: bool = False
    step_up: bool = False

    @property
    def hides(self) -> bool:
        """Whether a denial must not tell if the thing exists: everything but batteries."""
        return self.resource not in _KNOWN_TO_ALL
