"""Learning a battery model's curve from all batteries of the installation.

In: requests of `fleet learn`. Out: the models there are; for one of them, a curve kept as its
newest version. Batteries are read one after the other, so that memory holds one history at a time.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from uuid import UUID

from battery_passport.adapters.sql.fleet_curves import FleetCurveStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.requests import Asked
from battery_passport.foundation.errors import NotFound
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.model import Battery, BatteryModel, Rating
from battery_passport.registry.rules import merged_rating
from battery_passport.telemetry.table import TelemetryTable


class NoBatteriesOfModel(NotFound):
    """No battery model has that name."""

    code = "no-batteries-of-model"
    remedy = "Name a model that batteries of this installation were registered with."


def list_fleets(installation: Installation, request: JsonObject) -> JsonObject:
    """Return the models that batteries were registered with, and how many."""
    Asked(request)
    with installation.database.read() as connection:
        store = RegistryStore(connection)
        counts: dict[UUID, int] = {}
        for battery in store.all_batteries():
            if battery.model_id is not None:
                counts[battery.model_id] = counts.get(battery.model_id, 0) + 1
        named = [(store.model(model_id), count) for model_id, count in counts.items()]
    fleets = [(model.name, count) for model, count in named if model is not None]
    return {"models": [{"model": name, "batteries": count} for name, count in sorted(fleets)]}


def learn_fleet(installation: Installation, request: JsonObject) -> JsonObject:
    """Learn one model's curve and keep it. Raises: NoBatteriesOfModel."""
    name = Asked(request).text("model")
    installation.pipeline.settle()
    with installation.database.read() as connection:
        store = RegistryStore(connection)
        model = store.model_by_name(name)
        if model is None:
            raise NoBatteriesOfModel(f"No battery model is called {name!r}.")
        batteries = [each for each in store.all_batteries() if each.model_id == model.model_id]
        kin = [
            curve
            for each in _kin_of(model, store)
            if (curve := FleetCurveStore(connection).newest(each)) is not None
        ]
    histories = _histories(installation, model, batteries)
    learning = import_module("battery_passport.assembly.diagnosing.learning")
    curve = learning.learn_curve(histories, model, kin)
    answer: JsonObject = {"model": name, "batteries": len(batteries)}
    if curve is None:
        return answer | {"cars": 0, "version": None, "sha256": None}
    with installation.database.write() as connection:
        version = FleetCurveStore(connection).keep(model.model_id, curve, installation.clock.now())
    return answer | {"cars": curve.cars, "version": version, "sha256": curve.digest.hex()}


def _kin_of(model: BatteryModel, store: RegistryStore) -> list[UUID]:
    """Return the other models of the same chemistry that batteries were registered with."""
    others = {each.model_id for each in store.all_batteries()} - {None, model.model_id}
    found = [store.model(each) for each in others if each is not None]
    alike = [each for each in found if each and each.rating.chemistry is model.rating.chemistry]
    return sorted(each.model_id for each in alike)


def _histories(
    installation: Installation, model: BatteryModel, batteries: Iterable[Battery]
) -> Iterator[tuple[TelemetryTable, Rating]]:
    for battery in sorted(batteries, key=lambda each: str(each.battery_id)):
        rating = merged_rating(battery.rating, model.rating)
        yield installation.history.read(battery.battery_id), rating
