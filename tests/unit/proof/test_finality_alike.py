"""Finality proofs mean the same to both verifiers: over many heights, changes of set, and flaws.

In: proofs of validators that really sign. Out: the same anchor, or the same reason.
"""

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.strict_json import parse_json
from battery_passport.ledger.finality.model import FinalityProof, read_finality
from battery_passport.ledger.finality.verification import verify_finality
from battery_passport.proof.trust import CONSORTIUM_ENGINE, ChainTrust, TrustFile
from tests.factories.finality import (
    CONTRACT,
    NETWORK,
    BlockPlan,
    ProofPlan,
    make_block,
    make_log,
    make_proof,
    make_result,
    make_transaction,
    make_validators,
)
from tests.factories.javascript_verifier import ask_javascript_about_finality
from tests.factories.mutations import mutated_document
from tests.factories.proof import issued_installation

FIRST, SECOND = make_validators(), make_validators(5, power=900)
THIRD = make_validators(3, seed="third")
CHANGE = 30
TRUST = issued_installation().trust(
    chain=ChainTrust(CONSORTIUM_ENGINE, 1, CONTRACT, NETWORK),
    validator_sets=(FIRST.trusted_from(1),),
)


def python_says(text: str, trust: TrustFile) -> dict[str, Any]:
    """Return what our own verifier says of a proof, as the other one says it."""
    try:
        anchor = verify_finality(
            read_finality(parse_json(text)),
            network=str(trust.chain.network),
            contract=trust.chain.contract,
            trusted_sets=trust.validator_sets,
        )
    except BatteryPassportError as error:
        return {"code": error.code}
    return {
        "height": anchor.height,
        "signed": anchor.signed_power,
        "power": anchor.total_power,
        "size": anchor.size,
        "originHash": anchor.origin_hash.hex(),
        "root": anchor.root.hex(),
        "at": format_utc(anchor.block_time),
    }


def alike(proofs: list[FinalityProof | str], *options: str) -> list[dict[str, Any]]:
    """Return what both verifiers say alike."""
    texts = [each if isinstance(each, str) else json.dumps(each.as_json()) for each in proofs]
    ours = [python_says(text, TRUST) for text in texts]
    assert ask_javascript_about_finality(TRUST.encode(), proofs, *options) == ours
    return ours


def across_the_change(height: int) -> FinalityProof:
    """Return a proof of a height; beyond the change of set it shows that change too."""
    if height <= CHANGE:
        following = SECOND if height == CHANGE else None
        plan = BlockPlan(height=height, validators=FIRST, next_validators=following)
        return make_proof(ProofPlan(block=plan))
    change = make_block(BlockPlan(height=CHANGE, validators=FIRST, next_validators=SECOND))
    plan = BlockPlan(height=height, validators=SECOND)
    return make_proof(ProofPlan(block=plan, changes=(change,)))


def test_fifty_heights_across_a_change_of_the_set() -> None:
    answers = alike([across_the_change(height) for height in range(1, 51)])
    assert [each["height"] for each in answers] == list(range(1, 51))
    assert {each["power"] for each in answers} == {4_000, 4_500}


def test_heights_without_webcrypto() -> None:
    assert "code" not in alike([across_the_change(40)], "--noble")[0]


@pytest.mark.long
def test_a_thousand_heights_across_a_change_of_the_set() -> None:
    heights = random.Random(1).sample(range(1, 5_000), 1_000)
    answers = alike([across_the_change(height) for height in heights])
    assert [each["height"] for each in answers] == heights


def test_each_flaw_has_its_own_reason() -> None:
    whole = across_the_change(40)
    good = make_proof()
    flaws: dict[str, FinalityProof] = {
        "too-little-power": make_proof(ProofPlan(block=BlockPlan(signers=(0, 3)))),
        "foreign-validator-set": make_proof(ProofPlan(block=BlockPlan(validators=THIRD))),
        "other-network": make_proof(ProofPlan(block=BlockPlan(network="another"))),
        "vote-not-valid": make_proof(ProofPlan(block=BlockPlan(signs_as={"height": 40}))),
        "transaction-failed": make_proof(ProofPlan(result=make_result(code=5))),
        "other-contract": make_proof(
            ProofPlan(result=make_result(logs=[make_log(contract="0x" + "aa" * 20)]))
        ),
        "no-anchor-event": make_proof(ProofPlan(result=make_result(logs=[]))),
        "not-an-anchoring": make_proof(ProofPlan(transaction=make_transaction(kind="MsgOther"))),
        "blocks-not-joined": replace(good, blocks=(good.blocks[0], make_proof().blocks[0])),
        "header-tampered": replace(
            good, blocks=(replace(good.blocks[0], header=whole.blocks[0].header), good.blocks[1])
        ),
        "unneeded-change": replace(
            good, blocks=(make_block(BlockPlan(height=7, validators=FIRST)), *good.blocks)
        ),
    }
    answers = alike([*flaws.values(), make_proof(ProofPlan(result=make_result(vm_error="no")))])
    expected = [*flaws, "transaction-failed"]
    assert [each["code"] for each in answers] == [f"finality-{name}" for name in expected]


def test_a_hidden_change_is_refused() -> None:
    whole = across_the_change(40)
    hidden = replace(whole.blocks[0], next_validators=None)
    assert alike([replace(whole, blocks=(hidden, *whole.blocks[1:]))]) == [
        {"code": "finality-foreign-validator-set"}
    ]


def test_changed_proofs_are_refused_alike() -> None:
    dice = random.Random(5)
    document, other = across_the_change(40).as_json(), across_the_change(41).as_json()
    texts: list[FinalityProof | str] = [
        mutated_document(document, other, dice).decode("utf-8", "replace") for _ in range(400)
    ]
    answers = alike(texts)
    assert sum("code" in each for each in answers) > 300
    unchanged = python_says(json.dumps(document), TRUST)
    claims = ("height", "size", "originHash", "root", "at")
    for each in answers:
        if "code" not in each:
            assert {name: each[name] for name in claims} == {n: unchanged[n] for n in claims}
