"""A made-up battery model as a file that `model add` takes.

In: a battery model. Out: the JSON members and bytes of docs/reference/model-file.md.
"""

from battery_passport.foundation.strict_json import JsonObject, canonical_json
from battery_passport.registry.model import BatteryCategory
from battery_passport.simulation.makers import MAKERS
from battery_passport.simulation.model import PackModel
from battery_passport.simulation.model_points import model_data_points

_FORMAT = "bp-model/v1"


def model_definition(model: PackModel) -> JsonObject:
    """Return the members of a model file."""
    maker = MAKERS[model.manufacturer]
    return {
        "format": _FORMAT,
        "name": model.name,
        "gtin": model.gtin,
        "category": BatteryCategory.ELECTRIC_VEHICLE.value,
        "manufacturer": {"slug": maker.slug, "name": maker.name},
        "rating": {
            "rated_capacity_ah": model.rated_capacity_ah,
            "cells_in_series": model.cells_in_series,
            "chemistry": model.chemistry.value,
            "cells_per_module": model.cells_per_module,
        },
        "data_points": {str(number): value for number, value in model_data_points(model).items()},
    }


def model_file_bytes(model: PackModel) -> bytes:
    """Return a model file; the same model gives the same bytes."""
    return canonical_json(model_definition(model))
