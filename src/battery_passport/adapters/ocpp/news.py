"""What a charger tells, in words that both versions share.

In: values that `hearing_16` and `hearing_201` read. Out: frozen values for the desk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stage(StrEnum):
    """Where in a transaction a piece of news belongs."""

    STARTED = "started"
    UPDATED = "updated"
    ENDED = "ended"


class Socket(StrEnum):
    """What a connector says of itself, as far as a session needs to know."""

    FREE = "free"
    TAKEN = "taken"
    OUT_OF_ORDER = "out-of-order"


_SOCKETS = {
    "Available": Socket.FREE,
    "Reserved": Socket.FREE,
    "Unavailable": Socket.OUT_OF_ORDER,
    "Faulted": Socket.OUT_OF_ORDER,
}


def socket_of(status: str) -> Socket:
    """Return what a connector's status means; all other words mean that it is taken."""
    return _SOCKETS.get(status, Socket.TAKEN)


@dataclass(frozen=True, slots=True)
class Sampled:
    """One measured value in the base unit of its measurand; `phase` is empty for the whole."""

    measurand: str
    value: float
    phase: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Metered:
    """All values of one moment."""

    at: datetime
    values: tuple[Sampled, ...]
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Boot:
    """What a charger is."""

    vendor: str
    model: str
    firmware: str


@dataclass(frozen=True, slots=True)
class SocketNews:
    """The state of one connector; 0 stands for the whole charger."""

    connector: int
    socket: Socket
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionNews:
    """A step of a transaction.

    `transaction` is empty where the charger waits to be given a number (1.6, at the start). `token`
    is who charges, in clear: it is hashed before it is kept. `is_charging` is None if nothing says.
    """

    stage: Stage
    connector: int
    transaction: str
    at: datetime
    token: str = ""
    readings: tuple[Metered, ...] = ()
    is_charging: bool | None = None
    was_offline: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryNews:
    """What a charger was told by the car's battery; `values` are columns, `names` say whose."""

    at: datetime
    connector: int | None
    transaction: str
    token: str
    vin: str
    pack: str
    values: Mapping[str, int | Sequence[int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WishNews:
    """What a driver asked for: to which charge, at most how fast."""

    connector: int
    transaction: str
    soc_ratio: float | None
    power_w: float | None


News = Boot | SocketNews | TransactionNews | BatteryNews | WishNews
