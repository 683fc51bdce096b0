"""The table of settings."""

from pathlib import Path

import pytest

from battery_passport.assembly.settings import TABLE, Settings, load_settings
from battery_passport.foundation.errors import Misconfigured


def test_defaults_run_everything_embedded_on_loopback() -> None:
    settings = load_settings({})
    assert settings.home == Path("var").absolute()
    assert (settings.mode, settings.host) == ("demo", "127.0.0.1")
    assert settings.base_url == "http://localhost:8000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BATTERY_PASSPORT_PROT", "1"),
        ("BATTERY_PASSPORT_MODE", "test"),
        ("BATTERY_PASSPORT_PORT", "80000"),
        ("BATTERY_PASSPORT_PORT", "http"),
        ("BATTERY_PASSPORT_HOST", "0.0.0.0"),  # noqa: S104 - the very address that must be refused
        ("BATTERY_PASSPORT_ANCHOR_INTERVAL_S", "0"),
        ("BATTERY_PASSPORT_TRUSTED_PROXIES", "*"),
        ("BATTERY_PASSPORT_TRUSTED_PROXIES", "10.0.0.1, proxy.example"),
        ("BATTERY_PASSPORT_RATE_LIMIT_FACTOR", "-1"),
    ],
)
def test_a_wrong_setting_stops_and_is_named(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        load_settings({name: value})


EVERYWHERE = "0.0.0.0"  # noqa: S104 - the very address that needs a reason


def test_production_behind_tls_may_listen_beyond_loopback() -> None:
    settings = load_settings(
        {
            "BATTERY_PASSPORT_MODE": "production",
            "BATTERY_PASSPORT_HOST": EVERYWHERE,
            "BATTERY_PASSPORT_PUBLIC_BASE_URL": "https://passport.example",
            "BATTERY_PASSPORT_TRUSTED_PROXIES": "10.0.0.2, 10.1.0.0/16",
        }
    )
    assert settings.host == EVERYWHERE
    assert settings.trusted_proxies == ("10.0.0.2/32", "10.1.0.0/16")


@pytest.mark.parametrize(
    ("mode", "address"),
    [
        ("demo", "https://passport.example"),
        ("production", "http://passport.example"),
        ("production", "https://localhost"),
        ("production", "https:passport.example"),
        ("production", ""),
    ],
)
def test_nothing_else_listens_beyond_loopback(mode: str, address: str) -> None:
    with pytest.raises(Misconfigured, match="HOST"):
        load_settings(
            {
                "BATTERY_PASSPORT_MODE": mode,
                "BATTERY_PASSPORT_HOST": EVERYWHERE,
                "BATTERY_PASSPORT_PUBLIC_BASE_URL": address,
            }
        )


def test_by_default_no_proxy_is_believed() -> None:
    assert load_settings({}).trusted_proxies == ()


def test_other_variables_are_nobodys_business() -> None:
    assert load_settings({"PATH": "/bin"}) == load_settings({})


def test_every_row_explains_itself() -> None:
    assert all(row.help.endswith(".") for row in TABLE)
    assert len({row.name for row in TABLE}) == len(TABLE)


def _set(**given: str) -> Settings:
    return load_settings({f"BATTERY_PASSPORT_{name.upper()}": text for name, text in given.items()})


def test_a_secret_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text("4711 \n")
    file.chmod(0o400)
    settings = _set(
        keystore="pkcs11", pkcs11_library="/lib.so", pkcs11_token="t", pkcs11_pin_file=str(file)
    )
    assert settings.keystore.pkcs11_pin == "4711 "
    assert "4711" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"pkcs11_pin_file": "/nowhere"}, "cannot be read"),
        ({"pkcs11_pin_file": "/nowhere", "pkcs11_pin": "1"}, "both in itself and by a file"),
        ({"home_file": "/nowhere"}, "Unknown setting BATTERY_PASSPORT_HOME_FILE"),
        ({"keystore": "vault"}, "KEYSTORE is 'vault'"),
        ({"keystore": "remote"}, "needs BATTERY_PASSPORT_SIGNER_URL"),
        ({"keystore": "file", "keystore_passphrase": "p", "keystore_key_file": "f"}, "2 are set"),
        ({"signer_timeout_s": "soon"}, "not a number"),
        ({"signer_timeout_s": "0"}, "expected 0 to 60"),
    ],
)
def test_a_keystore_that_is_set_up_wrongly_is_named(given: dict[str, str], expected: str) -> None:
    with pytest.raises(Misconfigured, match=expected):
        _set(**given)
