"""The policies as they are shipped: well worded, fitting their schema, and what the law says."""

import re
from dataclasses import replace

import pytest

from battery_passport.access.model import (
    PLATFORM,
    Principal,
    PrincipalKind,
    Purpose,
    Resource,
    ResourceKind,
    Role,
)
from battery_passport.access.policy.actions import ACTIONS
from battery_passport.access.policy.errors import PolicyFault
from battery_passport.access.policy.model import AccessRequest
from battery_passport.access.policy.reading import Audience, points_of_audience
from battery_passport.adapters.cedar.decider import NOTHING_PERMITS, CedarDecider
from battery_passport.adapters.cedar.policy_files import (
    policy_texts,
    policy_wordings,
    schema_text,
)
from battery_passport.passport import disclosure
from tests.factories.access import (
    CITY,
    OTHER_CITY,
    PERSON,
    battery,
    decider,
    machine,
    person,
    shown,
    terms,
)
from tools.sources import read_register, resolve

OURS = "decided by us"
HANGUL = re.compile(r"[가-힣]")


def allowed(
    principal: Principal,
    action: str,
    resource: Resource,
    purpose: Purpose = Purpose.OWN_USE,
) -> bool:
    request = AccessRequest(principal=principal, action=action, resource=resource, purpose=purpose)
    return decider().decide(request).allowed


def points(principal: Principal, purpose: Purpose, thing: Resource) -> set[int]:
    return {
        point
        for point in (1, 2, 3, 4)
        if allowed(principal, "passport.read", replace(thing, annex_point=point), purpose)
    }


def test_every_policy_says_what_it_is_in_both_languages_and_what_it_rests_on() -> None:
    wordings = policy_wordings()

    assert len({each.policy_id for each in wordings}) == len(wordings)
    assert len(wordings) == sum(
        len(re.findall(r"^(?:permit|forbid)\b", text, re.MULTILINE))
        for text in policy_texts().values()
    )
    for each in wordings:
        assert each.title_en.endswith(".")
        assert HANGUL.search(each.title_ko)
        if not each.source.startswith(OURS):
            assert resolve(each.source, read_register())


def test_the_schema_knows_the_actions_of_the_table_and_no_other() -> None:
    named = set(re.findall(r'^action "([^"]+)"', schema_text(), re.MULTILINE))

    assert named - {"open"} == set(ACTIONS)


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ("permit (principal, action, resource", "cannot be read"),
        ('permit (principal, action == Action::"passport.burn", resource);', "do not fit"),
        (
            'permit (principal, action == Action::"acts.read", resource) when { principal.old };',
            "do not fit",
        ),
        (
            # An attribute that may be unknown must be asked for before it is used.
            'permit (principal is Person, action, resource) when { principal.region like "b*" };',
            "do not fit",
        ),
    ],
)
def test_policies_that_cannot_be_relied_on_stop_the_start(spoilt: str, said: str) -> None:
    with pytest.raises(PolicyFault, match=said):
        CedarDecider("\n".join([*policy_texts().values(), spoilt]), schema_text())


def test_an_action_that_no_policy_names_is_denied() -> None:
    nothing = CedarDecider("", schema_text())
    request = AccessRequest(
        principal=person(*Role), action="site.read", resource=PLATFORM, purpose=Purpose.OWN_USE
    )

    assert not nothing.decide(request).allowed
    assert nothing.decide(request).reason == NOTHING_PERMITS


@pytest.mark.parametrize("audience", disclosure.Audience)
def test_the_policies_open_what_article_77_does(audience: disclosure.Audience) -> None:
    found = points_of_audience(decider(), Audience(audience.value), battery())

    assert found == disclosure.ANNEX_POINTS[audience]


def test_the_groups_are_not_nested() -> None:
    recycler = points(person(Role.RECYCLER), Purpose.LEGITIMATE_INTEREST, battery())
    authority = points(person(Role.AUTHORITY), Purpose.MARKET_SURVEILLANCE, battery())

    assert recycler == {1, 2, 4}
    assert authority == {1, 2, 3}


def test_a_right_to_read_is_bound_to_its_purpose() -> None:
    for purpose in set(Purpose) - {Purpose.LEGITIMATE_INTEREST}:
        assert points(person(Role.RECYCLER), purpose, battery()) == {1}


