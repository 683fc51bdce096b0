"""The holder of a grant sees exactly the data points it names, and no section that it cuts."""

import re
from dataclasses import replace

import httpx
import pytest

from battery_passport.access.model import Purpose
from battery_passport.access.policy.model import GrantTerms
from battery_passport.web.application import create_application
from battery_passport.web.reading.views import Sight, sight_of_points
from tests.factories.access import GRANT, authorizer, grant_holder, terms
from tests.factories.asgi import asgi_client
from tests.factories.readers import MemoryReaders, Sessions
from tests.factories.web import ADDRESS, IDENTIFIER, memory_passports, web_services

DOCUMENT = f"/v1/passports/{IDENTIFIER}"
STATUS_AND_USE = frozenset({67, 68, 70, 71})


def client_with(grant: GrantTerms, readers: MemoryReaders) -> httpx.Client:
    services = replace(web_services(readers=readers), authorizer=authorizer(grant))
    known = Sessions({"link": grant_holder()})
    client = asgi_client(create_application(services, identification=known), base_url=ADDRESS)
    client.cookies.set("bp_grant", "link")
    client.headers["Accept-Language"] = "en"
    return client


@pytest.fixture
def readers() -> MemoryReaders:
    return MemoryReaders(memory_passports().views, estimate_granted=False)


def beyond(document: dict[str, dict[str, object]]) -> set[int]:
    return {int(number) for number in document["dataPoints"] if int(number) > 44}


def test_exactly_the_named_data_points(readers: MemoryReaders) -> None:
    client = client_with(terms(data_points=STATUS_AND_USE), readers)
    document = client.get(DOCUMENT).json()
    assert beyond(document) == {67, 68}
    assert document["healthEstimate"] is None
    assert document["purpose"] == Purpose.PURCHASE.value
    (look,) = readers.looks
    assert (look.viewer, look.grant_id, look.points) == ("grant-holder", GRANT, (67, 68))


def test_the_estimate_only_where_it_is_named(readers: MemoryReaders) -> None:
    client = client_with(terms(data_points=frozenset()), readers)
    assert client.get(DOCUMENT).json()["healthEstimate"] is None
    readers.estimate_granted = True
    document = client.get(DOCUMENT).json()
    assert (document["healthEstimate"] is not None, beyond(document)) == (True, set())


def test_the_page_asks_a_link_holder_nothing(readers: MemoryReaders) -> None:
    text = client_with(terms(data_points=STATUS_AND_USE), readers).get(f"/{IDENTIFIER.path}").text
    numbers = {int(n) for n in re.findall(r'class="papers__number"[^>]*>(\d+)</span>', text)}
    assert {n for n in numbers if n > 44} == {67, 68}
    assert 'type="radio"' not in text
    assert "deciding on a purchase" in text
    assert "It is not shown to you." not in text or "our estimate" in text


@pytest.mark.parametrize(
    "ended", [terms(revoked=True), terms(valid_until=terms().valid_from), terms(giver_id=None)]
)
def test_a_grant_that_does_not_hold_opens_nothing(
    readers: MemoryReaders, ended: GrantTerms
) -> None:
    assert beyond(client_with(ended, readers).get(DOCUMENT).json()) == set()
    assert readers.looks == []


def test_a_section_goes_out_only_whole(readers: MemoryReaders) -> None:
    client = client_with(terms(data_points=STATUS_AND_USE), readers)
    assert client.get(f"/v1/proofs/{IDENTIFIER}").status_code == 200
    assert not readers.proofs[-1].sees_whole(4)
    client_with(terms(), readers).get(f"/v1/proofs/{IDENTIFIER}")
    assert readers.proofs[-1].sees_whole(4)


def test_what_two_see_is_what_both_see() -> None:
    owner, authority = (sight_of_points(frozenset(points)) for points in ((1, 2, 4), (1, 2, 3)))
    both = owner.within(authority)
    assert (both.points, both.with_estimate) == (frozenset({1, 2}), False)
    assert both.numbers == owner.numbers & authority.numbers
    nothing = Sight(points=frozenset(), numbers=frozenset())
    assert owner.within(nothing) == nothing
