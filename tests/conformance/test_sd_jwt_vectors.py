"""SD-JWT against tokens of other issuers and the cases of the reference implementation.

In: vectors/sdjwt-tokens (RFC 9901 appendix, an EU wallet's token) and vectors/sdjwt (cases that
say what may be hidden, what is shown and what a verifier must get). Out: the same claims.

Left out: key binding (we present without it; the cases are run without the holder's part) and
JSON serialisation (`serialization_format: json`: one compact form is all we accept); the folder
`examples`, which says no expected claims and whose constructs the cases cover. The `x5c`
chain of the EU token is not followed: its key is taken from the file beside it.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate

from battery_passport.credentials.errors import RefusedDisclosure
from battery_passport.credentials.jwk import PublicKey, parse_jwk
from battery_passport.credentials.jws import sign_jws
from battery_passport.credentials.sd_jwt import disclosure_digest
from battery_passport.credentials.sd_jwt_verification import verify_sd_jwt
from battery_passport.credentials.signing import Es256Signer
from battery_passport.foundation.digests import random_salt
from battery_passport.foundation.encoding import base64url_encode
from battery_passport.foundation.strict_json import canonical_json
from tests.factories.credentials import knows

yaml = pytest.importorskip("yaml", reason="the SD-JWT cases are written in YAML")

PINNED_TOKENS = {
    "eudi-pid-sd-jwt-vc.txt": "d8cc9723f2223d5ca0da170304269adeef010a4a0ea8046a35434a1ac25535df",
    "rfc9901-a3-sd-jwt-vc.txt": "d7668827e3e8d0abb51c1a7c9a3c370f92eb4cbe40a3d4d2879e404cce539b59",
}
PINNED_CASES = "677189f2322ddbac3d4be1e17476d93c5141c0031dc40291f5652ffb041fa090"
CASES = (
    "array_data_types",
    "array_full_sd",
    "array_in_sd",
    "array_nested_in_plain",
    "array_none_disclosed",
    "array_of_nulls",
    "array_of_objects",
    "array_of_scalars",
    "array_recursive_sd",
    "array_recursive_sd_some_disclosed",
    "header_mod",
    "key_binding",
    "no_sd",
    "object_data_types",
    "recursions",
)
SIGNER = Es256Signer.generate()


@pytest.fixture(scope="module")
def tokens(shared: Path) -> Path:
    return shared / "vectors/sdjwt-tokens/tests/fixtures/interop/sd_jwt_vc"


def read_token(tokens: Path, name: str) -> str:
    octets = (tokens / name).read_bytes()
    assert hashlib.sha256(octets).hexdigest() == PINNED_TOKENS[name]
    return octets.decode("ascii").strip()


def test_rfc_9901_appendix_a3_verifies_and_a_disclosure_less_is_a_claim_less(
    tokens: Path,
) -> None:
    key = parse_jwk(json.loads((tokens / "rfc9901-a5-issuer-key.json").read_text()))
    token = read_token(tokens, "rfc9901-a3-sd-jwt-vc.txt")
    verified = verify_sd_jwt(token, lambda _kid: key, low_s=False)
    assert verified.payload["given_name"] == "Erika"
    assert verified.payload["vct"] == "urn:eudi:pid:de:1"
    assert isinstance(verified.payload["address"], dict)
    assert verified.payload["address"]["locality"] == "Köln"
    issuer_jwt, given_name, *rest = token.split("~")
    without = verify_sd_jwt("~".join([issuer_jwt, *rest]), lambda _kid: key, low_s=False)
    assert set(verified.payload) - set(without.payload) == {"given_name"}
    with pytest.raises(RefusedDisclosure):
        verify_sd_jwt("~".join([issuer_jwt, given_name[:-1] + "A", ""]), lambda _: key, low_s=False)


def test_wallet_token_verifies_with_all_its_disclosures(tokens: Path) -> None:
    public = load_pem_x509_certificate((tokens / "eudi-pid-issuer.pem").read_bytes()).public_key()
    assert isinstance(public, EllipticCurvePublicKey)
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key = PublicKey("ES256", point[1:])
    token = read_token(tokens, "eudi-pid-sd-jwt-vc.txt")
    verified = verify_sd_jwt(token, lambda _kid: key, low_s=False)
    assert verified.payload["vct"] == "urn:eudi:pid:1"
    assert len(verified.disclosed_names) + _hidden_elements(token) == 27


def _hidden_elements(token: str) -> int:
    """Return how many disclosures open array elements, which have no name."""
    from_text = (json.loads(_decode(encoded)) for encoded in token.split("~")[1:] if encoded)
    return sum(len(parts) == 2 for parts in from_text)


def _decode(encoded: str) -> bytes:
    """Return the bytes by the standard decoder, to count independently of ours."""
    return base64.urlsafe_b64decode(encoded + "==")


# -- The reference implementation's cases, issued here by their own rules -------------------------


@dataclass(frozen=True)
class Hideable:
    """A key or value marked `!sd` in a case."""

    inner: Any


class CaseLoader(yaml.SafeLoader):  # type: ignore[misc,name-defined]
    """Reads the cases with their `!sd` marks."""


def _hideable(loader: Any, node: Any) -> Hideable:
    if isinstance(node, yaml.MappingNode):
        return Hideable(loader.construct_mapping(node, deep=True))
    if isinstance(node, yaml.SequenceNode):
        return Hideable(loader.construct_sequence(node, deep=True))
    plain = yaml.ScalarNode(loader.resolve(yaml.ScalarNode, node.value, (True, False)), node.value)
    quoted = node.style in ("'", '"')
    return Hideable(node.value if quoted else loader.construct_object(plain))


CaseLoader.add_constructor("!sd", _hideable)


class CaseIssuer:
    """Replaces marked claims by digests; keeps the disclosures the case chooses to show."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def hide(self, value: Any, chosen: Any, *, show: bool) -> Any:
        """Return the value with its marked parts hidden; they are shown if `show` and chosen."""
        if isinstance(value, dict):
            return self._object(value, chosen, show=show)
        return self._array(value, chosen, show=show) if isinstance(value, list) else value

    def _object(self, members: Mapping[Any, Any], chosen: Any, *, show: bool) -> dict[str, Any]:
        clear: dict[str, Any] = {}
        digests = []
        for key, value in members.items():
            name = key.inner if isinstance(key, Hideable) else key
            choice = chosen.get(name) if isinstance(chosen, dict) else chosen is True
            show_it = show and (choice is not None and choice is not False)
            visible = show_it if isinstance(key, Hideable) else show
            inner = self.hide(value, choice, show=visible)
            if isinstance(key, Hideable):
                digests.append(self._disclose([name, inner], show=show_it))
            else:
                clear[name] = inner
        return {**clear, "_sd": sorted(digests)} if digests else clear

    def _array(self, elements: list[Any], chosen: Any, *, show: bool) -> list[Any]:
        hidden: list[Any] = []
        for place, element in enumerate(elements):
            listed = isinstance(chosen, list) and place < len(chosen)
            choice = chosen[place] if listed else chosen is True
            if not isinstance(element, Hideable):
                hidden.append(self.hide(element, choice, show=show))
                continue
            show_it = show and choice is not None and choice is not False
            inner = self.hide(element.inner, choice, show=show_it)
            hidden.append({"...": self._disclose([inner], show=show_it)})
        return hidden

    def _disclose(self, parts: list[Any], *, show: bool) -> str:
        encoded = base64url_encode(canonical_json([base64url_encode(random_salt()), *parts]))
        if show:
            self.shown.append(encoded)
        return disclosure_digest(encoded)


def test_cases_are_the_pinned_ones(shared: Path) -> None:
    files = sorted((shared / "vectors/sdjwt").glob("*/**/specification.yml"), key=str)
    octets = b"".join(path.read_bytes() for path in files)
    assert hashlib.sha256(octets).hexdigest() == PINNED_CASES


@pytest.mark.parametrize("name", CASES)
def test_verifier_gets_the_claims_of_the_case(shared: Path, name: str) -> None:
    path = shared / "vectors/sdjwt/tests/testcases" / name / "specification.yml"
    case = yaml.load(path.read_text("utf-8"), CaseLoader)
    issuer = CaseIssuer()
    payload = issuer.hide(case["user_claims"], case["holder_disclosed_claims"], show=True)
    issuer_jwt = sign_jws(canonical_json(payload), SIGNER)
    presentation = "~".join([issuer_jwt, *issuer.shown, ""])
    verified = verify_sd_jwt(presentation, knows(SIGNER.public_key))
    assert verified.payload == case["expect_verified_user_claims"]