def test_the_right_to_read_does_not_end_at_the_city_but_the_right_to_record_does() -> None:
    inspector, elsewhere = person(Role.INSPECTOR), battery(region=OTHER_CITY)

    assert points(inspector, Purpose.LEGITIMATE_INTEREST, elsewhere) == {1, 2, 4}
    assert allowed(inspector, "event.record.inspection", battery(region=CITY))
    assert not allowed(inspector, "event.record.inspection", elsewhere)


def test_customs_sees_point_1_and_what_a_case_names() -> None:
    customs = person(Role.CUSTOMS)
    case = terms(
        purpose=Purpose.CUSTOMS_CHECK,
        points=frozenset({2}),
        giver_id=None,
        organisation_id=customs.organisation_id,
    )
    at_point_2 = AccessRequest(
        principal=customs,
        action="passport.read",
        resource=battery(annex_point=2),
        purpose=Purpose.CUSTOMS_CHECK,
        grant=shown(case),
    )

    assert points(customs, Purpose.CUSTOMS_CHECK, battery()) == {1}
    assert decider().decide(at_point_2).allowed
    at_point_3 = replace(at_point_2, resource=battery(annex_point=3))
    assert not decider().decide(at_point_3).allowed


@pytest.mark.parametrize(
    "kind",
    [ResourceKind.PERSON, ResourceKind.CONSENT, ResourceKind.GRANT, ResourceKind.ACCESS_LOG],
)
def test_a_city_officer_is_forbidden_what_concerns_persons(kind: ResourceKind) -> None:
    spoilt = '@id("careless") permit (principal, action, resource);'
    careless = CedarDecider("\n".join([*policy_texts().values(), spoilt]), schema_text())
    action = next(name for name, each in ACTIONS.items() if each.resource is kind)
    officer, somebody = person(Role.CITY_OFFICER), replace(battery(), kind=kind)
    request = AccessRequest(
        principal=officer, action=action, resource=somebody, purpose=Purpose.CITY_OPERATION
    )

    assert careless.decide(request).reason == "city-sees-no-person"
    assert not careless.decide(request).allowed
    assert careless.decide(replace(request, resource=replace(somebody, owner_id=PERSON))).allowed


def test_a_key_can_only_narrow_what_its_organisation_may_do() -> None:
    thing = battery()
    record = "event.record.inspection"

    assert allowed(machine(Role.INSPECTOR, scopes=[record]), record, thing)
    assert not allowed(machine(Role.INSPECTOR), record, thing)
    assert not allowed(machine(Role.TRADER, scopes=[record]), record, thing)
    assert allowed(machine(Role.TRADER), "passport.read", replace(thing, annex_point=1))


def test_no_key_makes_a_machine_of_an_organisation_the_command_line() -> None:
    posing = machine(Role.ADMINISTRATOR, scopes=["control.run", "backup.run"])

    assert not allowed(posing, "control.run", PLATFORM)
    assert not allowed(posing, "backup.run", PLATFORM)
    assert allowed(replace(posing, organisation_id=None, region=None), "backup.run", PLATFORM)


def test_who_is_known_by_nothing_owns_nothing() -> None:
    nobody = Principal(kind=PrincipalKind.PERSON)
    ownerless = Resource(kind=ResourceKind.BATTERY)

    assert not allowed(nobody, "passport.preview", ownerless)
    assert points(nobody, Purpose.OWN_USE, ownerless) == {1}


def test_two_cities_share_an_installation_and_see_nothing_of_each_other() -> None:
    here, there = person(Role.ADMINISTRATOR), person(Role.ADMINISTRATOR, region=OTHER_CITY)
    firm = replace(battery(), kind=ResourceKind.ORGANISATION)
    for action in ("organisation.approve", "organisation.read", "organisation.roles"):
        assert allowed(here, action, firm)
        assert not allowed(there, action, firm)
    figures = replace(PLATFORM, region=CITY)
    assert allowed(person(Role.CITY_OFFICER), "city.figures", figures)
    assert not allowed(person(Role.CITY_OFFICER, region=OTHER_CITY), "city.figures", figures)
