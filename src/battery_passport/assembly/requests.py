"""Reads the members of an operation's request; what is of the wrong kind is refused by name.

In: the JSON of a request. Out: typed values.
"""

import math
from dataclasses import dataclass
from uuid import UUID

from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject


class InvalidRequest(InvalidInput):
    """An operation was asked for with a value of the wrong kind."""

    code = "invalid-request"


@dataclass(frozen=True, slots=True)
class Asked:
    """The members of one request; an absent member and null are the same."""

    members: JsonObject

    def text(self, name: str) -> str:
        """Return a member that must be text."""
        value = self.optional_text(name)
        if value is None:
            raise InvalidRequest(f"The request lacks {name!r}.")
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a member that is text or absent."""
        value = self.members.get(name)
        if value is not None and not isinstance(value, str):
            raise InvalidRequest(f"{name!r} is {value!r}, expected text.")
        return value

    def optional_id(self, name: str) -> UUID | None:
        """Return a member that is an id or absent."""
        value = self.optional_text(name)
        try:
            return None if value is None else UUID(value)
        except ValueError as error:
            raise InvalidRequest(f"{name!r} is {value!r}, expected an id.") from error

    def optional_number(self, name: str) -> float | None:
        """Return a member that is a finite number or absent."""
        value = self.members.get(name)
        if value is None:
            return None
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise InvalidRequest(f"{name!r} is {value!r}, expected a number.")
        return float(value)

    def optional_whole(self, name: str) -> int | None:
        """Return a member that is a whole number or absent."""
        value = self.optional_number(name)
        if value is not None and value != int(value):
            raise InvalidRequest(f"{name!r} is {value}, expected a whole number.")
        return None if value is None else int(value)

    def flag(self, name: str) -> bool:
        """Return a member that is true, or false where it is absent."""
        value = self.members.get(name, False)
        if not isinstance(value, bool):
            raise InvalidRequest(f"{name!r} is {value!r}, expected true or false.")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a member that must be a list of texts."""
        value = self.members.get(name)
        if not isinstance(value, list):
            raise InvalidRequest(f"{name!r} is {value!r}, expected a list.")
        return [Asked({name: item}).text(name) for item in value]

    def pairs(self, name: str) -> dict[str, str]:
        """Return a member that is an object of texts, empty where it is absent."""
        value = self.members.get(name) or {}
        if not isinstance(value, dict):
            raise InvalidRequest(f"{name!r} is {value!r}, expected an object.")
        return {key: Asked(value).text(key) for key in value}
