"""Typed messages have the digests that wallets sign and the members that contracts read.

In: every message there is. Out: eth-account's digest, and the text of the contracts' sources.
"""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from battery_passport.ledger.onchain import decisions, messages
from battery_passport.ledger.onchain.typed_data import (
    Domain,
    TypedMessage,
    digest_of,
    encode_member,
    typed_data,
)

DOMAIN = Domain(name="PassportRegistry", chain_id=31_900, contract=f"0x{'ab' * 20}")
KINDS = sorted(
    (
        each
        for module in (messages, decisions)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, TypedMessage) and each is not TypedMessage
    ),
    key=lambda kind: kind.TYPE,
)
SAMPLES = {
    "bytes32": b"\x11" * 32,
    "address": f"0x{'cd' * 20}",
    "address[]": (f"0x{'01' * 20}", f"0x{'02' * 20}"),
    "uint8": 5,
    "uint48": 1 << 40,
    "uint256": (1 << 255) + 7,
    "bool": True,
}


def made(kind: type[TypedMessage]) -> TypedMessage:
    listed = kind.TYPE.partition("(")[2].removesuffix(")").split(",")
    values = [SAMPLES[each.split(" ")[0]] for each in listed]
    names = [each.name for each in fields(kind)]  # type: ignore[arg-type]
    return kind(**dict(zip(names, values, strict=True)))


def wallet_digest(message: dict[str, Any]) -> bytes:
    signable = encode_typed_data(full_message=message)
    return keccak(b"\x19" + signable.version + signable.header + signable.body)


def test_all_messages_are_there() -> None:
    assert {kind.__name__ for kind in KINDS} == {
        "BatchIssue", "Cancellation", "MemberChange", "Objection", "OwnershipTransfer",
        "Rebinding", "ResponsibilityTransfer", "Revocation", "RoleChange", "SecondLife",
        "StatusChange", "Succession",
    }  # fmt: skip
    assert all(kind.TYPE.startswith(f"{kind.__name__}(") for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_digests_are_those_of_a_wallet(kind: type[TypedMessage]) -> None:
    message = made(kind)
    shown = json.loads(json.dumps(typed_data(DOMAIN, message)))
    assert wallet_digest(shown) == digest_of(DOMAIN, message)
    signed = Account.sign_typed_data(b"\x05" * 32, full_message=shown)
    assert bytes(signed.message_hash) == digest_of(DOMAIN, message)


@pytest.mark.parametrize("kind", KINDS)
def test_contracts_hash_the_same_types(kind: type[TypedMessage], repository: Path) -> None:
    sources = (repository / "contracts/src").rglob("*.sol")
    assert any(f'"{kind.TYPE}"' in each.read_text() for each in sources)


def test_every_domain_member_binds() -> None:
    message = made(messages.OwnershipTransfer)
    others = [
        Domain(name="Consortium", chain_id=31_900, contract=DOMAIN.contract),
        Domain(name=DOMAIN.name, chain_id=31_901, contract=DOMAIN.contract),
        Domain(name=DOMAIN.name, chain_id=31_900, contract=f"0x{'ac' * 20}"),
        Domain(name=DOMAIN.name, chain_id=31_900, contract=DOMAIN.contract, version="2"),
    ]
    assert len({digest_of(each, message) for each in [DOMAIN, *others]}) == 5


@pytest.mark.parametrize(
    ("kind", "value"),
    [("uint8", 256), ("uint48", 1 << 48), ("uint256", -1), ("bytes32", b""), ("address", "0x01")],
)
def test_members_that_do_not_fit_are_refused(kind: str, value: int | bytes | str) -> None:
    with pytest.raises(ValueError, match=r"is not|32 bytes|20 bytes"):
        encode_member(kind, value)
