"""What every keystore does alike: files, tokens, signers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from battery_passport.adapters.evm.accounts import address_of, sign_digest
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.credentials.errors import KeyGone, KeystoreRefused, UnknownKeyName
from battery_passport.credentials.keystore import KEYS, KeyKind, SigningKey
from battery_passport.credentials.signatures import verify_ed25519, verify_es256
from tests.factories.keystores import KEYSTORES, Opened, keystore_of_kind

MESSAGE = b"what is to be signed"
DIGEST = keccak(MESSAGE)
K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture(params=KEYSTORES)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Open the same keystore again and again."""
    with keystore_of_kind(request.param, tmp_path / "keys") as open_keystore:
        yield open_keystore


def _check(key: SigningKey, message: bytes, signature: bytes) -> None:
    if key.kind is KeyKind.ED25519:
        return verify_ed25519(key.public_key, signature, message)
    if key.kind is KeyKind.ES256:
        return verify_es256(key.public_key, signature, message)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    assert s <= K1_ORDER // 2
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), b"\x04" + key.public_key)
    return point.verify(encode_dss_signature(r, s), message, ec.ECDSA(Prehashed(SHA256())))


@pytest.mark.parametrize("name", [name for name, kind in KEYS.items() if kind != KeyKind.SECRET])
def test_each_key_signs_what_its_public_half_verifies(opened: Opened, name: str) -> None:
    key = opened().signing_key(name)
    assert key.kind is KEYS[name]
    message = DIGEST if key.kind is KeyKind.SECP256K1 else MESSAGE
    for _ in range(3):
        signature = key.sign(message)
        assert len(signature) == 64
        _check(key, message, signature)


def test_keys_are_kept_and_differ(opened: Opened) -> None:
    first, again = opened(), opened()
    names = [name for name, kind in KEYS.items() if kind is not KeyKind.SECRET]
    keys = {name: first.signing_key(name).public_key for name in names}
    assert len(set(keys.values())) == len(names)
    assert {name: again.signing_key(name).public_key for name in names} == keys
    assert not any(first.has_next(name) for name in KEYS)


def test_secrets_give_one_value_a_use_and_keep_it(opened: Opened) -> None:
    first, again = opened(), opened()
    uses = [(name, use) for name in ("personal-data", "lookup") for use in (b"one/v1", b"two/v1")]
    derived = [first.secret(name).derive(use) for name, use in uses]
    assert len(set(derived)) == 4
    assert {len(each) for each in derived} == {32}
    assert [again.secret(name).derive(use) for name, use in uses] == derived


def test_the_next_key_takes_the_place_of_the_present_one(opened: Opened) -> None:
    keystore = opened()
    old = keystore.signing_key("issuer").public_key
    with pytest.raises(KeyGone):
        keystore.signing_key("issuer", following=True)
    with pytest.raises(KeyGone):
        keystore.adopt_next("issuer")
    keystore.make_next("issuer")
    coming = keystore.signing_key("issuer", following=True).public_key
    opened().make_next("issuer")
    assert keystore.signing_key("issuer", following=True).public_key == coming, "begun only once"
    assert keystore.signing_key("issuer").public_key == old
    keystore.adopt_next("issuer", {"jwk": "old"})
    assert opened().signing_key("issuer").public_key == coming != old
    assert not keystore.has_next("issuer")
    keystore.make_next("issuer")
    keystore.adopt_next("issuer", {"jwk": "older"})
    assert [each["jwk"] for each in opened().farewells("issuer")] == ["old", "older"]
    assert keystore.farewells("diagnostics") == ()


def test_a_secret_is_followed_too(opened: Opened) -> None:
    keystore = opened()
    old = keystore.secret("personal-data").derive(b"use")
    keystore.make_next("personal-data")
    coming = keystore.secret("personal-data", following=True).derive(b"use")
    keystore.adopt_next("personal-data")
    assert keystore.secret("personal-data").derive(b"use") == coming != old


def test_a_key_in_hand_never_signs_with_the_one_that_followed(opened: Opened) -> None:
    keystore = opened()
    key = keystore.signing_key("importer")
    keystore.make_next("importer")
    keystore.adopt_next("importer")
    try:
        signature = key.sign(MESSAGE)
    except KeyGone:
        return  # a token or a signer has destroyed it, and says so
    _check(key, MESSAGE, signature)


def test_what_is_no_key_is_refused_by_name(opened: Opened) -> None:
    keystore = opened()
    for name in ("", "../issuer", "issuer.next", "Issuer", "party-", "party-/etc", "keystore"):
        with pytest.raises(UnknownKeyName):
            keystore.signing_key(name)
        with pytest.raises(UnknownKeyName):
            keystore.make_next(name)
    with pytest.raises(UnknownKeyName):
        keystore.signing_key("lookup")
    with pytest.raises(UnknownKeyName):
        keystore.secret("log")


def test_a_discarded_key_is_made_anew_or_the_wish_refused(opened: Opened) -> None:
    keystore = opened()
    old = keystore.signing_key("log").public_key
    keystore.make_next("log")
    if keystore.protection == "remote":
        with pytest.raises(KeystoreRefused, match="cannot be discarded from here"):
            keystore.discard("log")
        return
    keystore.discard("log")
    assert not keystore.has_next("log")
    assert opened().signing_key("log").public_key != old


def test_a_digest_of_another_length_is_not_signed(opened: Opened) -> None:
    with pytest.raises(KeystoreRefused):
        opened().signing_key("anchor").sign(MESSAGE)


TYPED = {
    "types": {
        "EIP712Domain": [
            {"name": "name", "type": "string"},
            {"name": "chainId", "type": "uint256"},
        ],
        "Transfer": [{"name": "battery", "type": "bytes32"}, {"name": "nonce", "type": "uint256"}],
    },
    "primaryType": "Transfer",
    "domain": {"name": "Test", "chainId": 31337},
    "message": {"battery": b"\x07" * 32, "nonce": 3},
}


def test_an_organisation_signs_typed_messages_that_others_recover(opened: Opened) -> None:
    key = opened().signing_key("party-busan")
    typed = encode_typed_data(full_message=TYPED)
    digest = keccak(b"\x19" + typed.version + typed.header + typed.body)
    for _ in range(4):
        signature = sign_digest(key, digest)
        assert Account.recover_message(typed, signature=signature) == address_of(key.public_key)


def test_an_account_signs_transactions_that_others_recover(opened: Opened) -> None:
    account = ChainAccount(opened().signing_key("anchor"), chain_id=262144)
    for nonce, to, data in (
        (0, None, b"\x60" * 300),
        (200, "0x" + "ab" * 20, b""),
        (1, None, b"\x01"),
    ):
        raw = account.sign(nonce=nonce, data=data, gas=3_000_000, to=to)
        assert Account.recover_transaction(raw) == account.address
