"""A charging session and its limits as frozen values.

In: values that chargers, drivers, sites and alarms give. Out: what the machine decides on.
Units: W; a state of charge is a ratio, 0 to 1.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far a session has come."""

    AUTHORISED = "authorised"
    PLUGGED = "plugged"
    CHARGING = "charging"
    TARGET_REACHED = "target_reached"
    LOCKED = "locked"
    UNPLUGGED = "unplugged"


@dataclass(frozen=True, slots=True)
class Limit:
    """How fast and how full; None is no limit. A power of zero means not at all."""

    power_w: float | None = None
    soc_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What each of the three says."""

    wish: Limit = Limit()
    site: Limit = Limit()
    safety: Limit = Limit()


class Happening(StrEnum):
    """What a charger can tell of a session."""

    AUTHORISED = "authorised"
    PLUGGED = "plugged"
    CHARGING = "charging"
    PAUSED = "paused"
    STOPPED = "stopped"
    UNPLUGGED = "unplugged"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class Session:
    """A session: its state, its limits and the last state of charge that was told."""

    state: State = State.AUTHORISED
    limits: Limits = Limits()
    soc_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A session after something happened; `must_stop` asks for the end of its charging."""

    session: Session
    must_stop: bool = False
