"""Strict reading of JSON objects: exactly the named members, each of its one kind.

In: a parsed JSON value. Out: checked values; anything else raises the caller's error.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from battery_passport.foundation.encoding import MalformedEncoding, hex_decode
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.strict_json import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Members:
    """The members of one object; `where` names it in messages, `error` is what they raise."""

    values: Mapping[str, JsonValue]
    where: str
    error: type[BatteryPassportError]

    def refuse(self, message: str) -> BatteryPassportError:
        """Return the error that says what is wrong with this object."""
        return self.error(f"In {self.where}: {message}")

    def exactly(self, required: Collection[str], optional: Collection[str] = ()) -> "Members":
        """Return these members if they are the required ones and at most the optional ones."""
        for name in required:
            if name not in self.values:
                raise self.refuse(f"the member {name!r} is missing.")
        for name in self.values:
            if name not in required and name not in optional:
                raise self.refuse(f"the member {name!r} is unknown.")
        return self

    def text(self, name: str) -> str:
        """Return a member that is text with a UTF-8 form."""
        return self._as_text(name, self._value(name))

    def texts(self, name: str) -> list[str]:
        """Return a member that is a list of texts."""
        return [self._as_text(name, item) for item in self._list(name)]

    def constant(self, name: str, expected: JsonValue) -> None:
        """Return if a member has the one value it may have; true is not 1."""
        found = self._value(name)
        if found != expected or type(found) is not type(expected):
            raise self.refuse(f"{name!r} is {found!r}, expected {expected!r}.")

    def number(self, name: str, *, least: int = 0) -> int:
        """Return a member that is a whole number below 2^53."""
        found = self._value(name)
        if type(found) is not int or not least <= found < 1 << 53:
            raise self.refuse(f"{name!r} is {found!r}, expected a whole number from {least}.")
        return found

    def boolean(self, name: str) -> bool:
        """Return a member that is true or false."""
        found = self._value(name)
        if not isinstance(found, bool):
            raise self.refuse(f"{name!r} is {found!r}, expected true or false.")
        return found

    def octets(self, name: str, *, length: int) -> bytes:
        """Return the bytes of a member that is lower-case hexadecimal text."""
        return self.decode_hex(self.text(name), length=length)

    def decode_hex(self, text: str, *, length: int) -> bytes:
        """Return the bytes that lower-case hexadecimal text from this object encodes."""
        try:
            return hex_decode(text, length=length)
        except MalformedEncoding as error:
            raise self.refuse(f"{text[:80]!r}: {error.message}") from error

    def object(self, name: str) -> "Members":
        """Return a member that is an object."""
        return self._as_object(name, self._value(name))

    def objects(self, name: str) -> list["Members"]:
        """Return a member that is a list of objects."""
        return [
            self._as_object(f"{name}[{place}]", item) for place, item in enumerate(self._list(name))
        ]

    def json(self) -> JsonObject:
        """Return the object itself."""
        return dict(self.values)

    def _value(self, name: str) -> JsonValue:
        if name not in self.values:
            raise self.refuse(f"the member {name!r} is missing.")
        return self.values[name]

    def _list(self, name: str) -> list[JsonValue]:
        found = self._value(name)
        if not isinstance(found, list):
            raise self.refuse(f"{name!r} is not a list.")
        return found

    def _as_text(self, name: str, value: JsonValue) -> str:
        if not isinstance(value, str):
            raise self.refuse(f"{name!r} is not a text.")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise self.refuse(f"{name!r} holds half a character.") from error
        return value

    def _as_object(self, name: str, value: JsonValue) -> "Members":
        if not isinstance(value, dict):
            raise self.refuse(f"{name!r} is not an object.")
        return Members(value, f"{self.where}.{name}", self.error)
