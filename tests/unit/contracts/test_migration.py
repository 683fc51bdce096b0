"""A contract names its successor by k of n, once, and writes nothing from then on.

In: a successor. Out: every writing function refuses and names it; reading goes on.
"""

import json
from pathlib import Path

import pytest

from battery_passport.adapters.evm.artefact import (
    CHECKPOINT_ANCHORS,
    CONSORTIUM,
    PASSPORT_REGISTRY,
    load_artefact,
)
from battery_passport.ledger.onchain.decisions import Succession
from battery_passport.ledger.onchain.messages import NOBODY
from battery_passport.ledger.onchain.typed_data import Domain
from tests.factories.contracts import MEMBERS, NAMES, STRANGER, ContractWorld, Refused


def domain_of(world: ContractWorld, name: str) -> Domain:
    return {
        CONSORTIUM: world.consortium,
        CHECKPOINT_ANCHORS: world.anchors,
        PASSPORT_REGISTRY: world.registry,
    }[name]


def succeed(
    world: ContractWorld, name: str, message: Succession, domain: Domain | None = None, k: int = 2
) -> None:
    approvals = world.approvals(domain or domain_of(world, name), message, MEMBERS[:k])
    world.call(name, "succeed", *message.values, approvals, sender=STRANGER)


def to_another(world: ContractWorld, name: str) -> Succession:
    other = next(world.addresses[each] for each in NAMES if each != name)
    return Succession(successor=other, deadline=world.deadline)


@pytest.mark.parametrize("name", NAMES)
def test_k_members_name_a_successor_once(world: ContractWorld, name: str) -> None:
    assert world.call(name, "successor") == (NOBODY,)
    message = to_another(world, name)
    succeed(world, name, message)
    assert world.events(name) == [("Succeeded", {"successor": message.successor.lower()})]
    assert world.call(name, "successor") == (message.successor.lower(),)
    with pytest.raises(Refused, match="MigrationSucceeded"):
        succeed(world, name, message)


@pytest.mark.parametrize("name", NAMES)
def test_writing_ends_and_reading_goes_on(
    world: ContractWorld, name: str, repository: Path
) -> None:
    key = world.registered()
    before = world.token(key)
    succeed(world, name, to_another(world, name))
    folder = repository / "src/battery_passport/adapters/evm/artefacts"
    artefact = json.loads((folder / f"{name}.json").read_text())
    writing = [
        each["name"]
        for each in artefact["abi"]
        if each["type"] == "function" and each["stateMutability"] == "nonpayable"
    ]
    assert len(writing) == {CONSORTIUM: 3, CHECKPOINT_ANCHORS: 2, PASSPORT_REGISTRY: 11}[name]
    for function in writing:
        with pytest.raises(Refused, match="MigrationSucceeded"):
            world.call(name, function, *map(blank, load_artefact(name).inputs[function]))
    assert world.token(key) == before
    assert world.call(CONSORTIUM, "threshold") == (2,)


def blank(kind: str) -> object:
    """Return some value of an ABI type."""
    if kind.endswith("[]"):
        return []
    if kind.startswith("("):
        return tuple(blank(each) for each in split(kind[1:-1]))
    if kind == "address":
        return NOBODY
    if kind == "bytes32":
        return bytes(32)
    return {"bytes": b"", "bool": False}.get(kind, 0)


def split(members: str) -> list[str]:
    assert "(" not in members
    return members.split(",")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_less_than_k_members_under_this_very_message(
    world: ContractWorld, name: str
) -> None:
    good = to_another(world, name)
    for k in (0, 1):
        with pytest.raises(Refused):
            succeed(world, name, good, k=k)
    elsewhere = next(domain_of(world, each) for each in NAMES if each != name)
    with pytest.raises(Refused):
        succeed(world, name, good, domain=elsewhere)
    for bad in (STRANGER.address, world.addresses[name], NOBODY):
        with pytest.raises(Refused, match="MigrationNoSuccessor"):
            succeed(world, name, Succession(successor=bad, deadline=world.deadline))
    with pytest.raises(Refused, match="SignedMessagesExpired"):
        succeed(world, name, Succession(successor=good.successor, deadline=1))
    assert world.call(name, "successor") == (NOBODY,)
