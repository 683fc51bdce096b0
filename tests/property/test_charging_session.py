"""A charging session under whatever is told of it, in whatever order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from battery_passport.safety.charging.limits import NOT_AT_ALL, effective_limit
from battery_passport.safety.charging.model import Happening, Limit, Limits, Session, State
from battery_passport.safety.charging.session import advance, may_start, relimit

ratios = st.none() | st.floats(0, 1)
powers = st.none() | st.floats(0, 400_000)
some_limits = st.builds(
    Limits,
    wish=st.builds(Limit, powers, ratios),
    site=st.builds(Limit, powers, ratios),
    safety=st.sampled_from((Limit(), NOT_AT_ALL)),
)
steps = st.lists(st.tuples(st.sampled_from(Happening), ratios), max_size=30)
_ORDER = list(State)


@settings(max_examples=200)
@given(some_limits)
def test_the_limit_that_holds_is_none_above_its_parts(limits: Limits) -> None:
    held = effective_limit(limits)
    parts = (limits.wish, limits.site, limits.safety)
    for name in ("power_w", "soc_ratio"):
        given_parts = [value for part in parts if (value := getattr(part, name)) is not None]
        if given_parts:
            assert getattr(held, name) == min(given_parts)
        else:
            assert getattr(held, name) is None
    if limits.safety is NOT_AT_ALL:
        assert held.power_w == 0


@settings(max_examples=300)
@given(some_limits, steps)
def test_no_charging_after_the_target_but_by_unplugging(
    limits: Limits, told: list[tuple[Happening, float | None]]
) -> None:
    session = Session(limits=limits)
    most = effective_limit(limits).soc_ratio
    is_done = False
    for happening, soc_ratio in told:
        before = session
        step = advance(session, happening, soc_ratio=soc_ratio)
        session = step.session
        if before.state is State.UNPLUGGED:
            assert session == before
            assert not step.must_stop
        elif happening is Happening.UNPLUGGED:
            assert session.state is State.UNPLUGGED
        elif is_done:
            assert session.state in (State.TARGET_REACHED, State.LOCKED)
            assert step.must_stop == (happening is Happening.CHARGING)
        elif most is not None and session.soc_ratio is not None and session.soc_ratio >= most:
            assert step.must_stop
            assert session.state is State.TARGET_REACHED
        else:
            assert not step.must_stop
            assert session.state in (State.AUTHORISED, State.PLUGGED, State.CHARGING)
        is_done = session.state in (State.TARGET_REACHED, State.LOCKED)
        assert may_start([session.state]) is not is_done
    assert session.limits == limits


def test_the_whole_way_in_its_order() -> None:
    session = Session(limits=Limits(site=Limit(soc_ratio=0.9)))
    seen = [session.state]
    for happening, soc_ratio in (
        (Happening.PLUGGED, 0.5),
        (Happening.CHARGING, 0.6),
        (Happening.MEASURED, 0.9),
        (Happening.STOPPED, None),
        (Happening.UNPLUGGED, None),
    ):
        session = advance(session, happening, soc_ratio=soc_ratio).session
        seen.append(session.state)
    assert seen == _ORDER


def test_another_wish_can_end_a_session_at_once() -> None:
    charging = advance(Session(), Happening.CHARGING, soc_ratio=0.8).session
    step = relimit(charging, Limits(wish=Limit(soc_ratio=0.7)))
    assert step.must_stop
    assert relimit(step.session, Limits()).session.state is State.TARGET_REACHED
