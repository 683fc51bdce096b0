"""People's keys on a real ledger: taken, handed on, appointed, lost; the contract decides."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32
from eth_utils.address import to_checksum_address

from battery_passport.access.people.registering import add_person
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.desks import open_desks
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.ledger_keys.losing import Losing
from battery_passport.assembly.ledger_keys.messages import SignatureNotTheirs
from battery_passport.assembly.ledger_keys.moving import NothingToSign
from battery_passport.assembly.ledger_keys.service import InstallationLedgerKeys
from battery_passport.assembly.ledger_keys.tokens import NotOnLedger, opened_registry, token_of
from battery_passport.foundation.clock import SystemClock
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.ledger.onchain.checking import MessageOutdated
from battery_passport.web.owner_keys.ports import Holder, Signed
from tests.factories.chain import require_engine
from tests.factories.installation import installed, run
from tests.factories.owner_wishes import only_wish

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("ledger-keys")]

RATING: JsonObject = {"rated_capacity_ah": 100.0, "cells_in_series": 8, "chemistry": "NMC"}


@dataclass
class World:
    """An installation with a battery that has a passport, and people."""

    installation: Installation
    battery_id: UUID
    keys: InstallationLedgerKeys
    losing: Losing

    def person(self, name: str) -> UUID:
        with open_desks(self.installation).transaction() as desk:
            made = add_person(
                desk,
                new_uuid7(desk.moment),
                name=name,
                email=f"{name}@example.org",
                language="ko",
                password_hash="x",
            )
        return made.person_id

    def holder(self) -> str:
        with opened_registry(self.installation) as registry:
            holder = token_of(self.installation, registry, self.battery_id).holder
        return str(to_checksum_address(holder))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    require_engine()
    with installed(tmp_path / "home") as installation:
        run(installation, "battery-add", battery="first", **RATING)
        run(installation, "passport-issue", battery="first")
        sealing = open_desks(installation).sealing
        with installation.database.read() as connection:
            battery = RegistryStore(connection).battery_by_alias("first")
        assert battery is not None
        yield World(
            installation,
            battery.battery_id,
            InstallationLedgerKeys(installation, sealing),
            Losing(installation, sealing),
        )


def new_key() -> LocalAccount:
    key: LocalAccount = Account.create()
    return key


def signed(key: LocalAccount, typed: JsonObject, **members: str) -> Signed:
    """Sign as a browser does: with another library than ours, from the JSON of the page."""
    document: dict[str, Any] = json.loads(json.dumps(typed))
    message = document["message"]
    message.update(members)
    number = message.get("nonce", message.get("proposal"))
    encoded = encode_typed_data(full_message=_numbers(document))
    return Signed(
        address=key.address,
        number=int(number),
        deadline_s=int(message["deadline"]),
        signature=bytes(key.sign_message(encoded).signature),
    )


def _numbers(document: dict[str, Any]) -> dict[str, Any]:
    for member in document["types"][document["primaryType"]]:
        if member["type"].startswith("uint"):
            name = member["name"]
            document["message"][name] = int(document["message"][name])
    return document


def take(world: World, person: UUID, key: LocalAccount) -> bool:
    state = world.keys.state(person, world.battery_id)
    return world.keys.take(person, world.battery_id, signed(key, state.take, to=key.address))


def test_a_battery_goes_from_hand_to_hand_by_the_signatures_of_both(world: World) -> None:
    hana, jun = world.person("hana"), world.person("jun")
    before = world.keys.state(hana, world.battery_id)
    assert (before.holder, before.asked_until, before.appoint) == (Holder.ORGANISATION, None, None)
    first, second = new_key(), new_key()
    assert take(world, hana, first), "the organisation signs at once"
    assert world.holder() == first.address
    assert world.keys.state(hana, world.battery_id).holder is Holder.ME
    assert world.keys.state(jun, world.battery_id).holder is Holder.ANOTHER
    assert not take(world, jun, second), "the first owner has to sign"
    assert world.holder() == first.address
    assert world.keys.state(jun, world.battery_id).asked_until is not None
    assert world.keys.waiting(jun) == []
    [waits] = world.keys.waiting(hana)
    assert waits.request_id is not None
    with pytest.raises(SignatureNotTheirs):
        world.keys.give(hana, waits.request_id, signed(second, waits.message).signature)
    with pytest.raises(NothingToSign):
        world.keys.give(jun, waits.request_id, signed(first, waits.message).signature)
    world.keys.give(hana, waits.request_id, signed(first, waits.message).signature)
    assert world.holder() == second.address
    assert world.keys.state(jun, world.battery_id).holder is Holder.ME
    assert world.keys.waiting(hana) == []
    with pytest.raises(NothingToSign):
        world.keys.give(hana, waits.request_id, signed(first, waits.message).signature)


def test_an_appointed_organisation_gives_the_battery_back(world: World) -> None:
    hana, first = world.person("hana"), new_key()
    take(world, hana, first)
    state = world.keys.state(hana, world.battery_id)
    assert state.appoint is not None
    world.keys.appoint(hana, world.battery_id, signed(first, state.appoint))
    assert world.keys.state(hana, world.battery_id).holder is Holder.ORGANISATION
    second = new_key()
    assert take(world, hana, second)
    assert world.holder() == second.address


def test_what_does_not_fit_is_not_carried(world: World) -> None:
    hana, key = world.person("hana"), new_key()
    state = world.keys.state(hana, world.battery_id)
    good = signed(key, state.take, to=key.address)
    flipped = bytes([good.signature[0] ^ 1]) + good.signature[1:]
    upper = bytes.fromhex("00" * 32 + "ff" * 32 + "1b")
    for wrong in (flipped, b"", good.signature[:64], good.signature[:64] + b"\x00", upper):
        asked = replace(good, signature=wrong)
        with pytest.raises(SignatureNotTheirs):
            world.keys.take(hana, world.battery_id, asked)
    for number, deadline_s in ((1, good.deadline_s), (0, 1), (0, good.deadline_s + 10**8)):
        asked = replace(good, number=number, deadline_s=deadline_s)
        with pytest.raises(MessageOutdated):
            world.keys.take(hana, world.battery_id, asked)
    assert world.keys.take(hana, world.battery_id, good)
    with pytest.raises(MessageOutdated):
        world.keys.take(hana, world.battery_id, good)


def test_a_lost_key_is_replaced_by_approval_after_a_delay_open_to_objection(world: World) -> None:
    hana, lost, found = world.person("hana"), new_key(), new_key()
    take(world, hana, lost)
    state = world.keys.state(hana, world.battery_id)
    assert state.lost is not None
    world.keys.lost(hana, world.battery_id, signed(found, state.lost, to=found.address))
    waiting = world.keys.state(hana, world.battery_id).replacement
    assert waiting is not None
    assert (waiting.approvals, waiting.needed, waiting.ready_at) == (0, 1, None)
    wish = only_wish(world.installation)
    stranger = new_key()
    signature = bytes(stranger.unsafe_sign_hash(Hash32(wish.digest)).signature)
    with pytest.raises(SignatureNotTheirs, match="no member"):
        world.losing.approve(UUID(wish.request), (stranger.address, signature))
    told = run(world.installation, "ledger-approve", request=wish.request)
    assert told == {"approvals": 1, "needed": 1}
    proposed = world.keys.state(hana, world.battery_id)
    assert proposed.replacement is not None
    assert proposed.replacement.ready_at is not None
    assert not proposed.replacement.is_ready
    with pytest.raises(MessageOutdated, match="can still object"):
        world.keys.finish(hana, world.battery_id)
    assert proposed.objection is not None
    world.keys.object_to(hana, world.battery_id, signed(lost, proposed.objection))
    after = world.keys.state(hana, world.battery_id)
    assert (after.replacement, after.holder, world.holder()) == (None, Holder.ME, lost.address)


def test_nobody_objects_and_the_new_key_takes_the_place_of_the_lost_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hana, lost, found = world.person("hana"), new_key(), new_key()
    take(world, hana, lost)
    state = world.keys.state(hana, world.battery_id)
    assert state.lost is not None
    world.keys.lost(hana, world.battery_id, signed(found, state.lost, to=found.address))
    run(world.installation, "ledger-approve", request=only_wish(world.installation).request)
    began = SystemClock().now()
    monkeypatch.setattr(SystemClock, "now", lambda _clock: began + timedelta(days=7, minutes=1))
    ready = world.keys.state(hana, world.battery_id).replacement
    assert ready is not None
    assert ready.is_ready
    world.keys.finish(hana, world.battery_id)
    after = world.keys.state(hana, world.battery_id)
    assert (after.replacement, after.holder, world.holder()) == (None, Holder.ME, found.address)


def test_no_record_of_ours_joins_a_person_and_an_address(world: World) -> None:
    hana, jun, first, second = world.person("hana"), world.person("jun"), new_key(), new_key()
    take(world, hana, first)
    take(world, jun, second)
    with world.installation.database.read() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        dump = "\n".join(driver.iterdump())
    for key in (first, second):
        hexadecimal = key.address[2:].lower()
        lines = [line for line in dump.lower().splitlines() if hexadecimal in line]
        assert [line for line in lines if "outgoing_transactions" not in line] == []
        people = {str(hana), str(jun)}
        assert not any(person in line for person in people for line in lines)


def test_a_battery_without_passport_is_not_on_the_ledger(world: World) -> None:
    run(world.installation, "battery-add", battery="second", **RATING)
    with world.installation.database.read() as connection:
        battery = RegistryStore(connection).battery_by_alias("second")
    assert battery is not None
    with pytest.raises(NotOnLedger):
        world.keys.state(world.person("hana"), battery.battery_id)
