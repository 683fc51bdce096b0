"""The settings that name an installation's witnesses.

In: the values of settings by name. Out: witnesses, each with its address and key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from battery_passport.foundation.errors import Misconfigured
from battery_passport.ledger.errors import MalformedNote
from battery_passport.ledger.note_keys import TYPE_COSIGNATURE, VerifierKey

_REMEDY = "Write each witness as its address, a space and its verifier key; commas between them."


@dataclass(frozen=True, slots=True)
class ConfiguredWitness:
    """A witness as the operator named it; `url` is its submission prefix."""

    url: str
    key: VerifierKey

    @property
    def name(self) -> str:
        return self.key.name


@dataclass(frozen=True, slots=True)
class WitnessSettings:
    """Who is asked for cosignatures, and how many of them a proof needs."""

    witnesses: tuple[ConfiguredWitness, ...] = ()
    required: int = 0

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        return tuple(each.key for each in self.witnesses)


def witness_settings(values: Mapping[str, str]) -> WitnessSettings:
    """Return the witnesses that the settings name. Raises: Misconfigured."""
    witnesses = tuple(_witness(part) for part in values["witnesses"].split(",") if part.strip())
    if len({each.key for each in witnesses}) != len(witnesses):
        raise Misconfigured("BATTERY_PASSPORT_WITNESSES names a witness twice.", remedy=_REMEDY)
    text = values["witnesses_required"]
    required = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= required <= len(witnesses):
        raise Misconfigured(
            f"BATTERY_PASSPORT_WITNESSES_REQUIRED is {text!r}, expected 0 to {len(witnesses)}, "
            "the number of witnesses."
        )
    return WitnessSettings(witnesses=witnesses, required=required)


def _witness(text: str) -> ConfiguredWitness:
    url, _, key_text = text.strip().partition(" ")
    try:
        key = VerifierKey.parse(key_text.strip())
        address = urlsplit(url)
        is_address = address.scheme in ("http", "https") and bool(address.hostname)
    except (MalformedNote, ValueError) as error:
        raise Misconfigured(
            f"BATTERY_PASSPORT_WITNESSES: {key_text[:120]!r} is no verifier key.", remedy=_REMEDY
        ) from error
    if not is_address or address.query or address.fragment:
        raise Misconfigured(
            f"BATTERY_PASSPORT_WITNESSES: {url[:120]!r} is no address.", remedy=_REMEDY
        )
    if key.kind != TYPE_COSIGNATURE:
        raise Misconfigured(
            f"BATTERY_PASSPORT_WITNESSES: the key of {key.name} is no witness's key.",
            remedy="Take the key that `battery-passport witness --init` printed.",
        )
    return ConfiguredWitness(url=url.rstrip("/"), key=key)
