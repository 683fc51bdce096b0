"""What each known column is called by people, in Korean and English, with its unit.

In: a column's name. Out: words; a column of another release keeps its own name.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.telemetry.columns import COLUMN_BY_NAME

_TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "current_ma": ("Current", "전류"),
        "pack_voltage_mv": ("Pack voltage", "팩 전압"),
        "cell_voltage_mv": ("Cell voltages", "셀 전압"),
        "cell_voltage_mean_uv": ("Mean cell voltage", "평균 셀 전압"),
        "cell_voltage_max_mv": ("Highest cell voltage", "최고 셀 전압"),
        "cell_voltage_min_mv": ("Lowest cell voltage", "최저 셀 전압"),
        "charged_uah": ("Charge taken up", "충전된 전하량"),
        "bms_soc_permyriad": ("State of charge (BMS)", "충전량(BMS)"),
        "display_soc_permyriad": ("State of charge (display)", "충전량(계기판)"),
        "bms_soh_permyriad": ("State of health (BMS)", "건강도(BMS)"),
        "probe_temperature_dc": ("Probe temperatures", "센서별 온도"),
        "probe_temperature_mean_mc": ("Mean temperature", "평균 온도"),
        "temperature_max_dc": ("Highest temperature", "최고 온도"),
        "temperature_min_dc": ("Lowest temperature", "최저 온도"),
        "ambient_temperature_dc": ("Outside temperature", "외기 온도"),
        "odometer_m": ("Distance driven", "주행 거리"),
        "speed_mm_s": ("Speed", "속도"),
        "insulation_kohm": ("Insulation resistance", "절연저항"),
        "bms_warning_level": ("Warning level (BMS)", "경고 단계(BMS)"),
        "charge_status": ("Charging status", "충전 상태"),
        "segment": ("Stretch number", "구간 번호"),
        "cumulative_charge_mah": ("Charge taken up in its life", "누적 충전 전하량"),
        "cumulative_discharge_mah": ("Charge given in its life", "누적 방전 전하량"),
        "cumulative_charge_wh": ("Energy taken up in its life", "누적 충전 에너지"),
        "cumulative_discharge_wh": ("Energy given in its life", "누적 방전 에너지"),
        "operating_time_s": ("Operating time (BMS)", "작동 시간(BMS)"),
        "available_charge_power_w": ("Charging power allowed", "허용 충전 출력"),
        "available_discharge_power_w": ("Driving power allowed", "허용 방전 출력"),
        "auxiliary_voltage_mv": ("Low-voltage battery", "보조 배터리 전압"),
        "cell_max_number": ("Number of the highest cell", "최고 전압 셀 번호"),
        "cell_min_number": ("Number of the lowest cell", "최저 전압 셀 번호"),
        "vehicle_state": ("Vehicle state", "차량 상태"),
        "alarm_bits": ("Alarm bits", "경보 비트"),
        "thermal_alarm": ("Thermal alarm", "열 경보"),
    }
)
_SHOWN_UNITS: Mapping[str, str] = MappingProxyType({"ratio": "%", "1": ""})
"""Shares are shown in percent, codes and numbers without a unit."""


def column_title(name: str, *, korean: bool) -> str:
    """Return a column's name in words with its unit: “Cell voltages, V”."""
    titles = _TITLES.get(name)
    if titles is None:
        return name
    unit = COLUMN_BY_NAME[name].unit
    shown = _SHOWN_UNITS.get(unit, unit)
    title = titles[1] if korean else titles[0]
    return f"{title}, {shown}" if shown else title
