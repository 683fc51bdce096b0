"""Production starts with keystores that protect their keys, and with no other."""

import json
import stat
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from battery_passport.adapters.keystore.insecure_demo import (
    InsecureDemoKeystore,
    InsecureKeystoreInProduction,
)
from battery_passport.assembly.installation import opened_installation
from battery_passport.assembly.settings import Settings, load_settings
from battery_passport.credentials.errors import WrongKeystorePassphrase
from battery_passport.foundation.errors import Misconfigured
from battery_passport.foundation.strict_json import JsonObject
from tests.factories.certificates import Certificates, make_certificates
from tests.factories.chain import require_engine
from tests.factories.installation import run
from tests.factories.keystores import SECRET, require_token, running_signer
from tests.factories.postgresql import running_cluster
from tests.integration.support.homes import PROGRAM, TestHome
from tests.integration.support.servers import running_server

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("production-keystores")]

PASSPHRASE = "correct horse battery staple"
RATING: JsonObject = {"rated_capacity_ah": 100.0, "cells_in_series": 8, "chemistry": "NMC"}
PRODUCTION = {
    "mode": "production",
    "public_base_url": "https://passport.example",
    "smtp_url": "smtps://name:word@mail.example:465",
}


def _file(tmp_path: Path) -> dict[str, str]:
    secret = tmp_path / "passphrase"
    secret.unlink(missing_ok=True)
    secret.write_text(PASSPHRASE + "\n")
    secret.chmod(0o400)
    return {"keystore": "file", "keystore_passphrase_file": str(secret)}


def _token(_tmp_path: Path) -> dict[str, str]:
    access = require_token()
    return {
        "keystore": "pkcs11",
        "pkcs11_library": str(access.library),
        "pkcs11_token": access.label,
        "pkcs11_pin": access.pin,
    }


def _issued_and_proven(home: TestHome, tmp_path: Path) -> str:
    """Issue a passport beside a server, rotate its issuer's key, and prove it to a stranger."""
    with running_server(home) as server:
        server.ask("battery-add", {"battery": "first", **RATING})
        server.ask("passport-issue", {"battery": "first"})
        bundle = server.ask("bundle", {"battery": "first"})["content"]
        told = home.done("keys", "rotate", "issuer")
        trust = str(server.ask("trust-export", {})["content"])
        assert home.verb("audit").code == 0
        said = server.said()
    assert told["new"] in trust
    (tmp_path / "bundle.json").write_text(str(bundle))
    (tmp_path / "trust.json").write_text(trust)
    proven = home.verb(
        "verify", str(tmp_path / "bundle.json"), "--trust", str(tmp_path / "trust.json")
    )
    assert proven.code == 0, proven
    return said


@pytest.mark.parametrize("kind", ["file", "pkcs11"])
def test_production_starts_issues_and_rotates(tmp_path: Path, kind: str) -> None:
    require_engine()
    settings = {"file": _file, "pkcs11": _token}[kind](tmp_path)
    home = TestHome(tmp_path / "home", {**PRODUCTION, **settings})
    said = _issued_and_proven(home, tmp_path)
    assert PASSPHRASE not in said
    for file in (home.folder / "keys").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "private_key" not in file.read_text()


def test_production_starts_over_postgresql(tmp_path: Path) -> None:
    require_engine()
    settings = {**PRODUCTION, **_file(tmp_path), "database_url": running_cluster().fresh()}
    with running_server(TestHome(tmp_path / "home", settings)) as server:
        server.ask("battery-add", {"battery": "first", **RATING})
        assert server.ask("passport-issue", {"battery": "first"})["version"] == 1


