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
    ],
)
def test_a_wrong_setting_stops_and_is_named(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        load_settings({name: value})


def test_other_variables_are_nobodys_business() -> None:
    assert load_settings({"PATH": "/bin"}) == load_settings({})


def test_every_row_explains_itself() -> None:
    assert all(row.help.endswith(".") for row in TABLE)
    assert len({row.name for row in TABLE}) == len(TABLE)
