"""No altered bundle is accepted with another content.

In: valid bundles, with and without evidence. Out: thousands of altered files, each of which either
is refused by a named error or still says the very same.
"""

import random
from collections.abc import Callable

import pytest

from battery_passport.foundation.errors import InvalidInput, VerificationFailed
from battery_passport.foundation.strict_json import parse_json
from battery_passport.proof.verification import verify_bundle
from tests.factories.proof import SECTIONS, Installation, as_bytes, issued_installation

INSTALLATION = issued_installation()
TRUST = INSTALLATION.trust().encode()
BUNDLES = {
    "public": INSTALLATION.assemble(),
    "sections": INSTALLATION.assemble(sections=tuple(SECTIONS)),
    "evidence": INSTALLATION.assemble(sections=("annex-xiii-4",), with_evidence=True),
}
# Characters that mean something to JSON, base64, numbers or notes are likelier to slip through.
TELLING = b' \t\n\r"\\{}[]:,.~-_+/=0123456789eEtfnuAaBb\xe2\x80\x94\x00'


def replace_byte(octets: bytearray, dice: random.Random) -> None:
    octets[dice.randrange(len(octets))] = dice.randrange(256)


def flip_bit(octets: bytearray, dice: random.Random) -> None:
    octets[dice.randrange(len(octets))] ^= 1 << dice.randrange(8)


def put_telling(octets: bytearray, dice: random.Random) -> None:
    octets[dice.randrange(len(octets))] = dice.choice(TELLING)


def insert_telling(octets: bytearray, dice: random.Random) -> None:
    octets.insert(dice.randrange(len(octets) + 1), dice.choice(TELLING))


def drop_byte(octets: bytearray, dice: random.Random) -> None:
    del octets[dice.randrange(len(octets))]


def swap_neighbours(octets: bytearray, dice: random.Random) -> None:
    place = dice.randrange(len(octets) - 1)
    octets[place], octets[place + 1] = octets[place + 1], octets[place]


def repeat_slice(octets: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(octets))
    end = min(len(octets), start + dice.randrange(1, 200))
    octets[start:start] = octets[start:end]


Mutation = Callable[[bytearray, random.Random], None]
MUTATIONS: tuple[Mutation, ...] = (
    replace_byte,
    flip_bit,
    put_telling,
    insert_telling,
    drop_byte,
    swap_neighbours,
    repeat_slice,
)


def accepted(octets: bytes) -> bool:
    """Return whether a bundle verifies; any error but the two kinds for this fails the test."""
    try:
        verify_bundle(octets, TRUST)
    except (InvalidInput, VerificationFailed):
        return False
    return True


def campaign(bundle: bytes, *, count: int, seed: int) -> tuple[int, int]:
    """Return how many altered bundles were refused, and how many said the very same."""
    dice = random.Random(seed)
    original = parse_json(bundle)
    refused = same = 0
    for number in range(count):
        altered = bytearray(bundle)
        MUTATIONS[number % len(MUTATIONS)](altered, dice)
        if not accepted(bytes(altered)):
            refused += 1
            continue
        assert parse_json(bytes(altered)) == original, f"seed {seed}, number {number}"
        same += 1
    return refused, same


@pytest.mark.parametrize(("name", "seed"), [("public", 1), ("sections", 2), ("evidence", 3)])
def test_no_altered_bundle_is_accepted_with_another_content(name: str, seed: int) -> None:
    assert accepted(BUNDLES[name])
    refused, same = campaign(BUNDLES[name], count=5_000, seed=seed)
    assert refused + same == 5_000
    # Blanks between members may change; nearly all of a bundle is not blank.
    assert refused > 4_700


@pytest.mark.long
@pytest.mark.parametrize("name", BUNDLES)
def test_no_altered_bundle_is_accepted_in_a_long_campaign(name: str) -> None:
    refused, same = campaign(BUNDLES[name], count=100_000, seed=4)
    assert refused + same == 100_000


def test_every_single_byte_of_a_public_bundle_matters() -> None:
    bundle = BUNDLES["public"]
    original = parse_json(bundle)
    for place in range(len(bundle)):
        altered = bytearray(bundle)
        altered[place] ^= 1
        assert not accepted(bytes(altered)) or parse_json(bytes(altered)) == original, place


def test_truncated_bundle_is_refused_at_every_length() -> None:
    bundle = BUNDLES["public"].rstrip()
    for length in range(0, len(bundle), 7):
        assert not accepted(bundle[:length])


def test_bundle_of_another_installation_is_refused() -> None:
    other = issued_installation()
    for octets in (other.assemble(), other.assemble(with_evidence=True)):
        with pytest.raises(VerificationFailed, match="not in the trust file"):
            verify_bundle(octets, TRUST)


def test_parts_of_two_bundles_do_not_mix() -> None:
    """Every member of one genuine bundle, put into another of the same installation."""
    first = parse_json(INSTALLATION.assemble(with_evidence=True))
    again = Installation(
        issuer=INSTALLATION.issuer,
        diagnostics=INSTALLATION.diagnostics,
        device=INSTALLATION.device,
        log_seed=INSTALLATION.log_seed,
    )
    again.add_passport()
    again.add_statement([b"another batch"])
    second = parse_json(again.assemble(with_evidence=True))
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    for name, value in second.items():
        mixed = {**first, name: value}
        assert not accepted(as_bytes(mixed)) or mixed == first, name