@contextmanager
def _signing(tmp_path: Path, certificates: Certificates) -> Iterator[str]:
    """Run the signer as a program, with TLS both ways; give its address."""
    settings = {
        **_file(tmp_path),
        "signer_secret": SECRET,
        "signer_certificate": str(certificates.server),
        "signer_certificate_key": str(certificates.server_key),
        "signer_authority": str(certificates.authority),
    }
    signer = TestHome(tmp_path / "signer", settings)
    process = subprocess.Popen(
        [*PROGRAM, "signer", "--port", "0"],
        env=signer.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("Signer: ").strip()
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_production_signs_through_a_signer_with_certificates_both_ways(tmp_path: Path) -> None:
    require_engine()
    certificates = make_certificates(tmp_path)
    with ExitStack() as stack:
        url = stack.enter_context(_signing(tmp_path, certificates))
        with pytest.raises(httpx.TransportError):
            httpx.post(f"{url}/v1/about", verify=certificates.trusting())
        settings = {
            "keystore": "remote",
            "signer_url": url,
            "signer_secret": SECRET,
            "signer_authority": str(certificates.authority),
            "signer_certificate": str(certificates.client),
            "signer_certificate_key": str(certificates.client_key),
        }
        home = TestHome(tmp_path / "home", {**PRODUCTION, **settings})
        _issued_and_proven(home, tmp_path)
        assert list((home.folder / "keys").iterdir()) == []
        kept = [file.name for file in (tmp_path / "signer" / "keys").iterdir()]
        assert {"issuer.json", "issuer.retired.json", "log.json", "keystore.json"} <= set(kept)
    away = home.verb("trust", "export", "-o", str(tmp_path / "again.json"), "--json")
    assert away.code == 3
    assert json.loads(away.out)["error"]["code"] == "signer-down"


def _settings(folder: Path, settings: dict[str, str]) -> Settings:
    given = {"home": str(folder / "home"), **PRODUCTION, **settings}
    return load_settings({f"BATTERY_PASSPORT_{name.upper()}": text for name, text in given.items()})


def _trust(settings: Settings) -> JsonObject:
    with opened_installation(settings) as installation:
        return run(installation, "trust-export")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "BATTERY_PASSPORT_KEYSTORE to file, pkcs11 or remote"),
        ({"keystore": "file"}, "opened by one secret, but 0 are set"),
        ({"keystore": "file", "keystore_passphrase": "short"}, "has 5 characters"),
        ({"keystore": "remote", "signer_url": "http://signer.example"}, "neither https"),
        ({"keystore": "pkcs11", "pkcs11_library": "/nowhere.so"}, "PKCS11_TOKEN"),
    ],
)
def test_production_refuses_what_protects_nothing(
    tmp_path: Path, settings: dict[str, str], expected: str
) -> None:
    with pytest.raises(Misconfigured, match=expected):
        _trust(_settings(tmp_path, settings))


def test_a_signer_of_demonstration_keys_is_no_keystore_of_production(tmp_path: Path) -> None:
    with running_signer(InsecureDemoKeystore(tmp_path / "keys", "demo")) as signer:
        settings = {"signer_url": signer.access.url, "signer_secret": SECRET}
        with pytest.raises(InsecureKeystoreInProduction, match="signer keeps demonstration keys"):
            _trust(_settings(tmp_path, {"keystore": "remote", **settings}))


def test_a_wrong_passphrase_stops_the_start_and_another_may_be_set(tmp_path: Path) -> None:
    first = _settings(tmp_path, _file(tmp_path))
    trust = _trust(first)
    (tmp_path / "new").write_bytes(bytes(range(40)))
    (tmp_path / "new").chmod(0o600)
    with_key_file = {"keystore": "file", "keystore_key_file": str(tmp_path / "new")}
    second = _settings(tmp_path, with_key_file)
    with pytest.raises(WrongKeystorePassphrase):
        _trust(second)
    home = TestHome(tmp_path / "home", {**PRODUCTION, **_file(tmp_path)})
    told = home.done("keys", "protect", "--new-key-file", str(tmp_path / "new"))
    assert told["opened_by"] == "key file"
    with pytest.raises(WrongKeystorePassphrase):
        _trust(first)
    assert _trust(second) == trust


def test_a_secret_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    settings = _file(tmp_path)
    Path(settings["keystore_passphrase_file"]).chmod(0o644)
    with pytest.raises(Misconfigured, match="every account"):
        _settings(tmp_path, settings)
