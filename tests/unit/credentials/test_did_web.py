"""did:web: identifiers from addresses, documents that publish keys."""

import pytest

from battery_passport.credentials.did_web import (
    did_document,
    did_document_url,
    did_web,
    key_id_of,
)
from battery_passport.credentials.errors import MalformedDid
from battery_passport.credentials.jwk import parse_jwk
from battery_passport.credentials.signing import Es256Signer


@pytest.mark.parametrize(
    ("base", "path", "did", "url"),
    [
        (
            "https://w3c-ccg.github.io",
            (),
            "did:web:w3c-ccg.github.io",
            "https://w3c-ccg.github.io/.well-known/did.json",
        ),
        (
            "https://example.com/",
            ("user", "alice"),
            "did:web:example.com:user:alice",
            "https://example.com/user/alice/did.json",
        ),
        (
            "http://localhost:8080/base",
            ("organisations", "busan city"),
            "did:web:localhost%3A8080:base:organisations:busan%20city",
            "https://localhost:8080/base/organisations/busan%20city/did.json",
        ),
    ],
)
def test_identifier_and_address(base: str, path: tuple[str, ...], did: str, url: str) -> None:
    assert did_web(base, *path) == did
    assert did_document_url(did) == url


@pytest.mark.parametrize("base", ["http://127.0.0.1:8080", "https://[::1]/", "example.com", ""])
def test_address_without_host_name_has_no_did(base: str) -> None:
    with pytest.raises(MalformedDid):
        did_web(base)


@pytest.mark.parametrize("did", ["did:key:z6Mk", "did:web:", "did:web:example.com::a"])
def test_other_identifiers_have_no_document(did: str) -> None:
    with pytest.raises(MalformedDid):
        did_document_url(did)


def test_empty_path_segment_is_refused() -> None:
    with pytest.raises(MalformedDid):
        did_web("https://example.com", "")


def test_document_names_each_key_by_its_thumbprint() -> None:
    key = Es256Signer.generate().public_key
    did = did_web("https://example.com")
    document = did_document(did, [key])
    methods = document["verificationMethod"]
    assert isinstance(methods, list)
    method = methods[0]
    assert isinstance(method, dict)
    assert method["id"] == key_id_of(did, key) == f"{did}#{key.thumbprint}"
    assert document["assertionMethod"] == [method["id"]]
    assert isinstance(method["publicKeyJwk"], dict)
    assert parse_jwk(method["publicKeyJwk"]).coordinates == key.coordinates
