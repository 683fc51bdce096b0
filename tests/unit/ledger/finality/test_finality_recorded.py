"""Proofs recorded from a real network of four validators, then five: believed, and refused.

In: recorded.json (made by tests/factories/finality_recording.py). Out: the anchors in it.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from battery_passport.ledger.finality.errors import (
    ForeignValidatorSet,
    NotFinal,
    OtherContract,
    OtherNetwork,
    TooLittlePower,
    TransactionFailed,
    VoteNotValid,
    VoteOfAnotherHeight,
)
from battery_passport.ledger.finality.model import (
    FinalAnchor,
    ValidatorSet,
    read_finality,
    read_validator_set,
)
from battery_passport.ledger.finality.verification import check_anchored, verify_finality
from tests.factories.finality import make_validators

RECORDED = json.loads(Path(__file__).with_name("recorded.json").read_text(encoding="utf-8"))
TRUSTED = read_validator_set(RECORDED["set"])
GOOD = ("alone", "among others", "after a change")


def recorded(name: str) -> Any:
    """Return a proof's JSON that a test may change."""
    return json.loads(json.dumps(RECORDED["proofs"][name]["proof"]))


def verify(document: Any, **changed: Any) -> FinalAnchor:
    expected: dict[str, Any] = {
        "network": RECORDED["network"],
        "contract": RECORDED["contract"],
        "trusted_sets": (TRUSTED,),
    }
    return verify_finality(read_finality(document), **{**expected, **changed})


@pytest.mark.parametrize("name", GOOD)
def test_what_the_real_network_agreed_on_is_believed(name: str) -> None:
    document = recorded(name)
    anchor = verify(document)
    entry = RECORDED["proofs"][name]
    check_anchored(
        anchor,
        origin=RECORDED["origin"],
        size=entry["size"],
        root=bytes.fromhex(entry["root"]),
    )
    assert anchor.signed_power * 3 > anchor.total_power * 2
    assert read_finality(document).as_json() == document
    assert len(json.dumps(document)) < 25_000


def test_the_recordings_are_of_all_kinds() -> None:
    assert not recorded("alone")["path"]
    assert recorded("among others")["path"]
    assert len(recorded("after a change")["blocks"]) > 2
    assert verify(recorded("after a change")).total_power == 4_900


def test_a_third_of_the_power_missing_is_refused() -> None:
    for block in (0, 1):
        document = recorded("alone")
        votes = document["blocks"][block]["commit"]["votes"]
        del votes[2:]
        with pytest.raises(TooLittlePower):
            verify(document)


def test_a_foreign_set_is_refused() -> None:
    strangers = make_validators().trusted_from(1)
    with pytest.raises(ForeignValidatorSet):
        verify(recorded("alone"), trusted_sets=(strangers,))
    later = ValidatorSet(1_000_000, TRUSTED.validators)
    with pytest.raises(ForeignValidatorSet):
        verify(recorded("alone"), trusted_sets=(later,))
    document = recorded("after a change")
    del document["blocks"][0]
    with pytest.raises(ForeignValidatorSet):
        verify(document)


def test_votes_of_another_height_are_refused() -> None:
    document, other = recorded("alone"), recorded("among others")
    document["blocks"][0]["commit"]["height"] = other["blocks"][0]["commit"]["height"]
    with pytest.raises(VoteOfAnotherHeight):
        verify(document)
    document = recorded("alone")
    document["blocks"][0]["commit"]["votes"] = other["blocks"][0]["commit"]["votes"]
    with pytest.raises(VoteNotValid):
        verify(document)


def test_another_chain_and_another_contract_are_refused() -> None:
    with pytest.raises(OtherNetwork):
        verify(recorded("alone"), network="another-network")
    with pytest.raises(OtherContract):
        verify(recorded("alone"), contract="0x" + "00" * 20)


def test_a_failed_transaction_is_refused_though_it_is_final() -> None:
    with pytest.raises(TransactionFailed, match="refused"):
        verify(recorded("failed"))


@pytest.mark.parametrize("member", ["transaction", "result", "path"])
def test_parts_of_another_proof_are_refused(member: str) -> None:
    document = recorded("alone")
    document[member] = recorded("among others")[member]
    with pytest.raises(NotFinal):
        verify(document)
