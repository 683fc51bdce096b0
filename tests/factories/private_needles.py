"""Things that must never be told, in every form that somebody might tell them in.

In: texts and bytes that are private or public names of batteries. Out: a search for them.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from eth_utils.crypto import keccak

from battery_passport.foundation.encoding import base64_encode, base64url_encode
from battery_passport.ledger.merkle import leaf_hash

_SHORTEST = 5
_PREFIX_BYTES = 8
"""Of hashes the beginning is looked for, so that a shortened one is found too."""


def _sha256(octets: bytes) -> bytes:
    return hashlib.sha256(octets).digest()


_HASHES: tuple[Callable[[bytes], bytes], ...] = (
    _sha256,
    keccak,
    lambda octets: _sha256(_sha256(octets)),
    leaf_hash,
    lambda octets: leaf_hash(b"\x01" + _sha256(octets)),
    lambda octets: _sha256(bytes(16) + _sha256(octets)),
)


@dataclass(frozen=True, slots=True)
class Needles:
    """What is looked for: `forms` maps bytes to what they would tell."""

    forms: Mapping[bytes, str]

    @classmethod
    def of(cls, named: Iterable[tuple[str, str | bytes]]) -> "Needles":
        """Return the search for things, each with a name for people."""
        forms: dict[bytes, str] = {}
        for name, thing in named:
            for octets in _spellings(thing):
                for how, form in _forms(octets):
                    forms[form] = f"{name}, {how}"
        return cls(forms)

    def found_in(self, haystack: Mapping[str, bytes]) -> list[str]:
        """Return what is told, and where."""
        return [
            f"{place}: {what}"
            for place, octets in haystack.items()
            for form, what in self.forms.items()
            if form in octets
        ]


def _spellings(thing: str | bytes) -> set[bytes]:
    if isinstance(thing, bytes):
        return {thing}
    return {each.encode() for each in (thing, thing.lower(), thing.upper())}


def _forms(octets: bytes) -> Iterator[tuple[str, bytes]]:
    if len(octets) < _SHORTEST:
        raise ValueError(f"{octets!r} is too short to be looked for.")
    yield from _writings("in clear", octets)
    for number, of in enumerate(_HASHES):
        yield from _writings(f"hashed ({number})", of(octets)[:_PREFIX_BYTES])


def _writings(how: str, octets: bytes) -> Iterator[tuple[str, bytes]]:
    yield how, octets
    yield f"{how}, hexadecimal", octets.hex().encode()
    yield f"{how}, upper-case hexadecimal", octets.hex().upper().encode()
    if len(octets) % 3 == 0:  # else base64 depends on what follows
        yield f"{how}, base64", base64_encode(octets).encode()
        yield f"{how}, base64url", base64url_encode(octets).encode()
