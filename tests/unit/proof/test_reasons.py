"""Each way to spoil a bundle has a reason of its own, and both verifiers give the same one.

In: a complete bundle, spoiled in one place. Out: the code of docs/reference/proof-bundle.md.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from battery_passport.credentials.status_list import Status
from battery_passport.ledger.finality.model import FinalityProof
from tests.factories.complete_proof import (
    LIST_URI,
    PLACE,
    STATUS_AT,
    CompleteInstallation,
    complete_installation,
)
from tests.factories.finality import BlockPlan, ProofPlan, make_log, make_proof, make_result
from tests.factories.javascript_verifier import (
    Question,
    ask_javascript,
    ask_python,
    comparable,
)
from tests.factories.proof import ISSUED_AT, SECTIONS, as_bytes, issued_installation

COMPLETE = complete_installation()
BUNDLE = COMPLETE.assemble(sections=("annex-xiii-4",), with_evidence=True)
TRUST = COMPLETE.trust()
DOCUMENT: dict[str, Any] = json.loads(BUNDLE)
EVIDENCE = ("statements", "batches", "deviceKeys")
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "proof-bundle.md"
WORDS = Path(__file__).parents[3] / "src/battery_passport/web/static/verifier/words.js"

Case = tuple[bytes, bytes]


def spoiled(*way: Any, by: Any) -> Case:
    """Return the bundle with one member replaced, or changed by a function."""
    document = json.loads(BUNDLE)
    holder = document
    for step in way[:-1]:
        holder = holder[step]
    holder[way[-1]] = by(holder[way[-1]]) if callable(by) else by
    return as_bytes(document), TRUST.encode()


def trusting(change: Callable[[dict[str, Any]], None]) -> Case:
    """Return the bundle with a changed trust file."""
    document = json.loads(TRUST.encode())
    change(document)
    return BUNDLE, as_bytes(document)


def trusted(bundle: bytes | dict[str, Any]) -> Case:
    """Return a bundle with the trust file as it is."""
    return (bundle if isinstance(bundle, bytes) else as_bytes(bundle)), TRUST.encode()


def retired_at(size: int) -> Case:
    """Return the bundle with a trust file in which the key that signed the log has retired."""
    log = json.loads(CompleteInstallation().trust().encode())["log"]
    before = {"vkey": json.loads(TRUST.encode())["log"]["vkey"], "untilSize": size}
    return trusting(lambda trust: trust.update(log={**log, "retired": [before]}))


def trusting_log(other: CompleteInstallation) -> Case:
    """Return the bundle with a trust file that names another installation's log."""
    log = json.loads(other.trust().encode())["log"]
    return trusting(lambda trust: trust.update(log=log))


def in_signature(token: str) -> str:
    """Change the signature of a compact token in its middle."""
    head, payload, rest = token.split(".", 2)
    letter = "A" if rest[20] != "A" else "B"
    return f"{head}.{payload}.{rest[:20]}{letter}{rest[21:]}"


def with_status(**changes: Any) -> Case:
    uri = changes.pop("uri", LIST_URI)
    return spoiled("status", by=COMPLETE.status_token(uri, **changes))


def saying(status: Status) -> Case:
    said = CompleteInstallation(issuer=COMPLETE.issuer)
    said.statuses = {PLACE.index: status}
    return spoiled("status", by=said.status_token())


def superseded() -> Case:
    """Return a bundle of version 1 with the state of an epoch that knows version 2."""
    installation = complete_installation()
    first = json.loads(installation.assemble())
    installation.add_passport()
    installation.open_epoch()
    second = json.loads(installation.assemble())
    older = installation.issued["passport"]
    index = int(re.findall(r"index (\d+)", first["tlogProof"])[0])
    checkpoint = installation.anchored_checkpoint(covering=older.log_index)
    proof = installation.prove_inclusion(index, checkpoint).decode()
    mixed = {**second, **{k: first[k] for k in ("credential", "record", "salt")}}
    return as_bytes({**mixed, "tlogProof": proof}), installation.trust().encode()


def final_by(change: Callable[[FinalityProof], FinalityProof]) -> Case:
    """Return the bundle with another finality proof of the same checkpoint."""
    checkpoint = COMPLETE.anchored_checkpoint(covering=0)
    return spoiled("anchor", "finality", by=change(COMPLETE.finality_of(checkpoint)).as_json())


def made_otherwise(**log: Any) -> Case:
    """Return the bundle with a finality proof of another event."""
    head = COMPLETE.anchored_checkpoint(covering=0).head
    said = {"origin": COMPLETE.origin, "root": head.root, "size": head.size, **log}
    plan = ProofPlan(
        block=BlockPlan(validators=COMPLETE.validators), result=make_result(logs=[make_log(**said)])
    )
    return spoiled("anchor", "finality", by=make_proof(plan).as_json())


