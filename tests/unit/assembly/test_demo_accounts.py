"""Accounts of the demonstration: one a role, kept private, made once, never in production."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from battery_passport.access.model import Role
from battery_passport.access.people.reading import person_at
from battery_passport.access.people.sessions import places_of
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.sharing import OwnershipStore
from battery_passport.assembly.city.accounts import (
    InsecureAccountsInProduction,
    give_battery,
    owner_of,
    settle_accounts,
)
from battery_passport.assembly.desks import open_desks
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from tests.factories.installation import installed, run


def test_there_is_an_account_for_every_role(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        accounts = settle_accounts(installation)
        desks = open_desks(installation)
        roles: set[Role] = {Role.OWNER}
        with desks.reading() as desk:
            for account in accounts:
                person = person_at(desk, account.role.email)
                assert person is not None
                assert desks.passwords.matches(person.password_hash or "", account.password)
                for place in places_of(desk, person.person_id):
                    roles |= place.membership.roles
                    assert place.account.region == account.role.region
        assert roles == set(Role)
        assert owner_of(accounts).role.kind is None


def test_the_manufacturer_answers_for_the_citys_batteries(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        settle_accounts(installation)
        with installation.database.read() as connection:
            own = RegistryStore(connection).organisation_by_slug(DEFAULT_ORGANISATION)
        assert own is not None
        with open_desks(installation).reading() as desk:
            account = desk.organisations.account(own.organisation_id)
        assert account is not None
        assert account.region == "busan"


def test_passwords_are_random_private_and_kept(tmp_path: Path) -> None:
    with installed(tmp_path / "one") as installation:
        accounts = settle_accounts(installation)
        again = settle_accounts(installation)
        path = installation.home.demo_accounts
        assert again == accounts
        assert path.stat().st_mode & 0o777 == 0o600
        assert "INSECURE" in json.loads(path.read_text("utf-8"))["notice"]
    with installed(tmp_path / "two") as other:
        elsewhere = {each.password for each in settle_accounts(other)}
    assert elsewhere.isdisjoint({each.password for each in accounts})


def test_a_start_that_was_cut_short_is_taken_up_again(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        accounts = settle_accounts(installation)
        with open_desks(installation).transaction() as desk:
            first = person_at(desk, accounts[0].role.email)
            assert first is not None
            desk.people.save_person(replace(first, email_lookup=None))
        assert settle_accounts(installation) == accounts
        with open_desks(installation).reading() as desk:
            assert person_at(desk, accounts[0].role.email) is not None


def test_the_owner_has_a_battery_once(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        run(installation, "battery-add", battery="demo-car")
        owner = owner_of(settle_accounts(installation))
        with installation.database.read() as connection:
            battery = RegistryStore(connection).battery_by_alias("demo-car")
        assert battery is not None
        for _start in range(2):
            give_battery(installation, owner, battery.battery_id)
        with installation.database.read() as connection:
            person = person_at(open_desks(installation).desk(connection), owner.role.email)
            assert person is not None
            owned = OwnershipStore(connection).of_person(person.person_id)
        assert [each.battery_id for each in owned] == [battery.battery_id]


def test_production_gets_none(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        settings = replace(installation.settings, mode="production")
        with pytest.raises(InsecureAccountsInProduction):
            settle_accounts(replace(installation, settings=settings))
        assert not installation.home.demo_accounts.exists()
