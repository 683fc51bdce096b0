"""Figures beside health of one battery, and what its model declares that they are held against.

In: an opened installation, a battery. Out: what the newest methods find in its measurements.
"""

from collections.abc import Mapping

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.diagnosing.curves import curve_of_battery
from battery_passport.assembly.finding import effective_rating, model_of
from battery_passport.assembly.installation import Installation
from battery_passport.diagnostics.power.model import Declared
from battery_passport.diagnostics.stating.claims import FoundFigures, find_figures
from battery_passport.diagnostics.stating.model import Basis
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.registry.model import Battery, BatteryModel

_MINIMUM_VOLTAGE, _INITIAL_EFFICIENCY, _INITIAL_RESISTANCE = 26, 36, 38
_REFERENCE_CELSIUS = 25.0


def current_figures(installation: Installation, battery: Battery) -> FoundFigures:
    """Return what the newest methods find in everything measured so far."""
    installation.pipeline.settle()
    with installation.database.read() as connection:
        store = RegistryStore(connection)
        basis = Basis(
            rating=effective_rating(store, battery),
            declared=declared_of(model_of(store, battery)),
            curve=curve_of_battery(connection, battery),
        )
    return find_figures(installation.history.read(battery.battery_id), basis)


def declared_of(model: BatteryModel | None) -> Declared:
    """Return what a model's record says of the new battery."""
    if model is None:
        return Declared()
    points = model.data_points
    resistance = points.get(_INITIAL_RESISTANCE)
    pack = resistance.get("pack_ohm") if isinstance(resistance, Mapping) else None
    return Declared(
        initial_resistance_ohm=_positive(pack),
        minimum_voltage_v=_positive(_at_reference(points.get(_MINIMUM_VOLTAGE))),
        initial_efficiency_percent=_positive(points.get(_INITIAL_EFFICIENCY)),
    )


def _at_reference(value: JsonValue) -> JsonValue:
    """Return a value that may be given by temperature, as it is at 25 °C."""
    for each in value if isinstance(value, list | tuple) else ():
        if isinstance(each, Mapping) and _covers(each):
            return each.get("value")
    return value


def _covers(entry: Mapping[str, JsonValue]) -> bool:
    low, high = entry.get("from_celsius"), entry.get("to_celsius")
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return False
    return low <= _REFERENCE_CELSIUS <= high


def _positive(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if value > 0 else None
