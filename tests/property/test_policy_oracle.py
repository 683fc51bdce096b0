"""The Cedar policies and the oracle, written apart from each other, say the same of everything."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from battery_passport.access.model import (
    Principal,
    PrincipalKind,
    Purpose,
    Resource,
    ResourceKind,
    Role,
)
from battery_passport.access.policy.actions import ACTIONS, OPERATOR_SCOPE, STEWARD_SCOPE
from battery_passport.access.policy.model import AccessRequest, GrantShown, GrantTerms
from tests.factories.access import (
    BATTERY,
    CITY,
    FIRM,
    GRANT,
    NOW,
    OTHER_BATTERY,
    OTHER_CITY,
    OTHER_FIRM,
    OTHER_GRANT,
    OTHER_PERSON,
    PERSON,
    decider,
)
from tests.factories.policy_oracle import MAY, oracle_allows

MINUTE = timedelta(minutes=1)


def either(*values: UUID) -> st.SearchStrategy[UUID | None]:
    """One of few, so that things often belong together, or unknown."""
    return st.sampled_from([*values, None])


PEOPLE, FIRMS = either(PERSON, OTHER_PERSON), either(FIRM, OTHER_FIRM)
CITIES = st.sampled_from([CITY, OTHER_CITY, None])
TIMES = st.sampled_from([NOW - MINUTE, NOW, NOW + MINUTE])
READ = ("passport.read", "passport.proof")
ACTION_NAMES = st.one_of(st.sampled_from(sorted(ACTIONS)), st.sampled_from(READ))


@st.composite
def principals(draw: st.DrawFn) -> Principal:
    return Principal(
        kind=draw(st.sampled_from(PrincipalKind)),
        person_id=draw(PEOPLE),
        organisation_id=draw(FIRMS),
        region=draw(CITIES),
        roles=draw(st.frozensets(st.sampled_from(Role), max_size=3)),
        scopes=draw(
            st.frozensets(
                st.one_of(ACTION_NAMES, st.sampled_from([STEWARD_SCOPE, OPERATOR_SCOPE])),
                max_size=4,
            )
        ),
        grant_id=draw(either(GRANT, OTHER_GRANT)),
    )


@st.composite
def shown_grants(draw: st.DrawFn, purpose: Purpose) -> GrantShown:
    terms = GrantTerms(
        grant_id=draw(st.sampled_from([GRANT, OTHER_GRANT])),
        battery_id=draw(st.sampled_from([BATTERY, OTHER_BATTERY])),
        points=draw(st.frozensets(st.integers(1, 4))),
        purpose=draw(st.sampled_from([purpose, purpose, *Purpose])),
        valid_from=draw(TIMES),
        valid_until=draw(TIMES),
        revoked=draw(st.sampled_from([False, False, False, True])),
        giver_id=draw(PEOPLE),
        organisation_id=draw(FIRMS),
    )
    return GrantShown(terms=terms, at=draw(TIMES))


@st.composite
def requests(draw: st.DrawFn) -> AccessRequest:
    action, principal = ACTIONS[draw(ACTION_NAMES)], draw(principals())
    purpose = draw(st.sampled_from(Purpose))
    resource = Resource(
        kind=action.resource,
        battery_id=draw(either(BATTERY, OTHER_BATTERY)),
        owner_id=draw(PEOPLE),
        responsible_id=draw(FIRMS),
        region=draw(CITIES),
        annex_point=draw(st.sampled_from([1, 2, 3, 4, None])) if action.points else None,
        inspector_ids=frozenset(filter(None, [draw(FIRMS)]))
        if action.resource is ResourceKind.BATTERY
        else frozenset(),
    )
    return AccessRequest(
        principal=in_order(principal, action.name, draw),
        action=action.name,
        resource=resource,
        purpose=purpose,
        grant=draw(st.none() | shown_grants(purpose)) if action.points else None,
    )


def in_order(principal: Principal, action: str, draw: st.DrawFn) -> Principal:
    """Give half of the machines the scope they need, else nearly all of them are refused."""
    if principal.kind is PrincipalKind.MACHINE and draw(st.booleans()):
        return Principal(
            kind=principal.kind,
            organisation_id=principal.organisation_id,
            region=principal.region,
            roles=principal.roles,
            scopes=principal.scopes | {action},
        )
    return principal


def test_the_oracle_knows_every_action() -> None:
    assert {*MAY, *READ} == set(ACTIONS)


@settings(max_examples=2_500)
@given(requests())
def test_policies_and_oracle_agree(request: AccessRequest) -> None:
    decision = decider().decide(request)

    assert decision.allowed == oracle_allows(request), decision.reason


@settings(max_examples=100)
@given(requests())
def test_equal_questions_get_equal_answers_alone_and_in_a_batch(request: AccessRequest) -> None:
    alone = decider().decide(request)

    assert decider().decide_many([request, request]) == (alone, alone)
