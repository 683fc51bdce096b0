"""The machine of a charging session.

In: a session and what happened. Out: the session after it, and whether charging must end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from battery_passport.safety.charging.limits import effective_limit
from battery_passport.safety.charging.model import Happening, Limits, Session, State, Step

_NEXT: Mapping[tuple[State, Happening], State] = MappingProxyType(
    {
        (State.AUTHORISED, Happening.PLUGGED): State.PLUGGED,
        (State.AUTHORISED, Happening.CHARGING): State.CHARGING,
        (State.PLUGGED, Happening.CHARGING): State.CHARGING,
        (State.CHARGING, Happening.PAUSED): State.PLUGGED,
        (State.CHARGING, Happening.STOPPED): State.PLUGGED,
        (State.TARGET_REACHED, Happening.STOPPED): State.LOCKED,
    }
)
"""What is not here changes nothing: a charger may repeat itself, and tell things late."""

_DONE = frozenset({State.TARGET_REACHED, State.LOCKED})


def advance(session: Session, happening: Happening, *, soc_ratio: float | None = None) -> Step:
    """Return the session after something happened, with the state of charge if one was told.

    After the target nothing but unplugging leads out: a car that draws again is told to stop.
    """
    if session.state is State.UNPLUGGED:
        return Step(session)
    told = session.soc_ratio if soc_ratio is None else soc_ratio
    state = _NEXT.get((session.state, happening), session.state)
    if happening is Happening.UNPLUGGED:
        return Step(replace(session, state=State.UNPLUGGED, soc_ratio=told))
    if session.state in _DONE:
        draws_again = happening is Happening.CHARGING
        return Step(replace(session, state=state, soc_ratio=told), must_stop=draws_again)
    return _within_limits(replace(session, state=state, soc_ratio=told))


def relimit(session: Session, limits: Limits) -> Step:
    """Return the session under other limits."""
    changed = replace(session, limits=limits)
    if session.state in _DONE or session.state is State.UNPLUGGED:
        return Step(changed)
    return _within_limits(changed)


def may_start(before: Iterable[State]) -> bool:
    """Return whether a connector may begin another session: none before it is still locked."""
    return not _DONE.intersection(before)


def _within_limits(session: Session) -> Step:
    """End a session that reached the charge it may have."""
    most = effective_limit(session.limits).soc_ratio
    if most is None or session.soc_ratio is None:
        return Step(session)
    if session.soc_ratio < most:
        return Step(session)
    return Step(replace(session, state=State.TARGET_REACHED), must_stop=True)
