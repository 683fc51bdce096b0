"""Valid organisations, models and batteries; a test states only what it varies."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.registry.model import (
    Battery,
    BatteryCategory,
    BatteryModel,
    Chemistry,
    Organisation,
    Rating,
)

REGISTERED_AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
LOG_KEY = bytes(range(16))

RATING = Rating(rated_capacity_ah=145.0, cells_in_series=96, chemistry=Chemistry.NMC)


def make_organisation(slug: str = "pilot-operator", name: str = "Pilot Operator") -> Organisation:
    return Organisation(
        organisation_id=UUID(int=sum(slug.encode())),
        slug=slug,
        name=name,
        roles=frozenset({"economic-operator"}),
        registered_at=REGISTERED_AT,
    )


def make_model(
    *,
    category: BatteryCategory = BatteryCategory.ELECTRIC_VEHICLE,
    rating: Rating = RATING,
    data_points: Mapping[int, JsonValue] | None = None,
) -> BatteryModel:
    return BatteryModel(
        model_id=UUID(int=2),
        name="demo-ncm",
        gtin="09526170000202",
        category=category,
        manufacturer_id=UUID(int=3),
        rating=rating,
        data_points={10: 412.5, 50: _TEST_REPORT} if data_points is None else data_points,
        registered_at=REGISTERED_AT,
    )


def make_battery(*, serial: str = "PACK0001", rating: Rating | None = None) -> Battery:
    return Battery(
        battery_id=UUID(int=4),
        identifier=BatteryIdentifier(gtin="09526170000202", serial=serial),
        alias=None,
        battery_ref=bytes(16),
        log_key=LOG_KEY,
        model_id=UUID(int=2),
        rating=Rating() if rating is None else rating,
        responsible_id=UUID(int=5),
        registered_at=REGISTERED_AT,
    )


_TEST_REPORT: JsonValue = [{"title": "Tests", "address": "https://cells.example/tests.pdf"}]
