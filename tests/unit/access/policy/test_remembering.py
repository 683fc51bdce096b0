"""A question that was answered before is not asked again, unless time could change the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from battery_passport.access.model import Purpose, Role
from battery_passport.access.policy.model import AccessRequest, Decision
from battery_passport.access.policy.remembering import RememberingDecider
from tests.factories.access import battery, grant_holder, person, shown, terms

REQUEST = AccessRequest(
    principal=person(Role.RECYCLER),
    action="passport.read",
    resource=battery(annex_point=4),
    purpose=Purpose.LEGITIMATE_INTEREST,
)


@dataclass
class Counting:
    """Says yes to point 4 and counts what it is asked."""

    asked: list[AccessRequest] = field(default_factory=list)

    def decide(self, request: AccessRequest) -> Decision:
        return self.decide_many((request,))[0]

    def decide_many(self, requests: Sequence[AccessRequest]) -> tuple[Decision, ...]:
        self.asked += requests
        return tuple(Decision(each.resource.annex_point == 4, "counted") for each in requests)


def test_an_answer_is_kept() -> None:
    engine = Counting()
    remembering = RememberingDecider(engine)

    assert remembering.decide(REQUEST) == remembering.decide(REQUEST)
    assert len(engine.asked) == 1


def test_only_what_is_new_in_a_batch_is_asked_and_the_order_stays() -> None:
    engine = Counting()
    remembering = RememberingDecider(engine)
    other = replace(REQUEST, resource=battery(annex_point=3))
    remembering.decide(REQUEST)

    answers = remembering.decide_many([other, REQUEST, other])

    assert [each.allowed for each in answers] == [False, True, False]
    assert [each.resource.annex_point for each in engine.asked] == [4, 3, 3]


def test_sessions_share_answers_but_readers_do_not() -> None:
    engine = Counting()
    remembering = RememberingDecider(engine)
    remembering.decide(REQUEST)
    another_session = replace(REQUEST, principal=replace(REQUEST.principal, session_id="other"))
    another_role = replace(REQUEST, principal=person(Role.TRADER))

    remembering.decide_many([another_session, another_role])

    assert [each.principal.roles for each in engine.asked] == [
        REQUEST.principal.roles,
        another_role.principal.roles,
    ]


def test_a_grant_is_asked_about_each_time() -> None:
    engine = Counting()
    remembering = RememberingDecider(engine)
    with_grant = replace(REQUEST, principal=grant_holder(), grant=shown(terms()))

    remembering.decide(with_grant)
    remembering.decide(with_grant)

    assert len(engine.asked) == 2


def test_the_oldest_answers_make_room() -> None:
    engine = Counting()
    remembering = RememberingDecider(engine, capacity=2)
    several = [replace(REQUEST, resource=battery(annex_point=point)) for point in (1, 2, 3)]

    for request in (*several, several[0]):
        remembering.decide(request)

    assert len(engine.asked) == 4
