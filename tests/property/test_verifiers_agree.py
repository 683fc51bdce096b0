"""Two verifiers written apart say the same of every bundle, good, spoiled or changed by chance.

In: bundles with every kind of part, changed in their bytes and in their members. Out: the same
report, or the same reason; and no changed bundle tells a reader anything else than the original.
"""

import json
import random
from collections import Counter
from typing import Any

import pytest

from tests.factories.complete_proof import CompleteInstallation, complete_installation
from tests.factories.javascript_verifier import Question, ask_javascript, ask_python, comparable
from tests.factories.mutations import mutated, mutated_document
from tests.factories.proof import SECTIONS, Installation, issued_installation

COMPLETE = complete_installation()
PLAIN = issued_installation()


def second_of(first: CompleteInstallation) -> CompleteInstallation:
    """Return another installation under the same keys: its parts are genuine, of other files."""
    again = CompleteInstallation(
        issuer=first.issuer,
        diagnostics=first.diagnostics,
        device=first.device,
        log_seed=first.log_seed,
    )
    again.add_passport()
    again.add_statement([b"another batch"])
    again.open_epoch()
    return again


def files_of(installation: Installation) -> dict[str, bytes]:
    return {
        "public": installation.assemble(),
        "sections": installation.assemble(sections=tuple(SECTIONS)),
        "evidence": installation.assemble(sections=("annex-xiii-4",), with_evidence=True),
        "trust": installation.trust().encode(),
    }


FILES = {f"complete {name}": octets for name, octets in files_of(COMPLETE).items()}
FILES |= {f"plain {name}": octets for name, octets in files_of(PLAIN).items()}
OTHERS: list[dict[str, Any]] = [
    json.loads(octets) for octets in files_of(second_of(COMPLETE)).values()
]
BUNDLES = [name for name in FILES if not name.endswith("trust")]


def drawn(count: int, seed: int) -> list[Question]:
    """Return so many changed bundles, and a few changed trust files with a good bundle."""
    dice = random.Random(seed)
    documents = {name: json.loads(octets) for name, octets in FILES.items()}
    found = []
    for _ in range(count):
        name = dice.choice(BUNDLES)
        changed = (
            mutated(FILES[name], dice)
            if dice.random() < 0.5
            else mutated_document(documents[name], dice.choice(OTHERS), dice)
        )
        found.append(Question(name, trust_of(name), changed=changed))
    return found


def trust_of(bundle: str) -> str:
    return f"{bundle.split(maxsplit=1)[0]} trust"


def claims_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what a reader is told of a valid bundle."""
    return comparable(answer) | {"passport": answer["passport"]}


def compare(count: int, seed: int, *options: str) -> Counter[str]:
    """Return how often each reason was given, by both alike."""
    questions = drawn(count, seed)
    asked = [Question(name, trust_of(name)) for name in BUNDLES]
    unchanged = dict(zip(BUNDLES, map(claims_of, ask_python(FILES, asked)), strict=True))
    ours, theirs = ask_python(FILES, questions), ask_javascript(FILES, questions, *options)
    for number, (question, one, other) in enumerate(zip(questions, ours, theirs, strict=True)):
        what = f"seed {seed}, number {number}: {question.changed!r:.20000}"
        assert comparable(one) == comparable(other), what
        if "code" not in one:
            assert one["passport"] == other["passport"], what
            assert claims_of(one) == unchanged[question.bundle], what
    return Counter(each.get("code", "valid") for each in ours)


def test_unchanged_bundles_are_valid_to_both() -> None:
    questions = [Question(name, trust_of(name)) for name in BUNDLES]
    for options in ((), ("--noble",)):
        answers = ask_javascript(FILES, questions, *options)
        for one, other in zip(ask_python(FILES, questions), answers, strict=True):
            assert one["valid"]
            assert comparable(one) == comparable(other)
            assert one["passport"] == other["passport"]


def test_both_say_the_same_of_changed_bundles() -> None:
    reasons = compare(1_200, 1)
    assert len(reasons) > 12, reasons


def test_both_say_the_same_where_the_machine_has_no_webcrypto() -> None:
    compare(150, 2, "--noble")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 35))
def test_both_say_the_same_in_a_long_campaign(seed: int) -> None:
    compare(4_000, seed)