def fewer_votes(proof: FinalityProof) -> FinalityProof:
    block = proof.blocks[0]
    commit = replace(block.commit, votes=block.commit.votes[:3])
    return replace(proof, blocks=(replace(block, commit=commit), *proof.blocks[1:]))


def other_network(trust: dict[str, Any]) -> None:
    trust["chain"]["network"] = "another-network"


def other_validators(trust: dict[str, Any]) -> None:
    stranger = CompleteInstallation().validators.public
    trust["validatorSets"][0]["validators"] = [{**each.as_json(), "power": 7} for each in stranger]


CASES: dict[str, tuple[str, Callable[[], Case]]] = {
    "no JSON": ("unreadable-bundle", lambda: (b"{", TRUST.encode())),
    "no list": ("unreadable-bundle", lambda: (b"[]", TRUST.encode())),
    "a member twice": (
        "unreadable-bundle",
        lambda: trusted(BUNDLE[:1] + b'"salt":0,' + BUNDLE[1:]),
    ),
    "bad trust": ("malformed-trust-file", lambda: trusting(lambda t: t.pop("log"))),
    "a set out of order": (
        "malformed-trust-file",
        lambda: trusting(lambda t: t["validatorSets"][0]["validators"].reverse()),
    ),
    "a network without sets": (
        "malformed-trust-file",
        lambda: trusting(lambda t: t.update(validatorSets=[])),
    ),
    "an unknown member": ("malformed-bundle", lambda: trusted({**DOCUMENT, "x": 1})),
    "no point of the curve": (
        "malformed-bundle",
        lambda: spoiled("issuerKeys", 0, "x", by=lambda x: "A" + x[1:]),
    ),
    "a surplus key": (
        "malformed-bundle",
        lambda: trusted({name: DOCUMENT[name] for name in DOCUMENT if name not in EVIDENCE}),
    ),
    "an unknown issuer": ("not-trusted", lambda: (BUNDLE, CompleteInstallation().trust().encode())),
    "another issuer's name": (
        "not-trusted",
        lambda: trusting(lambda t: t["keys"][0].update(did="did:web:other.example")),
    ),
    "a key for something else": (
        "not-trusted",
        lambda: trusting(lambda t: t["keys"][0].update(purpose="health-statement")),
    ),
    "a key binding": ("malformed-token", lambda: spoiled("credential", by=lambda c: c + "x")),
    "a changed signature": ("signature-mismatch", lambda: spoiled("credential", by=in_signature)),
    "another disclosure": (
        "refused-disclosure",
        lambda: spoiled("credential", by=lambda c: c + c.split("~")[1] + "~"),
    ),
    "another record": ("record-mismatch", lambda: spoiled("record", "cred", by="00" * 32)),
    "a statement twice": (
        "record-mismatch",
        lambda: spoiled("statements", by=lambda s: [*s, *s]),
    ),
    "another log": (
        "wrong-origin",
        lambda: trusting_log(CompleteInstallation(origin="other.example.org/log")),
    ),
    "another log key": ("note-not-signed", lambda: trusting_log(CompleteInstallation())),
    "a key of the log that had retired": ("note-not-signed", lambda: retired_at(12)),
    "another salt": ("not-included", lambda: spoiled("salt", by="00" * 16)),
    "another version": ("not-included", lambda: spoiled("record", "seq", by=2)),
    "a witness that is not known": (
        "unsigned-parts",
        lambda: trusting(
            lambda t: t.update(witnesses={"required": 1, "vkeys": t["witnesses"]["vkeys"][:1]})
        ),
    ),
    "too few witnesses": (
        "too-few-witnesses",
        lambda: (as_bytes(without_witness()), TRUST.encode()),
    ),
    "another ledger": ("not-trusted", lambda: (BUNDLE, COMPLETE.trust(**development()).encode())),
    "another checkpoint": (
        "anchor-mismatch",
        lambda: spoiled("anchor", "checkpoint", by=lambda text: text.replace("\n", "\n ", 1)),
    ),
    "another place in the state": ("not-in-state", lambda: spoiled("state", "index", by=3)),
    "another step in the state": ("not-in-state", lambda: spoiled("state", "path", 0, by="0" * 96)),
    "an older version": ("not-in-state", superseded),
    "a state of another record": (
        "not-included",
        lambda: spoiled("state", "record", "epoch", by=9),
    ),
    "revoked": ("passport-revoked", lambda: saying(Status.REVOKED)),
    "suspended": ("passport-suspended", lambda: saying(Status.SUSPENDED)),
    "another list": ("status-mismatch", lambda: with_status(uri=LIST_URI + "x")),
    "a status before the passport": (
        "status-mismatch",
        lambda: with_status(moment=ISSUED_AT - timedelta(seconds=1)),
    ),
    "a status that is out of date": (
        "status-expired",
        lambda: with_status(moment=STATUS_AT, lifetime=timedelta(minutes=1)),
    ),
    "a status with another signature": (
        "signature-mismatch",
        lambda: spoiled("status", by=in_signature),
    ),
    "no state": ("required-part-missing", lambda: spoiled("state", by=None)),
    "no status": ("required-part-missing", lambda: spoiled("status", by=None)),
    "a batch too few": ("evidence-mismatch", lambda: spoiled("batches", by=lambda b: b[:-1])),
    "another device key": (
        "evidence-mismatch",
        lambda: spoiled("deviceKeys", 0, "device", by="018f3b1c-0000-7000-8000-0000000000d2"),
    ),
    "too little power": ("finality-too-little-power", lambda: final_by(fewer_votes)),
    "another network": ("finality-other-network", lambda: trusting(other_network)),
    "other validators": ("finality-foreign-validator-set", lambda: trusting(other_validators)),
    "another header": (
        "finality-header-tampered",
        lambda: spoiled("anchor", "finality", "blocks", 0, "header", 9, by="CgE="),
    ),
    "another vote": (
        "finality-vote-not-valid",
        lambda: spoiled("anchor", "finality", "blocks", 0, "commit", "votes", 1, "seconds", by=7),
    ),
    "another height": (
        "finality-vote-of-another-height",
        lambda: spoiled("anchor", "finality", "blocks", 0, "commit", "height", by=42),
    ),
    "another transaction": (
        "finality-transaction-not-in-block",
        lambda: spoiled("anchor", "finality", "transaction", by="CgE="),
    ),
    "another result": (
        "finality-result-not-in-block",
        lambda: spoiled("anchor", "finality", "result", by="CgE="),
    ),
    "another contract": (
        "finality-other-contract",
        lambda: made_otherwise(contract="0x" + "aa" * 20),
    ),
    "another origin": ("finality-other-origin", lambda: made_otherwise(origin="else.where/log")),
    "another size": ("finality-other-checkpoint", lambda: made_otherwise(size=7)),
}


