"""Meter values of both versions in base units, and as columns of the right sign."""

import pytest

from battery_passport.adapters.ocpp.battery_data import BATTERY_DATA, CHARGING_WISH, read_data
from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.metering import read_meter_values
from battery_passport.adapters.ocpp.news import BatteryNews, WishNews
from battery_passport.adapters.ocpp.rows import Supply, charger_rows
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.telemetry.rows import Row

AT = "2026-11-23T07:30:00Z"


def rows(*samples: JsonObject, supply: Supply = Supply.DIRECT) -> list[Row]:
    values: list[JsonValue] = list(samples)
    return charger_rows(read_meter_values([{"timestamp": AT, "sampledValue": values}]), supply)


def said(measurand: str, value: JsonValue, **more: JsonValue) -> JsonObject:
    return {"measurand": measurand, "value": value, **more}


def test_numbers_as_text_and_as_numbers_give_the_same() -> None:
    old = rows(
        said("Current.Import", "120.5", unit="A", location="Outlet"),
        said("Voltage", "651.2", unit="V"),
        said("Power.Active.Import", "78.47", unit="kW"),
        said("SoC", "40.5", unit="Percent", location="EV"),
    )
    new = rows(
        said("Current.Import", 120.5, unitOfMeasure={"unit": "A"}),
        said("Voltage", 651.2, unitOfMeasure={"unit": "V"}),
        said("Power.Active.Import", 78.47, unitOfMeasure={"unit": "W", "multiplier": 3}),
        said("SoC", 40.5, location="EV", unitOfMeasure={"unit": "Percent"}),
    )
    assert old == new
    assert old[0].values == {
        "current_ma": -120_500,
        "pack_voltage_mv": 651_200,
        "charger_power_w": -78_470,
        "bms_soc_permyriad": 4_050,
    }


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (said("Current.Export", "10"), {"current_ma": 10_000}),
        (said("Power.Active.Export", 2_000), {"charger_power_w": 2_000}),
        ({"value": "125000"}, {"charger_import_wh": 125_000}),
        ({"value": "125.5", "unit": "kWh"}, {"charger_import_wh": 125_500}),
        (said("Temperature", "77", unit="Fahrenheit"), {"charger_temperature_dc": 250}),
        (said("Temperature", "298.15", unit="K"), {"charger_temperature_dc": 250}),
        (said("Current.Import", "16", phase="L1"), {"charger_current_l1_ma": -16_000}),
        (said("Voltage", "231", phase="L1-N"), {"charger_voltage_l1_n_mv": 231_000}),
        (said("Voltage", "400", location="Inlet"), {"grid_voltage_mv": 400_000}),
    ],
)
def test_each_value_goes_to_its_own_column(sample: JsonObject, expected: dict[str, int]) -> None:
    assert [row.values for row in rows(sample)] == [expected]


def test_alternating_current_says_nothing_of_the_pack() -> None:
    found = rows(
        said("Current.Import", "32"),
        said("Voltage", "230"),
        said("SoC", "50"),
        supply=Supply.ALTERNATING,
    )
    assert found[0].values == {
        "charger_current_ma": -32_000,
        "charger_voltage_mv": 230_000,
        "bms_soc_permyriad": 5_000,
    }


def test_both_ways_at_once_are_one_flow() -> None:
    found = rows(said("Current.Import", "0"), said("Current.Export", "25.0"))
    assert found[0].values == {"current_ma": 25_000}


def test_two_values_of_one_moment_are_both_kept() -> None:
    found = rows(said("SoC", "50"), said("SoC", "51"), said("Voltage", "400"))
    assert [row.values["bms_soc_permyriad"] for row in found] == [5_000, 5_100]


@pytest.mark.parametrize(
    "sample",
    [
        said("SoC", "nan"),
        said("SoC", "1_0"),
        said("SoC", ""),
        said("SoC", "9" * 60),
        said("Voltage", 1e300),
        said("Voltage", 1, unitOfMeasure={"unit": "V", "multiplier": 99}),
        said("Voltage", "1", unit="furlong"),
        said("SoC", "x", format="SignedData"),
    ],
)
def test_what_is_no_number_is_counted_and_not_guessed(sample: JsonObject) -> None:
    (metered,) = read_meter_values([{"timestamp": AT, "sampledValue": [sample]}])
    assert (metered.values, metered.unread) == ((), 1)


def test_a_time_without_zone_is_utc_and_no_time_is_refused() -> None:
    (metered,) = read_meter_values([{"timestamp": "2026-11-23T07:30:00", "sampledValue": []}])
    assert metered.at.isoformat() == "2026-11-23T07:30:00+00:00"
    with pytest.raises(OcppRefused):
        read_meter_values([{"timestamp": "yesterday", "sampledValue": []}])


def test_battery_data_is_read_and_what_breaks_its_schema_is_refused() -> None:
    news = read_data(
        BATTERY_DATA,
        f'{{"v": 1, "at": "{AT}", "vin": "KMHC851JGLU012345", "stateOfHealthPercent": 93.5,'
        ' "packCurrent": -78.5, "cellVoltages": [3.701, null, 3.7], "thermalAlarm": true}',
    )
    assert isinstance(news, BatteryNews)
    assert news.vin == "KMHC851JGLU012345"
    assert news.values == {
        "bms_soh_permyriad": 9_350,
        "current_ma": -78_500,
        "cell_voltage_mv": [3_701, None, 3_700],
        "thermal_alarm": 1,
    }
    wish = read_data(CHARGING_WISH, {"v": 1, "connector": 2, "powerKw": 11})
    assert wish == WishNews(connector=2, transaction="", soc_ratio=None, power_w=11_000)
    odd: list[JsonValue] = [{"v": 2, "at": AT}, {"v": 1, "at": AT, "x": 1}, {"v": 1}, "no json"]
    for broken in (*odd, None):
        with pytest.raises(OcppRefused):
            read_data(BATTERY_DATA, broken)
    with pytest.raises(OcppRefused) as refused:
        read_data(BATTERY_DATA, {"v": 1, "at": AT, "vin": "KMHC851JGLU01234O"})
    assert "KMH" not in str(refused.value)
