"""Mosquitto's files, written from the registry of devices and kept up to date.

In: an installation, a folder. Out: files there; a running broker is told to read them again.
"""

import json
import logging
import os
import pwd
import signal
from contextlib import suppress
from pathlib import Path

from battery_passport.access.tokens import new_secret
from battery_passport.adapters.mqtt.mosquitto import (
    CONFIGURATION,
    DATA,
    PASSWORDS,
    PID_FILE,
    RULES,
    Account,
    Listener,
    configuration,
    hashed_password,
    password_file,
    rule_file,
)
from battery_passport.adapters.mqtt.topics import DeviceTopics
from battery_passport.adapters.sql.devices import DeviceStore
from battery_passport.assembly.home import Home
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.mqtt_settings import MqttSettings
from battery_passport.foundation.errors import Misconfigured

COLLECTOR_NAME = "ingest"
_SECRET_FILE = "mqtt-collector-secret"  # noqa: S105 - a file's name
_PLACE_FILE = "mqtt.json"

_LOG = logging.getLogger(__name__)


def collector_secret(home: Home) -> str:
    """Return the password by which the broker knows the platform's collectors, made at first."""
    path = home.folder / _SECRET_FILE
    with suppress(FileNotFoundError):
        return path.read_text(encoding="ascii").strip()
    _write(path, new_secret())
    return path.read_text(encoding="ascii").strip()


def configure_broker(installation: Installation, folder: Path) -> Path:
    """Write all files into a folder, which is remembered; return the configuration's path.

    Raises: Misconfigured.
    """
    folder = folder.resolve()
    settings = installation.settings.mqtt
    try:
        (folder / DATA).mkdir(parents=True, exist_ok=True, mode=0o700)
        text = configuration(_listener(settings), folder, user=_user())
        _write(folder / CONFIGURATION, text)
        write_accounts(installation, folder)
        place = json.dumps({"folder": str(folder)})
        _write(installation.home.folder / _PLACE_FILE, place)
    except OSError as error:
        raise Misconfigured(f"The folder {folder} cannot be written: {error.strerror}.") from error
    return folder / CONFIGURATION


def write_accounts(installation: Installation, folder: Path) -> int:
    """Write who may connect and publish what; return the count of changes that they follow."""
    with installation.database.read() as connection:
        store = DeviceStore(connection)
        changes, known = store.changes(), store.broker_accounts()
    secret = collector_secret(installation.home)
    accounts = [
        Account(COLLECTOR_NAME, hashed_password(secret)),
        *(
            Account(
                str(each.device_id), each.secret_hash, DeviceTopics(each.tenant, each.device_id)
            )
            for each in known
        ),
    ]
    _write(folder / PASSWORDS, password_file(accounts))
    _write(folder / RULES, rule_file(accounts))
    return changes


class BrokerFilesKeeper:
    """Brings the files up to date whenever a device changed; for a thread that repeats it."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._changes = -1

    def step(self) -> None:
        """Write what changed, and let the broker read it."""
        folder = self._folder()
        if folder is None:
            return
        with self._installation.database.read() as connection:
            changes = DeviceStore(connection).changes()
        if changes != self._changes:
            self._changes = write_accounts(self._installation, folder)
            _tell_broker(folder)

    def _folder(self) -> Path | None:
        try:
            octets = (self._installation.home.folder / _PLACE_FILE).read_bytes()
            return Path(str(json.loads(octets)["folder"]))
        except (OSError, ValueError, KeyError):
            return None


def _tell_broker(folder: Path) -> None:
    try:
        pid = int((folder / PID_FILE).read_text(encoding="ascii"))
        is_broker = b"mosquitto" in Path(f"/proc/{pid}/cmdline").read_bytes()
        if is_broker:
            os.kill(pid, signal.SIGHUP)
    except (OSError, ValueError):
        _LOG.info("no broker of this machine runs on %s", folder)


def _listener(settings: MqttSettings) -> Listener:
    def path(text: str) -> Path | None:
        return Path(text).resolve() if text else None

    if settings.broker.encrypted and not settings.certificate:
        raise Misconfigured("An mqtts broker needs BATTERY_PASSPORT_MQTT_CERTIFICATE and its _KEY.")
    return Listener(
        host=settings.broker.host,
        port=settings.broker.port,
        certificate=path(settings.certificate),
        certificate_key=path(settings.certificate_key),
        authority=path(settings.authority),
    )


def _user() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
