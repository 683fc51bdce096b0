"""What an inspection body measured is taken as it was signed, or not at all, by both verifiers.

In: bundles with a measurement statement, changed in the statement; statements with odd claims that
the body itself signed. Out: refused by both for the same reason, or the very same.
"""

import copy
import json
import random
from collections import Counter
from typing import Any

from battery_passport.foundation.strict_json import (
    JsonObject,
    MalformedJson,
    canonical_json,
    parse_json_object,
)
from battery_passport.proof.measurement import measurement_payload
from battery_passport.proof.model import MEASUREMENT_STATEMENT
from battery_passport.proof.records import parse_record_bytes
from tests.factories.javascript_verifier import Question, ask_javascript, ask_python, comparable
from tests.factories.mutations import mutated_document
from tests.factories.proof import (
    INSPECTOR_DID,
    ISSUED_AT,
    MEASUREMENT,
    SUBJECT,
    Installation,
    as_bytes,
    as_document,
    issued_installation,
)


def measured_installation() -> Installation:
    installation = issued_installation()
    installation.add_measurement()
    return installation


INSTALLATION = measured_installation()
BUNDLE = as_document(INSTALLATION.assemble(with_evidence=True))
PLACE = len(BUNDLE["statements"]) - 1
OTHER = as_document(measured_installation().assemble(with_evidence=True))


def with_statement(statement: object) -> bytes:
    document = copy.deepcopy(BUNDLE)
    document["statements"][PLACE] = statement
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def answers_of(bundles: list[bytes], trust: bytes) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    files = {"bundle": as_bytes(BUNDLE), "trust": trust}
    asked = [Question("bundle", "trust", changed=each) for each in bundles]
    return list(zip(ask_python(files, asked), ask_javascript(files, asked), strict=True))


def test_no_changed_statement_is_accepted_with_another_content() -> None:
    dice, statement = random.Random(7), BUNDLE["statements"][PLACE]
    changed = [
        with_statement(json.loads(mutated_document(statement, OTHER["statements"][PLACE], dice)))
        for _ in range(300)
    ]
    reasons: Counter[str] = Counter()
    for bundle, (ours, theirs) in zip(
        changed, answers_of(changed, INSTALLATION.trust().encode()), strict=True
    ):
        assert comparable(ours) == comparable(theirs), bundle
        if "code" not in ours:
            assert json.loads(bundle) == BUNDLE
        reasons[ours.get("code", "valid")] += 1
    assert len(reasons) >= 6, reasons


def test_claims_of_another_form_are_refused_alike_even_if_the_body_signed_them() -> None:
    installation, dice = measured_installation(), random.Random(11)
    payloads = [*odd_payloads(dice, 150), payload_of(MEASUREMENT.as_claims())]
    issued = [
        installation.add(MEASUREMENT_STATEMENT, each, signer=installation.inspector)
        for each in payloads
    ]
    base = as_document(installation.assemble())
    checkpoint = installation.anchored_checkpoint(covering=issued[-1].log_index)
    bundles = []
    for each in issued:
        document = copy.deepcopy(base)
        document["statements"][0] = {
            "credential": each.sd_jwt.present([]),
            "record": parse_record_bytes(each.record).as_json(),
            "salt": each.salt.hex(),
            "tlogProof": installation.prove_inclusion(each.log_index, checkpoint).decode(),
        }
        bundles.append(as_bytes(document))
    reasons: Counter[str] = Counter()
    for payload, (ours, theirs) in zip(
        payloads, answers_of(bundles, installation.trust().encode()), strict=True
    ):
        assert comparable(ours) == comparable(theirs), payload
        assert ours.get("measurements") == theirs.get("measurements"), payload
        reasons[ours.get("code", "valid")] += 1
    assert ours["measurements"] == [MEASUREMENT.as_claims()]
    assert reasons["malformed-bundle"] > 50, reasons


def payload_of(claims: JsonObject) -> JsonObject:
    whole = measurement_payload(
        MEASUREMENT, issuer_did=INSPECTOR_DID, subject=SUBJECT, issued_at=ISSUED_AT
    )
    return {**whole, "credentialSubject": {"id": SUBJECT, "measurement": claims}}


def odd_payloads(dice: random.Random, count: int) -> list[JsonObject]:
    claims = MEASUREMENT.as_claims()
    found: list[JsonObject] = []
    while len(found) < count:
        try:
            changed = parse_json_object(mutated_document(claims, {"x": claims}, dice))
            canonical_json(changed)
        except MalformedJson:
            continue
        found.append(payload_of(changed))
    return found
