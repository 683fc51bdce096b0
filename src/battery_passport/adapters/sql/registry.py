"""Organisations, models, batteries and devices at rest.

In: frozen registry values. Out: the same values, found by id, name, identifier or alias.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from battery_passport.adapters.sql.schema import (
    batteries,
    battery_models,
    devices,
    organisations,
)
from battery_passport.adapters.sql.schema_devices import device_fittings, device_keys
from battery_passport.adapters.sql.upserts import insert_or_ignore
from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.registry.model import (
    Battery,
    BatteryCategory,
    BatteryModel,
    Chemistry,
    Device,
    DeviceKind,
    Organisation,
    Rating,
)


class RegistryStore:
    """The registry within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_organisation(self, organisation: Organisation) -> None:
        """Save an organisation; one of the same slug stays as it is."""
        row = {
            "organisation_id": str(organisation.organisation_id),
            "slug": organisation.slug,
            "name": organisation.name,
            "roles": sorted(organisation.roles),
            "registered_at_ms": unix_ms(organisation.registered_at),
        }
        insert_or_ignore(self._connection, organisations, [row])

    def organisation(self, organisation_id: UUID) -> Organisation | None:
        """Return the organisation of that id."""
        row = self._one(organisations, "organisation_id", str(organisation_id))
        return None if row is None else _organisation(row)

    def organisation_by_slug(self, slug: str) -> Organisation | None:
        """Return the organisation of that slug."""
        row = self._one(organisations, "slug", slug)
        return None if row is None else _organisation(row)

    def add_model(self, model: BatteryModel) -> None:
        """Save a battery model."""
        self._connection.execute(insert(battery_models), [_model_row(model)])

    def declare_modules(self, model: BatteryModel) -> None:
        """Save how a known model's cells are grouped."""
        self._connection.execute(
            update(battery_models)
            .where(battery_models.c.model_id == str(model.model_id))
            .values(cells_per_module=_listed(model.rating.cells_per_module))
        )

    def model(self, model_id: UUID) -> BatteryModel | None:
        """Return the model of that id."""
        row = self._one(battery_models, "model_id", str(model_id))
        return None if row is None else _model(row)

    def model_by_name(self, name: str) -> BatteryModel | None:
        """Return the model of that name."""
        row = self._one(battery_models, "name", name)
        return None if row is None else _model(row)

    def add_battery(self, battery: Battery) -> None:
        """Save a battery."""
        self._connection.execute(insert(batteries), [_battery_row(battery)])

    def battery(self, battery_id: UUID) -> Battery | None:
        """Return the battery of that id."""
        row = self._one(batteries, "battery_id", str(battery_id))
        return None if row is None else _battery(row)

    def battery_by_alias(self, alias: str) -> Battery | None:
        """Return the battery of that alias."""
        row = self._one(batteries, "alias", alias)
        return None if row is None else _battery(row)

    def battery_by_ref(self, battery_ref: bytes) -> Battery | None:
        """Return the battery that batches name so."""
        row = self._one(batteries, "battery_ref", battery_ref)
        return None if row is None else _battery(row)

    def battery_by_identifier(self, identifier: BatteryIdentifier) -> Battery | None:
        """Return the battery of that public identifier."""
        query = select(batteries).where(
            batteries.c.gtin == identifier.gtin, batteries.c.serial == identifier.serial
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _battery(row)

    def count_batteries(self) -> int:
        """Return how many batteries are registered."""
        query = select(func.count()).select_from(batteries)
        return int(self._connection.execute(query).scalar_one())

    def all_batteries(self) -> list[Battery]:
        """Return every battery in the order of registration."""
        query = select(batteries).order_by(batteries.c.registered_at_ms, batteries.c.battery_id)
        return [_battery(row) for row in self._connection.execute(query).mappings()]

    def add_device(self, device: Device) -> None:
        """Save a device, with the key and battery that it begins with."""
        row = {
            "device_id": str(device.device_id),
            "kind": device.kind.value,
            "public_key": device.public_key,
            "battery_id": None if device.battery_id is None else str(device.battery_id),
            "enrolled_at_ms": unix_ms(device.enrolled_at),
        }
        self._connection.execute(insert(devices), [row])
        key = {name: row[name] for name in ("public_key", "device_id")}
        self._connection.execute(insert(device_keys), [{**key, "since_ms": row["enrolled_at_ms"]}])
        if device.battery_id is not None:
            fitting = {name: row[name] for name in ("device_id", "battery_id")}
            fitting["fitted_at_ms"] = row["enrolled_at_ms"]
            self._connection.execute(insert(device_fittings), [fitting])

    def device(self, device_id: UUID) -> Device | None:
        """Return the device of that id."""
        row = self._one(devices, "device_id", str(device_id))
        return None if row is None else _device(row)

    def device_by_key(self, public_key: bytes) -> Device | None:
        """Return the device that holds the private half of that key."""
        row = self._one(devices, "public_key", public_key)
        return None if row is None else _device(row)

    def all_devices(self) -> list[Device]:
        """Return every device."""
        query = select(devices).order_by(devices.c.device_id)
        return [_device(row) for row in self._connection.execute(query).mappings()]

    def _one(self, table: Any, column: str, value: object) -> RowMapping | None:
        query = select(table).where(table.c[column] == value)
        return self._connection.execute(query).mappings().first()


def _rating_row(rating: Rating) -> dict[str, object]:
    return {
        "rated_capacity_ah": rating.rated_capacity_ah,
        "cells_in_series": rating.cells_in_series,
        "chemistry": rating.chemistry.value if rating.chemistry else None,
    }


def _rating(row: RowMapping) -> Rating:
    return Rating(
        rated_capacity_ah=row["rated_capacity_ah"],
        cells_in_series=row["cells_in_series"],
        chemistry=Chemistry(row["chemistry"]) if row["chemistry"] else None,
    )


def _organisation(row: RowMapping) -> Organisation:
    return Organisation(
        organisation_id=UUID(row["organisation_id"]),
        slug=row["slug"],
        name=row["name"],
        roles=frozenset(row["roles"]),
        registered_at=from_unix_ms(row["registered_at_ms"]),
    )


def _model_row(model: BatteryModel) -> dict[str, object]:
    return {
        "model_id": str(model.model_id),
        "name": model.name,
        "gtin": model.gtin,
        "category": model.category.value,
        "manufacturer_id": str(model.manufacturer_id),
        **_rating_row(model.rating),
        "cells_per_module": _listed(model.rating.cells_per_module),
        "data_points": {str(number): value for number, value in model.data_points.items()},
        "registered_at_ms": unix_ms(model.registered_at),
    }


def _listed(modules: tuple[int, ...] | None) -> list[int] | None:
    return None if modules is None else list(modules)


def _model(row: RowMapping) -> BatteryModel:
    modules = row["cells_per_module"]
    return BatteryModel(
        model_id=UUID(row["model_id"]),
        name=row["name"],
        gtin=row["gtin"],
        category=BatteryCategory(row["category"]),
        manufacturer_id=UUID(row["manufacturer_id"]),
        rating=replace(_rating(row), cells_per_module=None if modules is None else tuple(modules)),
        data_points={int(number): value for number, value in row["data_points"].items()},
        registered_at=from_unix_ms(row["registered_at_ms"]),
    )


def _battery_row(battery: Battery) -> dict[str, object]:
    return {
        "battery_id": str(battery.battery_id),
        "gtin": battery.identifier.gtin,
        "serial": battery.identifier.serial,
        "alias": battery.alias,
        "battery_ref": battery.battery_ref,
        "log_key": battery.log_key,
        "model_id": None if battery.model_id is None else str(battery.model_id),
        **_rating_row(battery.rating),
        "responsible_id": str(battery.responsible_id),
        "registered_at_ms": unix_ms(battery.registered_at),
    }


def _battery(row: RowMapping) -> Battery:
    return Battery(
        battery_id=UUID(row["battery_id"]),
        identifier=BatteryIdentifier(gtin=row["gtin"], serial=row["serial"]),
        alias=row["alias"],
        battery_ref=row["battery_ref"],
        log_key=row["log_key"],
        model_id=UUID(row["model_id"]) if row["model_id"] else None,
        rating=_rating(row),
        responsible_id=UUID(row["responsible_id"]),
        registered_at=from_unix_ms(row["registered_at_ms"]),
    )


def _device(row: RowMapping) -> Device:
    return Device(
        device_id=UUID(row["device_id"]),
        kind=DeviceKind(row["kind"]),
        public_key=row["public_key"],
        battery_id=UUID(row["battery_id"]) if row["battery_id"] else None,
        enrolled_at=from_unix_ms(row["enrolled_at_ms"]),
    )
