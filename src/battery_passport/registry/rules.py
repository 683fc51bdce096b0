"""Rules of registration: ratings, chemistry names, serials from aliases, registering again.

In: values a person or a file gave. Out: checked values, or what is wrong with them.
Source: GS1 General Specifications §3.2; EU-2023-1542 annex-xiii.
"""

import base64
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.registry.errors import (
    ConflictingRegistration,
    InvalidRegistration,
    UnknownChemistry,
)
from battery_passport.registry.model import Chemistry, Rating

_Known = TypeVar("_Known")

DEMONSTRATION_GTIN = "09526170000103"
"""Stands for "some model" where only an alias is given.

GS1 keeps prefix 952 for demonstrations and examples and allocates it to no company, so that this
number can never collide with that of a real product.
"""

SERIAL_LENGTH = 20
_ALIAS_HEAD, _ALIAS_HASH = 7, 12

HIGHEST_RATED_CAPACITY_AH = 10_000.0
MOST_CELLS_IN_SERIES = 1_024

CHEMISTRY_NAMES: Mapping[str, Chemistry] = MappingProxyType(
    {
        **{chemistry.value: chemistry for chemistry in Chemistry},
        "NCM": Chemistry.NMC,
        "LIFEPO4": Chemistry.LFP,
        "LIMN2O4": Chemistry.LMO,
    }
)


def parse_chemistry(text: str) -> Chemistry:
    """Return the chemistry of that name; NCM is another name of NMC, and case does not matter.

    Raises: UnknownChemistry.
    """
    known = CHEMISTRY_NAMES.get(text.strip().upper())
    if known is None:
        raise UnknownChemistry(f"{text[:40]!r} is not a chemistry known here.")
    return known


def check_rating(rating: Rating) -> Rating:
    """Return the rating if its figures can be those of a battery pack.

    Raises: InvalidRegistration naming the figure and its bounds.
    """
    capacity, cells = rating.rated_capacity_ah, rating.cells_in_series
    if capacity is not None and not 0 < capacity <= HIGHEST_RATED_CAPACITY_AH:
        raise InvalidRegistration(
            f"A rated capacity of {capacity} Ah is not above 0 and at most "
            f"{HIGHEST_RATED_CAPACITY_AH:g} Ah."
        )
    if cells is not None and not 1 <= cells <= MOST_CELLS_IN_SERIES:
        raise InvalidRegistration(
            f"{cells} cells in series is not from 1 to {MOST_CELLS_IN_SERIES}."
        )
    modules = rating.cells_per_module
    if modules is not None and cells is None:
        raise _unknown_series()
    if modules is not None and (min(modules, default=0) < 1 or sum(modules) != cells):
        raise InvalidRegistration(
            f"{len(modules)} modules hold {sum(modules)} cells together, "
            f"not the {cells} cells in series."
        )
    return rating


def module_layout(
    cells_per_module: int | Sequence[int] | None, *, cells_in_series: int | None
) -> tuple[int, ...] | None:
    """Return how many cells each module holds, from one number for all of them or from a list.

    Raises: InvalidRegistration if that many do not divide the cells in series.
    """
    if cells_per_module is None:
        return None
    if not isinstance(cells_per_module, int):
        return tuple(cells_per_module)
    if cells_in_series is None:
        raise _unknown_series()
    if cells_per_module < 1 or cells_in_series % cells_per_module:
        raise InvalidRegistration(
            f"{cells_per_module} cells in each module do not divide "
            f"{cells_in_series} cells in series."
        )
    return (cells_per_module,) * (cells_in_series // cells_per_module)


def _unknown_series() -> InvalidRegistration:
    return InvalidRegistration("Modules are given, but not how many cells are in series.")


def make_rating(
    *,
    rated_capacity_ah: float | None,
    cells_in_series: int | None,
    chemistry: str | None,
    cells_per_module: int | Sequence[int] | None = None,
) -> Rating:
    """Return a checked rating from what was typed; each value may be unknown.

    Raises: InvalidRegistration, UnknownChemistry.
    """
    if rated_capacity_ah is not None and not math.isfinite(rated_capacity_ah):
        raise InvalidRegistration(f"A rated capacity of {rated_capacity_ah} Ah is not a number.")
    return check_rating(
        Rating(
            rated_capacity_ah=rated_capacity_ah,
            cells_in_series=cells_in_series,
            chemistry=None if chemistry is None else parse_chemistry(chemistry),
            cells_per_module=module_layout(cells_per_module, cells_in_series=cells_in_series),
        )
    )


def serial_from_alias(alias: str) -> str:
    """Return the serial number that an alias stands for.

    An alias of up to 20 characters is its own serial. A longer one gives its first 7 characters, a
    hyphen and 12 characters of the base32 SHA-256 of the whole, so that the same alias always gives
    the same serial and two aliases practically never share one.
    """
    if len(alias) <= SERIAL_LENGTH:
        return alias
    hashed = base64.b32encode(sha256(alias.encode())).decode("ascii")
    return f"{alias[:_ALIAS_HEAD]}-{hashed[:_ALIAS_HASH]}"


def identifier_from_alias(alias: str, *, gtin: str = DEMONSTRATION_GTIN) -> BatteryIdentifier:
    """Return the public identifier of a battery known by an alias only.

    Raises: MalformedIdentifier if the alias has characters that no serial may have.
    """
    return BatteryIdentifier(gtin=gtin, serial=serial_from_alias(alias))


def merged_rating(own: Rating, model: Rating | None) -> Rating:
    """Return the battery's own figures, and the model's where it has none."""
    if model is None:
        return own
    return Rating(
        rated_capacity_ah=_first(own.rated_capacity_ah, model.rated_capacity_ah),
        cells_in_series=_first(own.cells_in_series, model.cells_in_series),
        chemistry=_first(own.chemistry, model.chemistry),
        cells_per_module=_first(own.cells_per_module, model.cells_per_module),
    )


def check_same_registration(
    name: str, *, recorded: Mapping[str, JsonValue], given: Mapping[str, JsonValue]
) -> None:
    """Return if what was given again agrees with what is recorded; None stands for not given.

    Raises: ConflictingRegistration naming the first value that differs, recorded and given.
    """
    for field, value in given.items():
        if value is not None and value != recorded.get(field):
            raise ConflictingRegistration(
                f"{name} is registered with {field} {recorded.get(field)!r}, not {value!r}."
            )


def rating_members(rating: Rating) -> dict[str, JsonValue]:
    """Return a rating's figures by name, as `check_same_registration` compares them."""
    return {
        "rated_capacity_ah": rating.rated_capacity_ah,
        "cells_in_series": rating.cells_in_series,
        "chemistry": None if rating.chemistry is None else rating.chemistry.value,
    }


def _first(own: _Known | None, other: _Known | None) -> _Known | None:
    return other if own is None else own


def check_gtin(text: str) -> str:
    """Return a GTIN as 14 digits.

    Raises: MalformedIdentifier for other lengths than 8 to 14 and for a wrong check digit.
    """
    padded = text.zfill(14) if 8 <= len(text) <= 14 else text
    return BatteryIdentifier(gtin=padded, serial="0").gtin
