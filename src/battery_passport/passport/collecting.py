"""Collecting values: what registration, model, events and signed figures say, by data point.

In: the battery, its model, the organisations, folded events, newest signed figures. Out: values.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.lifecycle.model import LifecycleState
from battery_passport.passport.data_points import data_point
from battery_passport.passport.measured import StatedFigures, measured_values
from battery_passport.passport.model import PointValue
from battery_passport.registry.model import Battery, BatteryModel, Organisation, Rating
from battery_passport.registry.rules import merged_rating

FROM_REGISTRATION = "registration"
FROM_MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportSubject:
    """The battery a passport is about, and who stands behind it.

    `model` and `manufacturer` are None where a battery was registered without a model.
    """

    battery: Battery
    model: BatteryModel | None
    operator: Organisation
    manufacturer: Organisation | None

    @property
    def rating(self) -> Rating:
        """The battery's own rating, completed by its model's."""
        return merged_rating(self.battery.rating, self.model.rating if self.model else None)


def collect_values(
    subject: PassportSubject,
    state: LifecycleState,
    *,
    uri: str,
    stated: StatedFigures | None = None,
) -> dict[int, PointValue]:
    """Return the known value of each data point; what events say goes before the model record.

    Of an event and a signed figure the later one counts.
    """
    told = {value.point.number: value for value in _from_events(state)}
    computed = {
        number: value
        for number, value in measured_values(stated, state).items()
        if number not in told or told[number].as_of < value.as_of
    }
    found = {
        **{value.point.number: value for value in _from_model(subject.model)},
        **told,
        **computed,
        **{value.point.number: value for value in _from_registration(subject, uri)},
    }
    return dict(sorted(found.items()))


def _from_model(model: BatteryModel | None) -> Iterator[PointValue]:
    if model is not None:
        for number, value in model.data_points.items():
            yield _value(number, value, FROM_MODEL, model.registered_at)


def _from_events(state: LifecycleState) -> Iterator[PointValue]:
    for number, folded in state.values.items():
        yield PointValue(
            point=data_point(number),
            value=folded.value,
            source=f"event:{folded.event_id}",
            as_of=folded.as_of,
            method=folded.method,
        )


def _from_registration(subject: PassportSubject, uri: str) -> Iterator[PointValue]:
    battery, operator = subject.battery, subject.operator
    at = battery.registered_at
    identification: dict[str, JsonValue] = {
        "gtin": battery.identifier.gtin,
        "serial": battery.identifier.serial,
    }
    yield _value(1, uri, FROM_REGISTRATION, at)
    yield _value(2, {"name": operator.name, "identifier": operator.slug}, FROM_REGISTRATION, at)
    if subject.manufacturer is not None:
        made_known = subject.manufacturer.registered_at
        yield _value(3, subject.manufacturer.name, FROM_REGISTRATION, made_known)
    if subject.model is not None:
        identification["model"] = subject.model.name
        yield _value(6, subject.model.category.value, FROM_MODEL, subject.model.registered_at)
    yield _value(7, identification, FROM_REGISTRATION, at)
    yield from _rated(subject)


def _rated(subject: PassportSubject) -> Iterator[PointValue]:
    at, rating = subject.battery.registered_at, subject.rating
    if rating.rated_capacity_ah is not None:
        yield _value(11, rating.rated_capacity_ah, FROM_REGISTRATION, at)
    if rating.chemistry is not None:
        yield _value(12, rating.chemistry.value, FROM_REGISTRATION, at)


def _value(number: int, value: JsonValue, source: str, as_of: datetime) -> PointValue:
    return PointValue(point=data_point(number), value=value, source=source, as_of=as_of)
