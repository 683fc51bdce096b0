"""Finds batteries by what people call them, and registers one that is not known yet.

In: a GS1 Digital Link, `GTIN/serial` or alias. Out: the battery, within a transaction.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.requests import Asked
from battery_passport.foundation.digests import SALT_BYTES
from battery_passport.foundation.identifiers import BatteryIdentifier, parse_battery_identifier
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.registry.errors import UnknownBattery, UnknownModel, UnknownOrganisation
from battery_passport.registry.model import Battery, BatteryModel, Organisation, Rating
from battery_passport.registry.rules import (
    check_same_registration,
    identifier_from_alias,
    make_rating,
    merged_rating,
    rating_members,
)

DEFAULT_ORGANISATION = "default"
"""The organisation that answers for what no other claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What was said of a battery when it was named; each may be absent."""

    model_name: str | None
    rating: Rating

    @classmethod
    def asked(cls, asked: Asked) -> "Registration":
        """Return the registration values of a request. Raises: InvalidRegistration."""
        rating = make_rating(
            rated_capacity_ah=asked.optional_number("rated_capacity_ah"),
            cells_in_series=asked.optional_whole("cells_in_series"),
            chemistry=asked.optional_text("chemistry"),
        )
        return cls(model_name=asked.optional_text("model"), rating=rating)

    def members(self) -> dict[str, JsonValue]:
        """Return the values by name, None where nothing was said."""
        return {"model": self.model_name, **rating_members(self.rating)}


def find_battery(store: RegistryStore, name: str) -> Battery:
    """Return the battery of that name. Raises: MalformedIdentifier, UnknownBattery."""
    battery = _known(store, parse_battery_identifier(name))
    if battery is None:
        raise UnknownBattery(f"No battery is registered as {name[:80]!r}.")
    return battery


def effective_rating(store: RegistryStore, battery: Battery) -> Rating:
    """Return a battery's rating, with its model's figures where it has none of its own."""
    model = model_of(store, battery)
    return merged_rating(battery.rating, None if model is None else model.rating)


def model_of(store: RegistryStore, battery: Battery) -> BatteryModel | None:
    """Return the battery's model, if it was registered with one."""
    return None if battery.model_id is None else store.model(battery.model_id)


def find_or_register(
    store: RegistryStore, name: str, registration: Registration, moment: datetime
) -> tuple[Battery, bool]:
    """Return the battery of that name and whether it is new.

    Raises: ConflictingRegistration if it is known with other values; UnknownModel;
    MalformedIdentifier.
    """
    battery, is_new = find_or_make(store, name, registration, moment)
    if is_new:
        store.add_battery(battery)
    return battery, is_new


def find_or_make(
    store: RegistryStore, name: str, registration: Registration, moment: datetime
) -> tuple[Battery, bool]:
    """Return the battery of that name, or one ready to be registered, and whether it is new.

    Raises: as `find_or_register`.
    """
    parsed = parse_battery_identifier(name)
    known = _known(store, parsed)
    if known is not None:
        _refuse_other_values(store, known, registration, name)
        return known, False
    model = _model(store, registration.model_name)
    battery = _new_battery(
        parsed,
        registration,
        model=model,
        responsible_id=responsible_for(store, model).organisation_id,
        moment=moment,
    )
    return battery, True


def responsible_for(store: RegistryStore, model: BatteryModel | None) -> Organisation:
    """Return the model's manufacturer, or the default organisation, which claims the rest."""
    found = (
        store.organisation_by_slug(DEFAULT_ORGANISATION)
        if model is None
        else store.organisation(model.manufacturer_id)
    )
    if found is None:
        raise UnknownOrganisation("The organisation responsible for the battery is not registered.")
    return found


def _known(store: RegistryStore, parsed: BatteryIdentifier | str) -> Battery | None:
    if isinstance(parsed, BatteryIdentifier):
        return store.battery_by_identifier(parsed)
    return store.battery_by_alias(parsed) or store.battery_by_identifier(
        identifier_from_alias(parsed)
    )


def _model(store: RegistryStore, name: str | None) -> BatteryModel | None:
    if name is None:
        return None
    model = store.model_by_name(name)
    if model is None:
        raise UnknownModel(f"No battery model is registered as {name[:80]!r}.")
    return model


def _refuse_other_values(
    store: RegistryStore, known: Battery, registration: Registration, name: str
) -> None:
    model = model_of(store, known)
    recorded: dict[str, JsonValue] = {
        "model": None if model is None else model.name,
        **rating_members(effective_rating(store, known)),
    }
    check_same_registration(name, recorded=recorded, given=registration.members())


def _new_battery(
    parsed: BatteryIdentifier | str,
    registration: Registration,
    *,
    model: BatteryModel | None,
    responsible_id: UUID,
    moment: datetime,
) -> Battery:
    alias = parsed if isinstance(parsed, str) else None
    return Battery(
        battery_id=new_uuid7(moment),
        identifier=identifier_from_alias(parsed) if isinstance(parsed, str) else parsed,
        alias=alias,
        battery_ref=secrets.token_bytes(SALT_BYTES),
        log_key=secrets.token_bytes(SALT_BYTES),
        model_id=None if model is None else model.model_id,
        rating=registration.rating,
        responsible_id=responsible_id,
        registered_at=moment,
    )
