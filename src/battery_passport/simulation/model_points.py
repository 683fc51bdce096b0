"""What the passport of a made-up battery model says, by the number of the EC data point.

In: a battery model. Out: values in the form the passport stage checks them against.
"""

import math

from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.registry.model import Chemistry
from battery_passport.simulation.composition import (
    COMPOSITION,
    CRITICAL_RAW_MATERIALS,
    HAZARDOUS,
)
from battery_passport.simulation.makers import MAKERS, Maker
from battery_passport.simulation.model import PackModel

_CYCLES = {Chemistry.NMC: 1_500, Chemistry.LFP: 3_000}
LIFETIME_YEARS = 12
_PULSE_S = 10.0


def model_data_points(model: PackModel) -> dict[int, JsonValue]:
    """Return the model-level values of a battery model, by data-point number."""
    maker = MAKERS[model.manufacturer]
    return {**_label(model, maker), **_rated(model), **_papers(model, maker)}


def expected_cycles(model: PackModel) -> int:
    """Return the cycles a model is meant to last until 80 % of its capacity is left."""
    return _CYCLES[model.chemistry]


def pack_resistance_ohm(model: PackModel) -> float:
    """Return the resistance of a new pack at 25 °C by a pulse, with its busbars left out."""
    return round(model.cells_in_series * cell_resistance_ohm(model), 4)


def cell_resistance_ohm(model: PackModel) -> float:
    """Return the resistance of a new cell at 25 °C, as a pulse of ten seconds shows it."""
    settled = 1.0 - math.exp(-_PULSE_S / model.polarisation_s)
    return 1e-3 * (model.ohmic_mohm + settled * model.polarisation_mohm)


def power_w(model: PackModel) -> int:
    """Return the power a new pack can give at half charge."""
    return round(1.6 * model.rated_energy_wh)


def _label(model: PackModel, maker: Maker) -> dict[int, JsonValue]:
    return {
        4: maker.address(),
        5: maker.web_contact(),
        10: model.mass_kg,
        13: HAZARDOUS[model.chemistry],
        14: ["Water in large amounts", "Water mist with additive F-500"],
        15: CRITICAL_RAW_MATERIALS[model.chemistry],
        24: 0,
    }


def _rated(model: PackModel) -> dict[int, JsonValue]:
    low_v, high_v = (limit * model.cells_in_series for limit in model.cell_limits_v)
    cell_ohm = round(cell_resistance_ohm(model), 6)
    return {
        26: round(low_v, 1),
        27: round(model.nominal_cell_v * model.cells_in_series, 1),
        28: round(high_v, 1),
        29: power_w(model),
        30: {
            "charge_w": [
                {"value": round(0.4 * model.fast_charge_w), "from_celsius": -20, "to_celsius": 10},
                {"value": round(model.fast_charge_w), "from_celsius": 10, "to_celsius": 45},
            ],
            "discharge_w": power_w(model),
        },
        31: expected_cycles(model),
        32: "Full cycles at C/3 and 25 °C until 80 % of rated capacity, maker's own procedure",
        33: 70,
        34: {"from_celsius": -30, "to_celsius": 60},
        35: {"years": 8, "distance_km": 160_000},
        36: 95 if model.chemistry is Chemistry.LFP else 96,
        37: 93 if model.chemistry is Chemistry.LFP else 94,
        38: {"cell_ohm": cell_ohm, "pack_ohm": pack_resistance_ohm(model)},
        39: 0.333,
    }


def _papers(model: PackModel, maker: Maker) -> dict[int, JsonValue]:
    item = model.gtin[8:13]
    dismantling: list[JsonObject] = [
        maker.document("Exploded view and disassembly sequence", f"dismantling/{item}"),
        maker.document("Fastenings, tools and warnings", f"fastenings/{item}"),
    ]
    return {
        40: "Crossed-out wheeled bin on the type plate, at least 3 % of the largest side",
        42: [maker.document("EU declaration of conformity", f"declarations/{item}")],
        43: [maker.document("Preventing and handling waste batteries", "waste")],
        45: COMPOSITION[model.chemistry],
        46: [f"{item}-MOD module", f"{item}-BMS controller", f"{item}-SVC service plug"],
        47: [{"name": f"{maker.name}, spare parts", **maker.web_contact()}],
        48: dismantling,
        49: [
            "Pull the service plug and wait ten minutes before opening.",
            "Insulated gloves of class 0, face shield, no metal on the body.",
            "Keep a damaged pack outdoors, five metres from anything that burns.",
        ],
        50: [maker.document("Test reports: safety and electrical durability", f"tests/{item}")],
    }
