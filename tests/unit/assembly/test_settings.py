"""The table of settings."""

from pathlib import Path

import pytest

from battery_passport.assembly.settings import TABLE, load_settings
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
