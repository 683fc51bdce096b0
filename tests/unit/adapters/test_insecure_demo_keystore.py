"""The demonstration keystore: random keys, private files, no production."""

import multiprocessing
import stat
from pathlib import Path

import pytest

from battery_passport.adapters.keystore.insecure_demo import (
    KEY_NAMES,
    InsecureDemoKeystore,
    InsecureKeystoreInProduction,
)


def test_keys_are_random_private_and_kept(tmp_path: Path) -> None:
    first = InsecureDemoKeystore(tmp_path / "a", "demo")
    second = InsecureDemoKeystore(tmp_path / "b", "demo")
    keys = {name: first.private_key(name) for name in KEY_NAMES}
    assert len(set(keys.values())) == len(KEY_NAMES)
    assert all(len(key) == 32 for key in keys.values())
    assert {name: first.private_key(name) for name in KEY_NAMES} == keys
    assert second.private_key("log") != keys["log"]
    for file in (tmp_path / "a").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_production_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InsecureKeystoreInProduction, match="BATTERY_PASSPORT_MODE"):
        InsecureDemoKeystore(tmp_path, "production")


def _read(folder: Path) -> bytes:
    return InsecureDemoKeystore(folder, "demo").private_key("log")


def test_two_processes_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(_read, [tmp_path] * 8))) == 1


def test_a_key_is_followed_by_the_next_and_said_farewell_to(tmp_path: Path) -> None:
    keystore = InsecureDemoKeystore(tmp_path, "demo")
    old = keystore.private_key("issuer")
    assert keystore.next_key("issuer") is None
    coming = keystore.make_next("issuer")
    assert keystore.make_next("issuer") == coming, "a change that was interrupted goes on"
    assert keystore.private_key("issuer") == old
    keystore.adopt_next("issuer", {"jwk": "old"})
    assert keystore.private_key("issuer") == coming != old
    assert keystore.next_key("issuer") is None
    assert keystore.farewells("issuer") == ({"jwk": "old"},)
    keystore.make_next("issuer")
    keystore.adopt_next("issuer", {"jwk": "older"})
    assert [each["jwk"] for each in keystore.farewells("issuer")] == ["old", "older"]
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert old.hex() not in file.read_text("utf-8")
