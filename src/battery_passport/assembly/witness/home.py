"""A witness's home folder: its name and the logs it follows, its key, its memory.

In: settings. Out: a witness, opened.
"""

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from battery_passport.adapters.witness.memory import SqliteWitnessMemory
from battery_passport.assembly.home import Home
from battery_passport.assembly.keystores import open_keystore
from battery_passport.assembly.requests import Asked
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.errors import BatteryPassportError, Misconfigured
from battery_passport.foundation.strict_json import parse_json_object
from battery_passport.ledger.note_keys import (
    TYPE_COSIGNATURE,
    Cosigner,
    VerifierKey,
    check_key_name,
)
from battery_passport.ledger.witnessing import Witness, logs_by_origin

KEY = "witness"
_FILE = "witness.json"
_MEMORY = "witness.sqlite"


class NoWitnessHere(Misconfigured):
    """The home is not, or not yet, that of a witness."""

    code = "no-witness-here"
    remedy = "Begin with `battery-passport witness --init NAME`, in a home of its own."


class NoWitnessesHome(Misconfigured):
    """The home belongs to a platform or to another witness."""

    code = "no-witnesses-home"
    remedy = "Set BATTERY_PASSPORT_HOME to an empty folder."


@dataclass(frozen=True, slots=True)
class FollowedLog:
    """A log by one of its keys; `url` is where it is read, empty if it comes by itself."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class WitnessHome:
    """What a witness's `witness.json` says."""

    name: str
    logs: tuple[FollowedLog, ...] = ()

    @property
    def origins(self) -> list[str]:
        return sorted({each.key.name for each in self.logs})


def found_witness(settings: Settings, name: str) -> WitnessHome:
    """Return the new witness of an empty home. Raises: NoWitnessesHome, MalformedNote."""
    check_key_name(name)
    home = Home(settings.home)
    if _file(settings).exists() or home.database.exists():
        raise NoWitnessesHome(f"{settings.home} is in use already.")
    home.prepare()
    return _write(settings, WitnessHome(name=name))


def follow_log(settings: Settings, log: FollowedLog) -> WitnessHome:
    """Return the witness after it was told of a log, or of another key or address of one."""
    known = read_home(settings)
    logs_by_origin([log.key])  # refuses the key of a witness
    others = tuple(each for each in known.logs if each.key != log.key)
    return _write(settings, WitnessHome(name=known.name, logs=(*others, log)))


def read_home(settings: Settings) -> WitnessHome:
    """Return what a home says of its witness. Raises: NoWitnessHere, Misconfigured."""
    try:
        document = parse_json_object(_file(settings).read_bytes())
    except FileNotFoundError as error:
        raise NoWitnessHere(f"{settings.home} is no witness's home.") from error
    try:
        logs = document.get("logs")
        return WitnessHome(
            name=Asked(document).text("name"),
            logs=tuple(_log(each) for each in logs) if isinstance(logs, Sequence) else (),
        )
    except BatteryPassportError as error:
        raise Misconfigured(f"{_file(settings)} cannot be read: {error.message}") from error


@contextmanager
def opened_witness(settings: Settings) -> Iterator[tuple[WitnessHome, Witness]]:
    """Open the witness of a home. Raises: NoWitnessHere, Misconfigured."""
    known = read_home(settings)
    home = Home(settings.home)
    keystore = open_keystore(settings, home)
    memory = SqliteWitnessMemory(settings.home / _MEMORY)
    try:
        signing = keystore.signing_key(KEY)
        key = VerifierKey(known.name, TYPE_COSIGNATURE, signing.public_key)
        cosigner = Cosigner(key, signing.sign, lambda: int(time.time()))
        logs = logs_by_origin([each.key for each in known.logs])
        yield known, Witness(cosigner, memory, logs=logs)
    finally:
        memory.close()
        keystore.close()


def _log(document: object) -> FollowedLog:
    members = Asked(document if isinstance(document, dict) else {})
    return FollowedLog(VerifierKey.parse(members.text("vkey")), members.optional_text("url") or "")


def _file(settings: Settings) -> Path:
    return settings.home / _FILE


def _write(settings: Settings, known: WitnessHome) -> WitnessHome:
    logs = [{"vkey": each.key.text(), "url": each.url} for each in known.logs]
    file = _file(settings)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump({"name": known.name, "logs": logs}, stream, indent=2)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)
    return known
