"""No change to a finality proof is believed: every byte of its JSON, and its structure.

In: proofs that hold. Out: a refusal for each mutation that says anything else.
"""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.strict_json import canonical_json, parse_json
from battery_passport.ledger.finality.model import FinalAnchor, read_finality
from battery_passport.ledger.finality.verification import verify_finality
from tests.factories.finality import (
    CONTRACT,
    NETWORK,
    BlockPlan,
    ProofPlan,
    make_block,
    make_proof,
    make_validators,
)

FIRST, SECOND = make_validators(), make_validators(5, power=900)
CHANGE = make_block(BlockPlan(height=10, validators=FIRST, next_validators=SECOND))
PROOF = make_proof(
    ProofPlan(
        block=BlockPlan(validators=SECOND),
        changes=(CHANGE,),
        neighbours=((True, bytes(32), bytes(32)),),
    )
)
DOCUMENT = PROOF.as_json()
OCTETS = canonical_json(DOCUMENT)
LETTERS = b'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/=-.,:"[]{} \\\x00\xff'


def verify(octets: bytes) -> FinalAnchor:
    return believe(parse_json(octets))


def believe(document: Any) -> FinalAnchor:
    return verify_finality(
        read_finality(document),
        network=NETWORK,
        contract=CONTRACT,
        trusted_sets=(FIRST.trusted_from(1),),
    )


def is_same_document(octets: bytes) -> bool:
    """Tell whether JSON spells the same value: blanks between members are no part of it."""
    try:
        return bool(parse_json(octets) == parse_json(OCTETS))
    except BatteryPassportError:
        return False


def test_the_proof_itself_holds() -> None:
    assert verify(OCTETS).total_power == 4_500


def test_every_byte_changed_is_refused() -> None:
    source = random.Random(1)
    for place in range(len(OCTETS)):
        letter = source.choice([each for each in LETTERS if each != OCTETS[place]])
        mutated = OCTETS[:place] + bytes([letter]) + OCTETS[place + 1 :]
        if is_same_document(mutated):
            continue
        with pytest.raises(BatteryPassportError):
            verify(mutated)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value of a document."""
    if isinstance(value, dict):
        steps = list(value.items())
    else:
        steps = list(enumerate(value)) if isinstance(value, list) else []
    return [found for name, each in steps for found in ((*way, name), *places(each, (*way, name)))]


WAYS = sorted(set(places(DOCUMENT)), key=str)
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 70), 1 << 70),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)


@given(way=st.sampled_from(WAYS), strange=STRANGE)
def test_any_value_in_place_of_another_is_refused(way: tuple[Any, ...], strange: Any) -> None:
    document = json.loads(OCTETS)
    *above, name = way
    holder = document
    for step in above:
        holder = holder[step]
    if holder[name] == strange and type(holder[name]) is type(strange):
        return
    holder[name] = strange
    with pytest.raises(BatteryPassportError):
        believe(document)


@given(way=st.sampled_from(WAYS), again=st.booleans())
def test_a_member_left_out_or_an_item_twice_proves_nothing_else(
    way: tuple[Any, ...], again: bool
) -> None:
    document = json.loads(OCTETS)
    *above, name = way
    holder = document
    for step in above:
        holder = holder[step]
    if again and isinstance(holder, list):
        holder.insert(name, holder[name])
    else:
        del holder[name]
    try:
        anchor = verify(canonical_json(document))
    except BatteryPassportError:
        return
    # One vote fewer is still more than two thirds; what was agreed on is the same.
    assert above[-1] == "votes"
    assert anchor.root == verify(OCTETS).root
