"""Data points 51 to 71: performance, health, status and use of the individual battery.

In: nothing. Out: rows. Source: EU-2023-1542 annex-xiii point 4; EC guidance version 2.0.
"""

from battery_passport.passport.model import DataPoint, Kind, Level, Supplier

# fmt: off
_ROWS: tuple[tuple[int, str, str, str, Kind, str, str | None, Supplier], ...] = (
    (51, "ratedCapacity", "Rated capacity now", "정격 용량(현재)",
     Kind.CAPACITY, "4.a", "Ah", Supplier.EVENTS),
    (52, "capacityFade", "Capacity fade", "용량 감소율",
     Kind.CHANGE_PERCENT, "4.a", "%", Supplier.EVENTS),
    (53, "power", "Power now", "출력(현재)",
     Kind.POWER, "4.a", "W", Supplier.EVENTS),
    (54, "powerFade", "Power fade", "출력 감소율",
     Kind.CHANGE_PERCENT, "4.a", "%", Supplier.EVENTS),
    (55, "internalResistance", "Internal resistance now", "내부저항(현재)",
     Kind.RESISTANCE, "4.a", "Ω", Supplier.EVENTS),
    (56, "internalResistanceIncrease", "Rise of internal resistance", "내부저항 증가율",
     Kind.CHANGE_PERCENT, "4.a", "%", Supplier.EVENTS),
    (57, "energyRoundTripEfficiency", "Round-trip efficiency now", "충방전 에너지 효율(현재)",
     Kind.PERCENT, "4.a", "%", Supplier.EVENTS),
    (58, "energyRoundTripEfficiencyFade", "Loss of round-trip efficiency",
     "충방전 에너지 효율 감소율", Kind.CHANGE_PERCENT, "4.a", "%", Supplier.EVENTS),
    (59, "expectedLifetimeOfBatteryCycles", "Expected lifetime in cycles",
     "기대 수명(충방전 횟수)", Kind.CYCLES, "4.a", "cycles", Supplier.EVENTS),
    (60, "expectedLifetimeInCalendarYears", "Expected lifetime in years", "기대 수명(연)",
     Kind.YEARS, "4.a", "years", Supplier.EVENTS),
    (61, "stateOfCertifiedEnergy", "State of certified energy (SOCE)",
     "인증 에너지 상태(SOCE)", Kind.HEALTH_PERCENT, "4.b", "%", Supplier.VEHICLE),
    (62, "remainingCapacity", "Remaining capacity", "잔존 용량",
     Kind.CAPACITY, "4.b", "Ah", Supplier.EVENTS),
    (63, "remainingPowerCapability", "Remaining power", "잔존 출력",
     Kind.POWER, "4.b", "W", Supplier.EVENTS),
    (64, "remainingRoundTripEnergyEfficiency", "Remaining round-trip efficiency",
     "잔존 충방전 에너지 효율", Kind.PERCENT, "4.b", "%", Supplier.EVENTS),
    (65, "evolutionOfSelfDischarge", "Change of self-discharge", "자가방전율 변화",
     Kind.CHANGE_PERCENT, "4.b", "%/month", Supplier.EVENTS),
    (66, "ohmicResistance", "Ohmic resistance", "옴 저항",
     Kind.RESISTANCE, "4.b", "Ω", Supplier.EVENTS),
    (67, "batteryStatus", "Status of the battery", "배터리 상태",
     Kind.STATUS, "4.c", None, Supplier.EVENTS),
    (68, "numberOfFullCycles", "Charge and discharge cycles so far", "누적 충방전 횟수",
     Kind.CYCLES, "4.d", "cycles", Supplier.VEHICLE),
    (69, "informationOnAccidents", "Accidents and other negative events",
     "사고 등 부정적 사건", Kind.INCIDENTS, "4.d", None, Supplier.EVENTS),
    (70, "temperatureInformation", "Temperatures in use", "사용 중 온도",
     Kind.TEMPERATURES, "4.d", "°C", Supplier.VEHICLE),
    (71, "stateOfCharge", "State of charge in use", "사용 중 충전량(SOC)",
     Kind.CHARGE_LEVELS, "4.d", "%", Supplier.VEHICLE),
)
# fmt: on

INDIVIDUAL: tuple[DataPoint, ...] = tuple(
    DataPoint(
        number=number,
        key=key,
        name_en=name_en,
        name_ko=name_ko,
        kind=kind,
        annex_point=annex_point,
        clause=f"Annex XIII 4({annex_point[-1]})",
        unit=unit,
        level=Level.ITEM,
        dynamic=True,
        supplier=supplier,
    )
    for number, key, name_en, name_ko, kind, annex_point, unit, supplier in _ROWS
)
