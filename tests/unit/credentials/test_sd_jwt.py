"""SD-JWT: what is disclosed is signed, what is not disclosed is not there."""

import json

import pytest

from battery_passport.credentials.errors import (
    MalformedToken,
    RefusedDisclosure,
    SignatureMismatch,
)
from battery_passport.credentials.jws import sign_jws
from battery_passport.credentials.sd_jwt import (
    disclosure_digest,
    issue_sd_jwt,
    load_sd_jwt,
    parse_disclosure,
)
from battery_passport.credentials.sd_jwt_verification import open_disclosures, verify_sd_jwt
from battery_passport.credentials.signing import Es256Signer
from battery_passport.foundation.encoding import base64url_decode, base64url_encode
from battery_passport.foundation.errors import NotFound
from battery_passport.foundation.strict_json import JsonObject, JsonValue, canonical_json
from tests.factories.credentials import SECTIONS, knows, make_payload, make_sd_jwt

SIGNER = Es256Signer.generate()
FIND = knows(SIGNER.public_key)


def encode(*parts: JsonValue) -> str:
    return base64url_encode(canonical_json(list(parts)))


def signed(payload: JsonObject, *disclosures: str) -> str:
    return "~".join([sign_jws(canonical_json(payload), SIGNER), *disclosures, ""])


def test_public_presentation_holds_no_section_and_no_salt() -> None:
    issued = make_sd_jwt(SIGNER)
    presentation = issued.present()
    assert presentation == f"{issued.issuer_jwt}~"
    verified = verify_sd_jwt(presentation, FIND)
    assert verified.payload == make_payload()
    assert verified.disclosed_names == ()


@pytest.mark.parametrize("names", [["annex-xiii-2"], ["annex-xiii-4", "annex-xiii-2"], SECTIONS])
def test_presentation_discloses_exactly_the_named_sections(names: list[str]) -> None:
    verified = verify_sd_jwt(make_sd_jwt(SIGNER).present(names), FIND)
    subject = verified.payload["credentialSubject"]
    assert isinstance(subject, dict)
    assert {name: subject[name] for name in names} == {name: SECTIONS[name] for name in names}
    assert set(subject) == {"id", "public", *names}
    assert set(verified.disclosed_names) == set(names)


def test_members_of_the_payload_itself_can_be_disclosable() -> None:
    issued = issue_sd_jwt({"a": 1}, {"b": [2]}, SIGNER)
    assert verify_sd_jwt(issued.present(), FIND).payload == {"a": 1}
    assert verify_sd_jwt(issued.present(["b"]), FIND).payload == {"a": 1, "b": [2]}


def test_salts_are_16_random_bytes() -> None:
    salts = {
        json.loads(base64url_decode(encoded))[0]
        for _ in range(10)
        for encoded in make_sd_jwt(SIGNER).disclosures.values()
    }
    assert len(salts) == 30
    assert {len(base64url_decode(salt)) for salt in salts} == {16}


def test_digests_are_sorted_so_that_their_order_tells_nothing() -> None:
    payload = json.loads(base64url_decode(make_sd_jwt(SIGNER).issuer_jwt.split(".")[1]))
    digests = payload["credentialSubject"]["_sd"]
    assert digests == sorted(digests)


def test_stored_credential_is_loaded_with_the_disclosures_that_are_left() -> None:
    issued = make_sd_jwt(SIGNER)
    left = [text for name, text in issued.disclosures.items() if name != "annex-xiii-4"]
    loaded = load_sd_jwt(issued.issuer_jwt, left)
    assert loaded.present(["annex-xiii-2"]) == issued.present(["annex-xiii-2"])
    with pytest.raises(NotFound):
        loaded.present(["annex-xiii-4"])
    with pytest.raises(RefusedDisclosure):
        load_sd_jwt(issued.issuer_jwt, left + left)


def test_changed_disclosure_is_refused() -> None:
    issued = make_sd_jwt(SIGNER)
    disclosure = parse_disclosure(issued.disclosures["annex-xiii-4"])
    forged = encode("c2FsdA", disclosure.name, {"61": {"value": 99.9, "unit": "%"}})
    with pytest.raises(RefusedDisclosure, match="belongs to nothing signed"):
        verify_sd_jwt(f"{issued.issuer_jwt}~{forged}~", FIND)


def test_disclosure_given_twice_or_of_another_credential_is_refused() -> None:
    issued, other = make_sd_jwt(SIGNER), make_sd_jwt(SIGNER)
    disclosure = issued.disclosures["annex-xiii-2"]
    for presentation in (
        f"{issued.issuer_jwt}~{disclosure}~{disclosure}~",
        f"{other.issuer_jwt}~{disclosure}~",
    ):
        with pytest.raises(RefusedDisclosure):
            verify_sd_jwt(presentation, FIND)


