"""API keys: shown once, kept as a hash, ended by time, by hand and with their organisation."""

from datetime import timedelta
from uuid import uuid4

import pytest

from battery_passport.access.errors import ClientRefused, InvalidScope, NotAllowedNow
from battery_passport.access.machines.keys import (
    find_key,
    issue_key,
    revoke_key,
    usable_keys,
)
from battery_passport.access.model import PrincipalKind, Role
from battery_passport.access.policy.actions import KEY_SCOPES
from battery_passport.access.records.organisations import OrganisationAccount, Standing
from battery_passport.registry.errors import UnknownOrganisation
from tests.factories.people import Office, city, organisation


def _issue(made: Office, account: OrganisationAccount, *, days: int = 30) -> str:
    with made.desks.transaction() as desk:
        return issue_key(
            desk,
            account.organisation_id,
            label="robot",
            scopes=KEY_SCOPES[:1],
            days=days,
            actor=None,
        )


def _refused(made: Office, key: str) -> None:
    with made.desks.reading() as desk, pytest.raises(ClientRefused):
        find_key(desk, key)


def test_a_key_speaks_for_its_organisation_within_its_scopes(made: Office) -> None:
    city(made)
    account = organisation(made)
    text = _issue(made, account)
    with made.desks.reading() as desk:
        key, principal = find_key(desk, text)
    assert principal.kind is PrincipalKind.MACHINE
    assert principal.person_id is None
    assert (principal.organisation_id, principal.region) == (account.organisation_id, "busan")
    assert principal.roles == {Role.INSPECTOR}
    assert principal.scopes == set(KEY_SCOPES[:1])
    secret = text.rsplit("_", 1)[-1].encode()
    assert secret not in repr(key).encode()
    assert text.startswith(f"bpk_{key.prefix}_")


def test_a_citys_machine_administers_nothing(made: Office) -> None:
    account = city(made)
    with made.desks.reading() as desk:
        _key, principal = find_key(desk, _issue(made, account))
    assert principal.roles == {Role.CITY_OFFICER}


def test_other_texts_are_no_key(made: Office) -> None:
    city(made)
    text = _issue(made, organisation(made))
    head, secret = text[:15], text[15:]
    changed = ("A" if secret[0] != "A" else "B") + secret[1:]
    for wrong in (
        "",
        text[:-1],
        text + "x",
        text.upper(),
        head + changed,
        f"bpk_{'z' * 10}_{secret}",
        "bpk__" + secret,
        "x" * 100_000,
        text.replace("bpk", "bpx"),
    ):
        _refused(made, wrong)


def test_a_key_ends_in_time(made: Office) -> None:
    city(made)
    text = _issue(made, organisation(made), days=1)
    made.wait(timedelta(days=1))
    _refused(made, text)


def test_a_revoked_key_ends_at_once(made: Office) -> None:
    city(made)
    account = organisation(made)
    text = _issue(made, account)
    with made.desks.transaction() as desk:
        key, _principal = find_key(desk, text)
        revoke_key(desk, uuid4(), key.key_id, actor=None)
        assert usable_keys(desk, account.organisation_id) == [key]
        revoke_key(desk, account.organisation_id, key.key_id, actor=None)
        assert usable_keys(desk, account.organisation_id) == []
    _refused(made, text)


def test_a_suspended_organisations_key_is_refused(made: Office) -> None:
    city(made)
    account = organisation(made)
    text = _issue(made, account)
    with made.desks.transaction() as desk:
        desk.organisations.decide(account.organisation_id, Standing.SUSPENDED, desk.moment)
    _refused(made, text)
    with pytest.raises(UnknownOrganisation):
        _issue(made, account)


@pytest.mark.parametrize("scopes", [[], ["control.run"], ["passport.read", "nonsense"], ["*"]])
def test_no_key_has_scopes_that_no_machine_may_have(made: Office, scopes: list[str]) -> None:
    city(made)
    account = organisation(made)
    with made.desks.transaction() as desk, pytest.raises(InvalidScope):
        issue_key(desk, account.organisation_id, label="robot", scopes=scopes, days=30, actor=None)


@pytest.mark.parametrize("days", [0, -1, 367, 10**9])
def test_every_key_has_an_end(made: Office, days: int) -> None:
    city(made)
    account = organisation(made)
    with pytest.raises(NotAllowedNow):
        _issue(made, account, days=days)
