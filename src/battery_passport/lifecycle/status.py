"""The status machine: which change of status is allowed, by whom, and what it does to the passport.

In: the present status and an event. Out: the next status, or why not.
Source: EU-2023-1542 annex-xiii point 4(c), art-73, art-77(7), art-77(8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from battery_passport.lifecycle.errors import ContradictoryEvent
from battery_passport.lifecycle.model import Event, Standing, Status


class PassportEffect(StrEnum):
    """What a change of status does to passports."""

    FIRST = "first passport"
    SAME = "same passport"
    NEW_LINKED = "new passport, linked to its predecessors"
    ENDS = "passport ends"


class Actor(StrEnum):
    """Who brings about and records a change of status."""

    OPERATOR = "operator placing it on the market"
    PERMITTED_OPERATOR = "permitted operator"
    WASTE_OPERATOR = "waste operator"
    RECYCLER = "recycler"


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed change; `None` as source is a battery not yet placed on the market.

    `needs` names the payload members that must be there. A target of `None` leaves the status as
    it is and ends the passport.
    """

    source: Status | None
    target: Status | None
    actor: Actor
    effect: PassportEffect
    needs: tuple[str, ...] = ()


_IN_USE = (Status.ORIGINAL, Status.REPURPOSED, Status.REUSED, Status.REMANUFACTURED)
_LINKED = PassportEffect.NEW_LINKED
_PERMITTED = Actor.PERMITTED_OPERATOR

TRANSITIONS: tuple[Transition, ...] = (
    Transition(None, Status.ORIGINAL, Actor.OPERATOR, PassportEffect.FIRST),
    Transition(None, Status.REPURPOSED, Actor.OPERATOR, _LINKED, ("predecessors",)),
    Transition(None, Status.REMANUFACTURED, Actor.OPERATOR, _LINKED, ("predecessors",)),
    Transition(None, Status.REUSED, _PERMITTED, _LINKED, ("predecessors", "evidence")),
    *(Transition(s, Status.WASTE, Actor.WASTE_OPERATOR, PassportEffect.SAME) for s in _IN_USE),
    *(Transition(s, Status.REPURPOSED, Actor.OPERATOR, _LINKED) for s in _IN_USE),
    *(Transition(s, Status.REMANUFACTURED, Actor.OPERATOR, _LINKED) for s in _IN_USE),
    Transition(Status.WASTE, Status.REUSED, _PERMITTED, _LINKED, ("evidence",)),
    Transition(Status.WASTE, Status.REPURPOSED, _PERMITTED, _LINKED, ("evidence",)),
    Transition(Status.WASTE, None, Actor.RECYCLER, PassportEffect.ENDS),
)

_BY_ENDS: Mapping[tuple[Status | None, Status | None], Transition] = MappingProxyType(
    {(row.source, row.target): row for row in TRANSITIONS}
)

STATUS_EVENTS = frozenset({"placed_on_market", "status_changed", "recycled"})

STANDING_CHANGES: Mapping[tuple[Standing, str], Standing] = MappingProxyType(
    {
        (Standing.OPEN, "passport_suspended"): Standing.SUSPENDED,
        (Standing.SUSPENDED, "passport_resumed"): Standing.OPEN,
        (Standing.OPEN, "recycled"): Standing.ENDED,
        (Standing.SUSPENDED, "recycled"): Standing.ENDED,
    }
)
STANDING_EVENTS = frozenset(name for _, name in STANDING_CHANGES)


def transition_for(status: Status | None, event: Event) -> Transition | None:
    """Return the row of the table an event takes, or None if it changes no status.

    Raises: ContradictoryEvent if the table has no such row or what the row needs is missing.
    """
    if event.event_type not in STATUS_EVENTS:
        return None
    target = _target(event)
    row = _BY_ENDS.get((status, target))
    if row is None or (status is None) != (event.event_type == "placed_on_market"):
        raise ContradictoryEvent(_refusal(status, event, target))
    for member in row.needs:
        if not event.payload.get(member):
            raise ContradictoryEvent(
                f"A battery becomes {target} only with {member} in the event.",
                remedy=f"Give {member}; docs/reference/lifecycle-events.md shows its form.",
            )
    return row


def next_standing(standing: Standing, event: Event) -> Standing:
    """Return the passport's standing after an event.

    Raises: ContradictoryEvent after the end, and for suspending or resuming twice.
    """
    if standing is Standing.ENDED:
        raise ContradictoryEvent(
            f"The battery was recycled before this {event.event_type} is said to have happened.",
            remedy="Nothing can happen to a recycled battery; check the time and the battery.",
        )
    if event.event_type not in STANDING_EVENTS:
        return standing
    following = STANDING_CHANGES.get((standing, event.event_type))
    if following is None:
        raise ContradictoryEvent(
            f"The passport is {standing}, so {event.event_type} changes nothing."
        )
    return following


def _target(event: Event) -> Status | None:
    if event.event_type == "recycled":
        return None
    member = "status" if event.event_type == "placed_on_market" else "to"
    return Status(str(event.payload.get(member, Status.ORIGINAL)))


def _refusal(status: Status | None, event: Event, target: Status | None) -> str:
    before = "not yet placed on the market" if status is None else f"already {status}"
    after = "recycled" if target is None else f"{target} by the event {event.event_type}"
    return f"A battery that is {before} cannot become {after}."
