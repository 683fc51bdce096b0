"""Which city a home holds: its seed, its dates, and each car's own device.

In: what was asked for at first, or the file that remembers it. Out: a `CityPlan`.
"""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from battery_passport.foundation.clock import format_utc, parse_utc
from battery_passport.foundation.errors import Misconfigured
from battery_passport.foundation.strict_json import (
    JsonObject,
    JsonValue,
    MalformedJson,
    parse_json_object,
)
from battery_passport.simulation.fault_model import NO_FAULTS, FaultKind, FaultPlan
from battery_passport.simulation.fleet import OPENS, city
from battery_passport.simulation.model import City

_FORMAT = "bp-demo-city/v1"
_SPARE_DAYS = 10
CHARGES = "charges"
"""The past of a demonstration: charges alone, each in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPlan:
    """A city and where its past ends; `seeds` are the random private keys of its devices."""

    seed: int
    opens: date
    past_days: int
    past_ends_at: datetime
    seeds: tuple[bytes, ...]
    boot_ids: tuple[bytes, ...]
    faults: FaultPlan = NO_FAULTS
    models: tuple[str, ...] = ()
    sampling: str = CHARGES

    @property
    def past_begins_at(self) -> datetime:
        """The first moment of the recorded past."""
        return self.past_ends_at - timedelta(days=self.past_days)

    def city(self) -> City:
        """Return the city itself."""
        return city(
            self.seed,
            len(self.seeds),
            opens=self.opens,
            faults=self.faults,
            models=self.models,
        )


def new_plan(
    *,
    seed: int,
    vehicles: int,
    days: int,
    now: datetime,
    faults: FaultPlan = NO_FAULTS,
) -> CityPlan:
    """Return the plan of a city whose past ends now."""
    earliest = now.date() - timedelta(days=days + _SPARE_DAYS)
    return CityPlan(
        seed=seed,
        opens=min(OPENS, earliest),
        past_days=days,
        past_ends_at=now.replace(microsecond=0),
        seeds=tuple(secrets.token_bytes(32) for _ in range(vehicles)),
        boot_ids=tuple(secrets.token_bytes(16) for _ in range(vehicles)),
        faults=faults,
    )


def load_plan(file: Path) -> CityPlan | None:
    """Return the plan that a home remembers, or None. Raises: Misconfigured if it is damaged."""
    if not file.exists():
        return None
    try:
        members = parse_json_object(file.read_bytes())
        devices = members["devices"]
        if members["format"] != _FORMAT or not isinstance(devices, list):
            raise Misconfigured(f"{file} is of another release.")
        return CityPlan(
            seed=int(str(members["seed"])),
            opens=date.fromisoformat(str(members["opens"])),
            past_days=int(str(members["past_days"])),
            past_ends_at=parse_utc(str(members["past_ends_at"])),
            seeds=tuple(bytes.fromhex(str(each)[:64]) for each in devices),
            boot_ids=tuple(bytes.fromhex(str(each)[64:]) for each in devices),
            faults=_read_faults(members.get("faults")),
            models=_read_models(members.get("models")),
            sampling=str(members.get("sampling", CHARGES)),
        )
    except (MalformedJson, KeyError, ValueError) as error:
        raise Misconfigured(f"{file} does not describe a city: {error}.") from error


def _read_models(names: JsonValue) -> tuple[str, ...]:
    """Return the names of models; a city of an older release has all."""
    return tuple(str(name) for name in names) if isinstance(names, list) else ()


def _read_faults(members: JsonValue) -> FaultPlan:
    """Return the plan of faults; a city of an older release has none."""
    if not isinstance(members, dict):
        return NO_FAULTS
    shares, chosen = members["shares"], members["chosen"]
    if not isinstance(shares, dict) or not isinstance(chosen, dict):
        raise ValueError("shares and chosen cars are objects")  # noqa: TRY004 - as the caller
    return FaultPlan(
        first_day=int(str(members["first_day"])),
        last_day=int(str(members["last_day"])),
        shares=tuple((FaultKind(kind), float(str(share))) for kind, share in shares.items()),
        chosen=tuple((int(number), FaultKind(str(kind))) for number, kind in chosen.items()),
    )


def _told_faults(plan: FaultPlan) -> JsonObject:
    return {
        "first_day": plan.first_day,
        "last_day": plan.last_day,
        "shares": {kind.value: str(share) for kind, share in plan.shares},
        "chosen": {str(number): kind.value for number, kind in plan.chosen},
    }


def save_plan(plan: CityPlan, file: Path) -> None:
    """Remember a plan, readable by its owner alone: it holds the devices' keys."""
    document = {
        "format": _FORMAT,
        "notice": "INSECURE DEMONSTRATION KEYS of simulated devices",
        "seed": plan.seed,
        "opens": plan.opens.isoformat(),
        "past_days": plan.past_days,
        "past_ends_at": format_utc(plan.past_ends_at),
        "faults": _told_faults(plan.faults),
        "models": list(plan.models),
        "sampling": plan.sampling,
        "devices": [
            key.hex() + boot.hex() for key, boot in zip(plan.seeds, plan.boot_ids, strict=True)
        ],
    }
    # Whole or not at all: a plan cut short would make the city unusable.
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(document, stream)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
