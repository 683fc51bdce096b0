"""The signer from both sides: who is let in, what happens while it is away."""

from pathlib import Path

import httpx
import pytest

from battery_passport.adapters.keystore.encrypted_file import EncryptedFileKeystore
from battery_passport.adapters.keystore.insecure_demo import InsecureDemoKeystore
from battery_passport.adapters.keystore.remote import (
    RemoteKeystore,
    SignerAccess,
    SignerDown,
    SignerRefused,
)
from battery_passport.adapters.keystore.unlocking import KeyFile
from battery_passport.assembly.settings import load_settings
from battery_passport.assembly.signer.program import Address, SignerMisconfigured, run_signer
from battery_passport.credentials.errors import KeyGone, KeystoreRefused
from battery_passport.credentials.signatures import verify_ed25519
from tests.factories.keystores import KEY_FILE, SECRET, RunningSigner, running_signer

pytestmark = pytest.mark.integration


def _kept(folder: Path) -> EncryptedFileKeystore:
    return EncryptedFileKeystore(folder, KeyFile(KEY_FILE))


def test_a_signer_that_is_away_is_named_and_used_again_when_it_is_back(tmp_path: Path) -> None:
    with running_signer(_kept(tmp_path)) as signer:
        keystore = RemoteKeystore(signer.access)
        key = keystore.signing_key("log")
        signer.stop()
        with pytest.raises(SignerDown, match="The signer is down"):
            key.sign(b"message")
        with pytest.raises(SignerDown):
            RemoteKeystore(signer.access)
        signer.start()
        verify_ed25519(key.public_key, key.sign(b"message"), b"message")
        keystore.close()


@pytest.mark.parametrize("secret", ["x", "s" * 42, "t" * 43, "s" * 44, "ß"])
def test_whoever_lacks_the_secret_is_told_nothing(tmp_path: Path, secret: str) -> None:
    with running_signer(_kept(tmp_path)) as signer:
        answer = httpx.post(
            f"{signer.access.url}/v1/about",
            json={},
            headers={b"Authorization": f"Bearer {secret}".encode()},
        )
        assert answer.status_code == 403
        assert set(answer.json()) == {"code", "message"}
        if len(secret) > 1:
            with pytest.raises(SignerRefused):
                RemoteKeystore(SignerAccess(url=signer.access.url, secret=secret))


def test_no_answer_holds_a_private_key(tmp_path: Path) -> None:
    demo = InsecureDemoKeystore(tmp_path, "demo")
    demo.signing_key("anchor")
    private = (tmp_path / "anchor.json").read_text().split('"private_key_hex": "')[1][:64]
    said = []
    with running_signer(demo) as signer, _client(signer) as client:
        for verb in ("about", "public-key", "sign", "derive", "has-next", "farewells", "private"):
            asked = {"name": "anchor", "message": "00" * 32, "use": "00", "key": "00" * 64}
            said.append(client.post(f"/v1/{verb}", json=asked).text)
    assert private not in "".join(said)
    assert said[0] == '{"protection":"insecure-demonstration","insecure":true}'


def test_a_signature_by_a_key_that_was_replaced_is_refused(tmp_path: Path) -> None:
    kept = _kept(tmp_path)
    with running_signer(kept) as signer:
        keystore = RemoteKeystore(signer.access)
        key = keystore.signing_key("issuer")
        kept.make_next("issuer")
        assert keystore.signing_key("issuer", following=True).sign(b"message")
        kept.adopt_next("issuer")
        with pytest.raises(KeyGone):
            key.sign(b"message")
        keystore.close()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"name": 3}', b'{"name": "log", "name": "log"}', b'{"name": "log"}']
)
def test_what_is_no_request_is_refused(tmp_path: Path, body: bytes) -> None:
    with running_signer(_kept(tmp_path)) as signer, _client(signer) as client:
        assert client.post("/v1/sign", content=body).status_code == 422
        assert client.post("/v1/nothing", content=body).status_code == 404
        assert client.get("/v1/about").status_code == 405


def test_a_signer_in_clear_beyond_this_machine_is_not_even_asked() -> None:
    with pytest.raises(KeystoreRefused, match="neither https nor on this machine"):
        RemoteKeystore(SignerAccess(url="http://signer.example:8100", secret=SECRET))
    with pytest.raises(KeystoreRefused, match="who asks"):
        RemoteKeystore(SignerAccess(url="https://signer.example:8100", secret=""))


FILE = {"KEYSTORE": "file", "KEYSTORE_PASSPHRASE": "correct horse battery"}


@pytest.mark.parametrize(
    ("settings", "host", "expected"),
    [
        ({}, "127.0.0.1", "who may ask"),
        ({"SIGNER_SECRET": "s" * 31}, "127.0.0.1", "31 characters"),
        ({"SIGNER_SECRET": "s" * 32}, "10.0.0.1", "Without a certificate"),
        (
            {"SIGNER_SECRET": SECRET, "KEYSTORE": "remote", "SIGNER_URL": "http://localhost"},
            "127.0.0.1",
            "cannot be remote",
        ),
    ],
)
def test_a_signer_that_would_let_in_anybody_does_not_start(
    tmp_path: Path, settings: dict[str, str], host: str, expected: str
) -> None:
    environment = {"HOME": str(tmp_path), **FILE, **settings}
    loaded = load_settings({f"BATTERY_PASSPORT_{name}": text for name, text in environment.items()})
    with pytest.raises(SignerMisconfigured, match=expected):
        run_signer(loaded, Address(host, 0), announce=lambda _address: None)


def _client(signer: RunningSigner) -> httpx.Client:
    return httpx.Client(
        base_url=signer.access.url, headers={"Authorization": f"Bearer {SECRET}"}, timeout=5
    )
