"""Values of every shape become text that a person reads."""

import pytest

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.passport.data_points import data_point
from battery_passport.passport.values import check_value
from battery_passport.web.language import load_language
from battery_passport.web.pages.values import show_value
from tests.factories.web import VALUES

THIN = "\u2009"


@pytest.mark.parametrize(
    ("value", "unit", "line"),
    [
        (206, "Ah", f"206{THIN}Ah"),
        (1_500, "cycles", f"1,500{THIN}cycles"),
        (0.0885, "Ω", f"0.0885{THIN}Ω"),
        ("NMC", "", "NCM"),
        ("2026-01", "", "2026-01"),
        (True, "", "yes"),
        (None, "", "–"),
        ([], "", "none"),
        (["Water", "Foam"], "", "Water, Foam"),
        ({"from_celsius": -30, "to_celsius": 60}, "°C", f"-30 to 60{THIN}°C"),
        (
            [{"value": 268.8, "from_celsius": -20, "to_celsius": 55}],
            "V",
            f"268.8{THIN}V (at -20 to 55{THIN}°C)",
        ),
        (
            {"charge_w": 100, "discharge_w": 200},
            "W",
            f"charging 100{THIN}W, discharging 200{THIN}W",
        ),
        ({"years": 8, "distance_km": 160_000}, "", f"8{THIN}years (or 160,000{THIN}km)"),
        ({"until": "2034-01-31"}, "", "until 2034-01-31"),
        (
            {"charge": 0.5, "discharge": 1},
            "A/Ah",
            f"charging 0.5{THIN}A/Ah, discharging 1{THIN}A/Ah",
        ),
        (
            {"street": "1 Dock", "postal_code": "1", "city": "B", "country": "K"},
            "",
            "1 Dock, 1, B, K",
        ),
        (
            [{"name": "Cobalt", "share_percent": 3.1, "part": "cathode"}],
            "% by mass",
            f"Cobalt (share 3.1{THIN}%, in the cathode)",
        ),
        ({"something_new": {"deep": [1, 2]}}, "", "something new deep 1, 2"),
    ],
)
def test_values_on_one_line(value: JsonValue, unit: str, line: str) -> None:
    assert show_value(value, unit, load_language("en")).line == line


def test_web_addresses_become_links_and_others_never_do() -> None:
    language = load_language("en")
    document: JsonValue = {"title": "Declaration", "address": "https://example.org/a.pdf"}
    shown = show_value(document, "", language)
    assert (shown.text, shown.address) == ("Declaration", "https://example.org/a.pdf")
    assert show_value("https://example.org/", "", language).address == "https://example.org/"
    hostile: JsonValue = {"title": "x", "address": "javascript:alert(1)"}
    assert show_value(hostile, "", language).address == ""
    assert show_value("javascript:alert(1)", "", language).address == ""


@pytest.mark.parametrize("number", VALUES)
def test_the_samples_have_the_form_that_the_passport_asks_for(number: int) -> None:
    check_value(data_point(number), VALUES[number])
    for code in ("ko", "en"):
        assert show_value(VALUES[number], "", load_language(code)).line