def development() -> dict[str, Any]:
    """Return trust in a development ledger."""
    trust = issued_installation().trust()
    return {"chain": trust.chain, "validator_sets": ()}


def without_witness() -> dict[str, Any]:
    """Return the bundle with one witness's line left out wherever the checkpoint stands."""
    note = DOCUMENT["anchor"]["checkpoint"]
    line = note.splitlines(keepends=True)[-1]
    text = json.dumps(DOCUMENT).replace(json.dumps(line)[1:-1], "")
    found: dict[str, Any] = json.loads(text)
    return found


def test_every_reason_is_given_by_both_verifiers() -> None:
    files: dict[str, bytes] = {}
    questions = []
    for name, (_code, make) in CASES.items():
        files[name], files[f"{name}: trust"] = make()
        questions.append(Question(name, f"{name}: trust", now=STATUS_AT + timedelta(hours=2)))
    ours = [comparable(each) for each in ask_python(files, questions)]
    expected = [{"code": code} for code, _make in CASES.values()]
    assert dict(zip(CASES, ours, strict=True)) == dict(zip(CASES, expected, strict=True))
    theirs = [comparable(each) for each in ask_javascript(files, questions)]
    assert dict(zip(CASES, theirs, strict=True)) == dict(zip(CASES, expected, strict=True))


def test_retired_key_counts_up_to_where_it_ended_and_demonstration_is_told() -> None:
    bundle, trust = retired_at(10_000)
    marked = as_bytes({**json.loads(trust), "demonstration": True})
    files, question = {"bundle": bundle, "trust": marked}, Question("bundle", "trust")
    ours, theirs = ask_python(files, [question])[0], ask_javascript(files, [question])[0]
    assert ours["valid"]
    assert comparable(ours) == comparable(theirs)
    assert "demonstration-keys" in theirs["not_shown"]


def test_status_out_of_date_is_told_only_where_status_is_required() -> None:
    stale = with_status(lifetime=timedelta(minutes=1))[0]
    lenient = COMPLETE.trust(requires_status=False).encode()
    question = Question("stale", "trust", now=STATUS_AT + timedelta(days=400))
    files = {"stale": stale, "trust": lenient}
    for answer in (ask_python(files, [question])[0], ask_javascript(files, [question])[0]):
        assert answer["valid"]
        assert answer["status_until"] == "2026-11-23T08:31:00.000Z"


def test_reasons_are_documented_and_have_words_in_the_browser() -> None:
    page, words = PAGE.read_text("utf-8"), WORDS.read_text("utf-8")
    for code in {code for code, _make in CASES.values()}:
        if code.startswith("finality-"):
            assert "`finality-…`" in page
        else:
            assert f"`{code}`" in page, code
            assert f'"{code}": [' in words, code


def test_sections_shown_are_told_alike() -> None:
    files = {"all": COMPLETE.assemble(sections=tuple(SECTIONS)), "trust": TRUST.encode()}
    question = Question("all", "trust")
    assert ask_javascript(files, [question])[0]["sections"] == sorted(SECTIONS)
