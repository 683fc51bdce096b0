"""The demonstration keystore: random keys, private files, no production."""

import multiprocessing
import stat
from pathlib import Path

import pytest

from battery_passport.adapters.keystore.insecure_demo import (
    InsecureDemoKeystore,
    InsecureKeystoreInProduction,
)
from battery_passport.credentials.errors import KeystoreRefused
from battery_passport.credentials.keystore import KEYS, KeyKind

SIGNING = [name for name, kind in KEYS.items() if kind is not KeyKind.SECRET]


def test_keys_are_private_and_another_folder_has_others(tmp_path: Path) -> None:
    first = InsecureDemoKeystore(tmp_path / "a", "demo")
    second = InsecureDemoKeystore(tmp_path / "b", "demo")
    for name in SIGNING:
        assert first.signing_key(name).public_key != second.signing_key(name).public_key
    for file in (tmp_path / "a").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "INSECURE" in file.read_text("utf-8")


def test_production_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InsecureKeystoreInProduction, match="BATTERY_PASSPORT_KEYSTORE"):
        InsecureDemoKeystore(tmp_path, "production")


def _read(folder: Path) -> bytes:
    return InsecureDemoKeystore(folder, "demo").signing_key("log").public_key


def test_two_processes_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(_read, [tmp_path] * 8))) == 1


def test_an_old_private_key_is_nowhere_once_another_has_its_place(tmp_path: Path) -> None:
    keystore = InsecureDemoKeystore(tmp_path, "demo")
    keystore.signing_key("issuer")
    old = (tmp_path / "issuer.json").read_text("utf-8")
    keystore.make_next("issuer")
    keystore.adopt_next("issuer", {"jwk": "old"})
    secret = old.split('"private_key_hex": "')[1][:64]
    assert [file for file in tmp_path.iterdir() if secret in file.read_text("utf-8")] == []


def test_keys_that_others_can_read_are_refused(tmp_path: Path) -> None:
    keystore = InsecureDemoKeystore(tmp_path, "demo")
    keystore.signing_key("log")
    (tmp_path / "log.json").chmod(0o640)
    with pytest.raises(KeystoreRefused, match="open to other accounts"):
        keystore.signing_key("log")
