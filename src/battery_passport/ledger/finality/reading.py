"""Strict reading of a finality proof's JSON: named members only, each bounded.

In: a parsed JSON value. Out: checked values; anything else raises MalformedFinalityProof.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from battery_passport.foundation.encoding import MalformedEncoding, base64_decode
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.ledger.finality.errors import MalformedFinalityProof

MAX_NUMBER = (1 << 53) - 1
"""Whole numbers beyond this are read differently by different parsers."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The members of one object; `where` names it in messages."""

    values: Mapping[str, JsonValue]
    where: str

    @classmethod
    def of(cls, value: JsonValue, where: str) -> "Fields":
        """Return the members of a value that is an object. Raises: MalformedFinalityProof."""
        if not isinstance(value, Mapping):
            raise MalformedFinalityProof(f"In {where}: it is not an object.")
        return cls(value, where)

    def refuse(self, message: str) -> MalformedFinalityProof:
        """Return the error that says what is wrong with this object."""
        return MalformedFinalityProof(f"In {self.where}: {message}")

    def exactly(self, *names: str) -> "Fields":
        """Return these members if they are the named ones and no others."""
        if set(self.values) != set(names):
            raise self.refuse(f"the members are not {', '.join(names)}.")
        return self

    def number(self, name: str, *, least: int = 0, most: int = MAX_NUMBER) -> int:
        """Return a member that is a whole number within bounds."""
        found = self.values[name]
        if type(found) is not int or not least <= found <= most:
            raise self.refuse(f"'{name}' is no whole number from {least} to {most}.")
        return found

    def octets(self, name: str, *, least: int = 0, most: int) -> bytes:
        """Return the bytes of a member that is canonical base64."""
        return self._octets(name, self.values[name], least=least, most=most)

    def blobs(self, name: str, *, count: int, most: int) -> tuple[bytes, ...]:
        """Return the bytes of a member that is a list of so many base64 texts."""
        found = self._list(name)
        if len(found) != count:
            raise self.refuse(f"'{name}' has {len(found)} items, expected {count}.")
        return tuple(self._octets(name, each, least=0, most=most) for each in found)

    def one_of(self, name: str, words: Sequence[str]) -> str:
        """Return a member that is one of a few words."""
        found = self.values[name]
        if not isinstance(found, str) or found not in words:
            raise self.refuse(f"'{name}' is none of {', '.join(words)}.")
        return found

    def is_null(self, name: str) -> bool:
        return self.values[name] is None

    def object(self, name: str) -> "Fields":
        """Return a member that is an object."""
        return Fields.of(self.values[name], f"{self.where}.{name}")

    def objects(self, name: str, *, least: int = 0, most: int) -> list["Fields"]:
        """Return a member that is a list of objects, of bounded length."""
        found = self._list(name)
        if not least <= len(found) <= most:
            raise self.refuse(f"'{name}' has {len(found)} items, expected {least} to {most}.")
        return [
            Fields.of(each, f"{self.where}.{name}[{place}]") for place, each in enumerate(found)
        ]

    def _list(self, name: str) -> Sequence[JsonValue]:
        found = self.values[name]
        if not isinstance(found, list):
            raise self.refuse(f"'{name}' is not a list.")
        return found

    def _octets(self, name: str, value: JsonValue, *, least: int, most: int) -> bytes:
        if not isinstance(value, str) or len(value) > 4 * (most // 3 + 1):
            raise self.refuse(f"'{name}' is no base64 text of at most {most} bytes.")
        try:
            octets = base64_decode(value)
        except MalformedEncoding as error:
            raise self.refuse(f"'{name}': {error.message}") from error
        if not least <= len(octets) <= most:
            raise self.refuse(f"'{name}' has {len(octets)} bytes, expected {least} to {most}.")
        return octets
