"""Who a device is: its id, battery and key in one private file of its folder.

In: a folder. Out: the state, saved whole or not at all; one program at a time works on it.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from battery_passport.device_agent.model import DeviceIdentity
from battery_passport.foundation.errors import Conflict, NotFound, TemporarilyUnavailable

_STATE_FILE, _LOCK_FILE, QUEUE_FOLDER = "device.json", "lock", "queue"


class NotEnrolled(NotFound):
    """The folder holds no device."""

    code = "device-not-enrolled"
    remedy = "Enrol it first: `battery-passport device enrol`."


class EnrolledAlready(Conflict):
    """The folder holds a device already; nothing was changed."""

    code = "device-enrolled-already"
    remedy = "Name another folder, or remove this one if its device is retired."


class AgentRuns(TemporarilyUnavailable):
    """Another program works on this device."""

    code = "device-agent-runs"
    remedy = "End that program first."


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """What a device must know; `key` is its Ed25519 seed, `next_key` one not yet in force."""

    device: str
    battery_ref: str
    tenant: str
    server: str
    key: str
    mqtt_url: str = ""
    mqtt_password: str = ""
    next_key: str = ""
    sealed_until_ms: int = 0

    def __repr__(self) -> str:
        return f"DeviceState(device={self.device})"

    @property
    def identity(self) -> DeviceIdentity:
        """Who signs batches, for which battery."""
        return DeviceIdentity(
            device_id=UUID(self.device),
            battery_ref=bytes.fromhex(self.battery_ref),
            signing_key=bytes.fromhex(self.key),
        )


def is_enrolled(folder: Path) -> bool:
    """Return whether the folder holds a device."""
    return (folder / _STATE_FILE).exists()


def load_state(folder: Path) -> DeviceState:
    """Return the device of a folder. Raises: NotEnrolled."""
    try:
        return DeviceState(**json.loads((folder / _STATE_FILE).read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError) as error:
        raise NotEnrolled(f"{folder} holds no enrolled device.") from error


def save_state(folder: Path, state: DeviceState) -> None:
    """Write the device's file, durably and for its owner alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = folder / f".{_STATE_FILE}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(asdict(state), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / _STATE_FILE)
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the device while the block runs. Raises: AgentRuns."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / _LOCK_FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AgentRuns(f"Another program works on the device in {folder}.") from error
        yield
