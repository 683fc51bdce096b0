"""The encrypted keystore: what opens it, what does not, and what lies on the disk."""

import json
import stat
from pathlib import Path

import pytest

from battery_passport.adapters.keystore.encrypted_file import EncryptedFileKeystore
from battery_passport.adapters.keystore.insecure_demo import InsecureDemoKeystore
from battery_passport.adapters.keystore.unlocking import KeyFile, Opener, Passphrase
from battery_passport.credentials.errors import KeystoreRefused, WrongKeystorePassphrase

PASSPHRASE = Passphrase("correct horse battery staple")
OTHER = Passphrase("correct horse battery stable")
KEY = KeyFile(b"k" * 32)


@pytest.mark.parametrize(
    ("made_with", "opened_with"),
    [(PASSPHRASE, OTHER), (PASSPHRASE, KEY), (KEY, PASSPHRASE), (KEY, KeyFile(b"k" * 33))],
)
def test_another_secret_is_refused_plainly(
    tmp_path: Path, made_with: Opener, opened_with: Opener
) -> None:
    EncryptedFileKeystore(tmp_path, made_with).signing_key("log")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(WrongKeystorePassphrase):
        EncryptedFileKeystore(tmp_path, opened_with)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_nothing_on_the_disk_is_a_key_or_open_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    keystore = EncryptedFileKeystore(folder, KEY)
    keystore.signing_key("log")
    keystore.secret("lookup")
    keystore.make_next("issuer")
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "private" not in file.read_text("utf-8")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    first, second = (
        json.loads((folder / f"{name}.json").read_text()) for name in ("log", "lookup")
    )
    assert len(first["sealed"]) == len(second["sealed"]) == 2 * (12 + 32 + 16)


@pytest.mark.parametrize("damage", ["sealed", "kind", "name"])
def test_an_altered_key_is_refused(tmp_path: Path, damage: str) -> None:
    keystore = EncryptedFileKeystore(tmp_path, KEY)
    keystore.signing_key("log")
    path = tmp_path / "log.json"
    document = json.loads(path.read_text())
    if damage == "sealed":
        flipped = int(document["sealed"][-1], 16) ^ 1
        document["sealed"] = document["sealed"][:-1] + f"{flipped:x}"
        path.write_text(json.dumps(document))
        name = "log"
    else:  # one key in the place of another, by hand
        name = "importer" if damage == "name" else "issuer"
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
        (tmp_path / f"{name}.json").chmod(0o600)
    with pytest.raises(KeystoreRefused, match="altered"):
        keystore.signing_key(name)


@pytest.mark.parametrize(
    ("member", "value"),
    [("rounds", 0), ("memory_kib", 2**40), ("lanes", "4"), ("salt", "00"), ("salt", "zz")],
)
def test_a_damaged_header_is_refused_before_it_costs_anything(
    tmp_path: Path, member: str, value: object
) -> None:
    EncryptedFileKeystore(tmp_path, PASSPHRASE)
    path = tmp_path / "keystore.json"
    header = json.loads(path.read_text())
    header["opened_by"][member] = value
    path.write_text(json.dumps(header))
    with pytest.raises(KeystoreRefused):
        EncryptedFileKeystore(tmp_path, PASSPHRASE)


def test_another_passphrase_opens_the_same_keys_and_the_old_one_no_more(tmp_path: Path) -> None:
    keystore = EncryptedFileKeystore(tmp_path, PASSPHRASE)
    public_key = keystore.signing_key("issuer").public_key
    keystore.protect_with(KEY)
    assert EncryptedFileKeystore(tmp_path, KEY).signing_key("issuer").public_key == public_key
    with pytest.raises(WrongKeystorePassphrase):
        EncryptedFileKeystore(tmp_path, PASSPHRASE)
    assert keystore.signing_key("issuer").public_key == public_key, "who has it open goes on"


def test_keys_of_a_demonstration_are_not_taken_over(tmp_path: Path) -> None:
    InsecureDemoKeystore(tmp_path, "demo").signing_key("issuer")
    with pytest.raises(KeystoreRefused, match="not encrypted"):
        EncryptedFileKeystore(tmp_path, PASSPHRASE)


@pytest.mark.parametrize("secret", ["", "short", "eleven char"])
def test_a_short_passphrase_is_refused(secret: str) -> None:
    with pytest.raises(KeystoreRefused, match="characters"):
        Passphrase(secret)
    with pytest.raises(KeystoreRefused, match="bytes"):
        KeyFile(secret.encode())
