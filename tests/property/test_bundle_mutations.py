"""No altered bundle is accepted with another content.

In: valid bundles with all proofs in them, with and without evidence. Out: thousands of altered
files, each of which either is refused by a named error or still says the very same.
"""

import random

import pytest

from battery_passport.foundation.errors import InvalidInput, VerificationFailed
from battery_passport.foundation.strict_json import parse_json
from battery_passport.proof.verification import verify_bundle
from tests.factories.complete_proof import CompleteInstallation, complete_installation
from tests.factories.mutations import MUTATIONS
from tests.factories.proof import SECTIONS, as_bytes

INSTALLATION = complete_installation()
TRUST = INSTALLATION.trust().encode()
BUNDLES = {
    "public": INSTALLATION.assemble(),
    "sections": INSTALLATION.assemble(sections=tuple(SECTIONS)),
    "evidence": INSTALLATION.assemble(sections=("annex-xiii-4",), with_evidence=True),
}


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
    refused, same = campaign(BUNDLES[name], count=800, seed=seed)
    assert refused + same == 800
    # Blanks between members may change; nearly all of a bundle is not blank.
    assert refused > 740


@pytest.mark.long
@pytest.mark.parametrize("name", BUNDLES)
def test_no_altered_bundle_is_accepted_in_a_long_campaign(name: str) -> None:
    refused, same = campaign(BUNDLES[name], count=100_000, seed=4)
    assert refused + same == 100_000


def test_bytes_all_over_a_public_bundle_matter() -> None:
    bundle = BUNDLES["public"]
    original = parse_json(bundle)
    for place in range(0, len(bundle), 3):
        altered = bytearray(bundle)
        altered[place] ^= 1 << place % 8
        assert not accepted(bytes(altered)) or parse_json(bytes(altered)) == original, place


def test_truncated_bundle_is_refused_at_every_length() -> None:
    bundle = BUNDLES["public"].rstrip()
    for length in range(0, len(bundle), 23):
        assert not accepted(bundle[:length])


def test_bundle_of_another_installation_is_refused() -> None:
    other = complete_installation()
    for octets in (other.assemble(), other.assemble(with_evidence=True)):
        with pytest.raises(VerificationFailed, match="not in the trust file"):
            verify_bundle(octets, TRUST)


def test_parts_of_two_bundles_do_not_mix() -> None:
    """Every member of one genuine bundle, put into another of the same installation."""
    first = parse_json(INSTALLATION.assemble(with_evidence=True))
    again = CompleteInstallation(
        issuer=INSTALLATION.issuer,
        diagnostics=INSTALLATION.diagnostics,
        device=INSTALLATION.device,
        log_seed=INSTALLATION.log_seed,
    )
    again.add_passport()
    again.add_statement([b"another batch"])
    again.open_epoch()
    second = parse_json(again.assemble(with_evidence=True))
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    # A list of the same issuer, signed again, speaks about the passport as well as the first did.
    assert accepted(as_bytes({**first, "status": second.pop("status")}))
    for name, value in second.items():
        mixed = {**first, name: value}
        assert not accepted(as_bytes(mixed)) or mixed == first, name