def test_presentation_without_final_tilde_or_with_key_binding_is_refused() -> None:
    issued = make_sd_jwt(SIGNER)
    binding = sign_jws(b"{}", SIGNER, header={"typ": "kb+jwt"})
    for presentation in (issued.issuer_jwt, issued.present() + binding):
        with pytest.raises(MalformedToken, match="does not end"):
            verify_sd_jwt(presentation, FIND)


def test_another_key_under_the_same_name_is_refused() -> None:
    other = Es256Signer.generate(key_id=SIGNER.key_id)
    with pytest.raises(SignatureMismatch):
        verify_sd_jwt(make_sd_jwt(other).present(), FIND)


D1 = encode("s1", "given", "Min-ji")
D2 = encode("s2", "given", "Other")
ELEMENT = encode("s3", "element")
RESERVED = encode("s4", "_sd", ["x"])
DOTS = encode("s5", "...", "x")
H1, H2, HE = disclosure_digest(D1), disclosure_digest(D2), disclosure_digest(ELEMENT)


@pytest.mark.parametrize(
    ("payload", "disclosures"),
    [
        pytest.param({"_sd": [H1, H1]}, [D1], id="digest twice in one list"),
        pytest.param({"_sd": [H1], "a": {"_sd": [H1]}}, [D1], id="digest twice in two places"),
        pytest.param({"_sd": [H1], "a": [{"...": H1}]}, [D1], id="digest in list and array"),
        pytest.param({"_sd": ["x", "x"]}, [], id="unopened digest twice"),
        pytest.param({"_sd": [H1, H2]}, [D1, D2], id="one name from two disclosures"),
        pytest.param({"_sd": [H1], "given": "clear"}, [D1], id="name already in the clear"),
        pytest.param({"_sd": H1}, [D1], id="_sd not a list"),
        pytest.param({"_sd": [7]}, [], id="digest not a text"),
        pytest.param({"_sd": [HE]}, [ELEMENT], id="element where a member belongs"),
        pytest.param({"a": [{"...": H1}]}, [D1], id="member where an element belongs"),
        pytest.param({"a": [{"...": HE, "b": 1}]}, [ELEMENT], id="element with more members"),
        pytest.param({"a": {"...": HE}}, [ELEMENT], id="element outside an array"),
        pytest.param({"_sd": [disclosure_digest(RESERVED)]}, [RESERVED], id="opens _sd"),
        pytest.param({"_sd": [disclosure_digest(DOTS)]}, [DOTS], id="opens ..."),
        pytest.param({"a": 1}, [D1], id="unreferenced"),
        pytest.param({"_sd": [H1], "_sd_alg": "sha-512"}, [D1], id="another hash"),
        pytest.param({"_sd": [H1], "_sd_alg": None}, [D1], id="no hash"),
    ],
)
def test_misuse_is_refused(payload: JsonObject, disclosures: list[str]) -> None:
    with pytest.raises(RefusedDisclosure):
        verify_sd_jwt(signed(payload, *disclosures), FIND)


@pytest.mark.parametrize(
    "encoded",
    ["", "e30", encode("s"), encode("s", "n", 1, 2), encode(1, "n", 2), encode("s", 1, 2), "é"],
)
def test_malformed_disclosure_is_refused(encoded: str) -> None:
    with pytest.raises(RefusedDisclosure):
        parse_disclosure(encoded)


def test_disclosures_nested_without_end_are_refused() -> None:
    encoded = encode("s", "m", 1)
    disclosures = [encoded]
    for _ in range(2_000):
        encoded = encode("s", "m", {"_sd": [disclosure_digest(encoded)]})
        disclosures.append(encoded)
    payload = canonical_json({"_sd": [disclosure_digest(encoded)]})
    with pytest.raises(RefusedDisclosure, match="nested"):
        open_disclosures(payload, disclosures)


@pytest.mark.parametrize(
    ("payload", "disclosable"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"_sd": 2}),
        ({"a": 1}, {"...": 2}),
        ({"a": {"_sd": []}}, {"b": 2}),
        ({"a": 1}, {"b": [{"...": "x"}]}),
        ({"_sd_alg": "sha-256"}, {"b": 2}),
    ],
)
def test_reserved_or_taken_names_cannot_be_issued(
    payload: JsonObject, disclosable: JsonObject
) -> None:
    with pytest.raises(RefusedDisclosure):
        issue_sd_jwt(payload, disclosable, SIGNER)


def test_sections_need_an_object_to_belong_to() -> None:
    with pytest.raises(RefusedDisclosure):
        issue_sd_jwt({"credentialSubject": []}, SECTIONS, SIGNER, within="credentialSubject")
