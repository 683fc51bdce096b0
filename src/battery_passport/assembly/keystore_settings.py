"""Settings of the keystore: which one, and what opens it.

In: values of the settings table. Out: a checked `KeystoreSettings`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from battery_passport.foundation.errors import Misconfigured

INSECURE_DEMO, FILE, PKCS11, REMOTE = "insecure-demo", "file", "pkcs11", "remote"
KINDS = (INSECURE_DEMO, FILE, PKCS11, REMOTE)
_LONGEST_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeystoreSettings:
    """Which keystore holds the installation's keys, and how it is reached and opened."""

    kind: str = INSECURE_DEMO
    passphrase: str = field(default="", repr=False)
    key_file: Path | None = None
    pkcs11_library: Path | None = None
    pkcs11_token: str = ""
    pkcs11_pin: str = field(default="", repr=False)
    signer_url: str = ""
    signer_secret: str = field(default="", repr=False)
    signer_timeout_s: float = 5.0
    signer_authority: Path | None = None
    signer_certificate: Path | None = None
    signer_certificate_key: Path | None = None


def keystore_settings(values: Mapping[str, str]) -> KeystoreSettings:
    """Return the settings of the keystore.

    Raises: Misconfigured if something is missing, or belongs to another kind of keystore.
    """
    kind = values["keystore"]
    if kind not in KINDS:
        raise Misconfigured(
            f"BATTERY_PASSPORT_KEYSTORE is {kind!r}, expected one of {', '.join(KINDS)}."
        )
    _check_what_opens(kind, values)
    return KeystoreSettings(
        kind=kind,
        passphrase=values["keystore_passphrase"],
        key_file=_path(values, "keystore_key_file"),
        pkcs11_library=_path(values, "pkcs11_library"),
        pkcs11_token=values["pkcs11_token"],
        pkcs11_pin=values["pkcs11_pin"],
        signer_url=values["signer_url"],
        signer_secret=values["signer_secret"],
        signer_timeout_s=_seconds(values, "signer_timeout_s"),
        signer_authority=_path(values, "signer_authority"),
        signer_certificate=_path(values, "signer_certificate"),
        signer_certificate_key=_path(values, "signer_certificate_key"),
    )


_NEEDED: Mapping[str, tuple[str, ...]] = {
    INSECURE_DEMO: (),
    FILE: (),
    PKCS11: ("pkcs11_library", "pkcs11_token", "pkcs11_pin"),
    REMOTE: ("signer_url",),
}


def _check_what_opens(kind: str, values: Mapping[str, str]) -> None:
    for name in _NEEDED[kind]:
        if not values[name]:
            raise Misconfigured(
                f"The keystore {kind} needs BATTERY_PASSPORT_{name.upper()}.",
                remedy="docs/reference/settings.md tells what each keystore needs.",
            )
    openers = [each for each in ("keystore_passphrase", "keystore_key_file") if values[each]]
    if kind == FILE and len(openers) != 1:
        raise Misconfigured(
            f"The keystore file is opened by one secret, but {len(openers)} are set.",
            remedy="Set BATTERY_PASSPORT_KEYSTORE_PASSPHRASE (or ..._PASSPHRASE_FILE), or "
            "BATTERY_PASSPORT_KEYSTORE_KEY_FILE.",
        )


def _path(values: Mapping[str, str], name: str) -> Path | None:
    return Path(values[name]) if values[name] else None


def _seconds(values: Mapping[str, str], name: str) -> float:
    try:
        seconds = float(values[name])
    except ValueError as error:
        raise Misconfigured(
            f"BATTERY_PASSPORT_{name.upper()} is {values[name]!r}, not a number."
        ) from error
    if not 0.0 < seconds <= _LONGEST_TIMEOUT_S:
        raise Misconfigured(f"BATTERY_PASSPORT_{name.upper()} is {seconds}, expected 0 to 60.")
    return seconds
