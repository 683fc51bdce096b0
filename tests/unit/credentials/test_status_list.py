"""Status lists: packed as the drafts say, signed, and read back in one way only.

In: statuses by place. Out: tokens and credentials; what is not to the letter is refused.
"""

import gzip
import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.credentials.errors import MalformedToken, SignatureMismatch, StatusMismatch
from battery_passport.credentials.jws import sign_jws, verify_jws
from battery_passport.credentials.signing import Es256Signer
from battery_passport.credentials.status_list import (
    PLACES,
    STATUS_TYPE,
    Status,
    StatusPlace,
    StatusToken,
    open_status_token,
    pack_statuses,
    read_status_place,
    sign_bitstring_credential,
    sign_status_list,
)
from battery_passport.foundation.encoding import base64url_decode, base64url_encode
from battery_passport.foundation.strict_json import JsonObject, canonical_json

URI = "https://passport.example.org/status/list"
SIGNER = Es256Signer.generate()
AT = datetime(2026, 11, 23, 7, 30, 0, 250_000, tzinfo=UTC)
DRAFT_STATUSES = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
"""The two-bit example of the token status list draft, section 4.1."""


def opened(token: str) -> StatusToken:
    return open_status_token(token, lambda _kid: SIGNER.public_key)


def signed(**changes: Any) -> str:
    payload: JsonObject = {
        "sub": URI,
        "iat": 1,
        "exp": 2,
        "ttl": 3,
        "status_list": {"bits": 2, "lst": base64url_encode(zlib.compress(bytes(4)))},
    }
    return sign_jws(canonical_json({**payload, **changes}), SIGNER, header={"typ": STATUS_TYPE})


def test_packing_is_that_of_the_draft() -> None:
    assert pack_statuses(12, dict(enumerate(DRAFT_STATUSES))) == bytes.fromhex("c944f9")


def test_token_says_what_was_packed() -> None:
    statuses = {0: Status.REVOKED, 5: Status.SUSPENDED, PLACES - 1: Status.REVOKED}
    token = opened(sign_status_list(URI, pack_statuses(PLACES, statuses), SIGNER, moment=AT))
    assert (token.uri, token.issued_at) == (URI, AT.replace(microsecond=0))
    assert token.expires_at - token.issued_at == timedelta(days=1)
    assert [token.status_at(n) for n in (0, 1, 5, PLACES - 1)] == [1, 0, 2, 1]
    with pytest.raises(StatusMismatch, match="no place"):
        token.status_at(PLACES)


@given(st.dictionaries(st.integers(0, 255), st.sampled_from([1, 2]), max_size=40))
def test_both_spellings_say_the_same(statuses: dict[int, int]) -> None:
    packed = pack_statuses(256, statuses)
    token = opened(sign_status_list(URI, packed, SIGNER, moment=AT))
    assert {n: v for n in range(256) if (v := token.status_at(n))} == statuses
    for purpose, value in (("revocation", 1), ("suspension", 2)):
        bits = bitstring(packed, purpose)
        assert {n for n in range(256) if bits[n // 8] & 0x80 >> n % 8} == {
            n for n, status in statuses.items() if status == value
        }


def bitstring(packed: bytes, purpose: str) -> bytes:
    credential = sign_bitstring_credential(
        URI, packed, SIGNER, issuer="did:web:x.org", purpose=purpose, moment=AT
    )
    payload = json.loads(verify_jws(credential, lambda _kid: SIGNER.public_key).payload)
    assert payload["credentialSubject"]["statusPurpose"] == purpose
    assert payload["id"] == f"{URI}/{purpose}"
    encoded = payload["credentialSubject"]["encodedList"]
    assert encoded.startswith("u")
    return gzip.decompress(base64url_decode(encoded[1:]))


def test_bitstring_has_the_least_length_that_w3c_asks_for() -> None:
    assert len(bitstring(pack_statuses(PLACES, {}), "revocation")) == 16 * 1024


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": 7},
        {"extra": 1},
        {"iat": -1},
        {"iat": 1.5},
        {"exp": 10**15},
        {"ttl": True},
        {"status_list": {"bits": 1, "lst": ""}},
        {"status_list": {"bits": 2, "lst": "not base64!"}},
        {"status_list": {"bits": 2, "lst": base64url_encode(b"not zlib")}},
        {"status_list": {"bits": 2, "lst": base64url_encode(zlib.compress(bytes(4)) + b"x")}},
        {"status_list": {"bits": 2, "lst": base64url_encode(zlib.compress(bytes(4))[:-1])}},
        {"status_list": {"bits": 2, "lst": base64url_encode(zlib.compress(bytes(2 << 20)))}},
        {"status_list": {"bits": 2, "lst": "", "aggregation_uri": "x"}},
    ],
)
def test_token_that_is_not_to_the_letter_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedToken):
        opened(signed(**changes))


def test_token_of_another_kind_or_key_is_refused() -> None:
    other = sign_jws(b"{}", SIGNER, header={"typ": "vc+sd-jwt"})
    with pytest.raises(MalformedToken, match="header"):
        opened(other)
    with pytest.raises(SignatureMismatch):
        open_status_token(signed(), lambda _kid: Es256Signer.generate().public_key)


def test_place_is_read_back_from_the_credential_that_names_it() -> None:
    place = StatusPlace(uri=URI, index=4_711)
    members = place.as_members()
    assert read_status_place(members) == place
    assert read_status_place({"issuer": "x"}) is None
    entries = members["credentialStatus"]
    assert isinstance(entries, list)
    assert [each["statusPurpose"] for each in entries] == ["revocation", "suspension"]
    assert {each["statusListIndex"] for each in entries} == {"4711"}


@pytest.mark.parametrize(
    "status", [None, {}, {"status_list": {"idx": 1}}, {"status_list": {"idx": "1", "uri": URI}}]
)
def test_malformed_place_is_refused(status: Any) -> None:
    with pytest.raises(MalformedToken):
        read_status_place({"status": status})
