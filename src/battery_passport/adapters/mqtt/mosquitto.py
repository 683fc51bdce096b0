"""Mosquitto's configuration, password and access files, as text.

In: listener, accounts. Out: the three files; passwords only as mosquitto's salted hashes.
Passwords are hashed as mosquitto_passwd(1) does, kind 7: PBKDF2 with HMAC-SHA-512.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from battery_passport.adapters.mqtt.topics import (
    EVERY_ACKNOWLEDGEMENT,
    EVERY_UPLOAD,
    Channel,
    DeviceTopics,
)

CONFIGURATION, PASSWORDS, RULES = "mosquitto.conf", "passwords", "rules"
PID_FILE, DATA = "mosquitto.pid", "data"
LARGEST_MESSAGE_BYTES = (1 << 20) + 4_096

_ROUNDS = 101
"""As mosquitto_passwd has it; our passwords are 256 random bits, which no stretching would help."""
_SALT_BYTES = 12
_WINDOW = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Where the broker listens; with a certificate and its key it speaks TLS only."""

    host: str
    port: int
    certificate: Path | None = None
    certificate_key: Path | None = None
    authority: Path | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Who may connect, as the broker keeps it; `topics` is None for the platform's collectors."""

    username: str
    secret_hash: str
    topics: DeviceTopics | None = None


def hashed_password(password: str, salt: bytes | None = None) -> str:
    """Return what mosquitto keeps of a password."""
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS)
    parts = (base64.b64encode(part).decode() for part in (salt, digest))
    return f"$7${_ROUNDS}${'$'.join(parts)}"


def password_file(accounts: Iterable[Account]) -> str:
    """Return the file of who may connect."""
    return "".join(f"{each.username}:{each.secret_hash}\n" for each in accounts)


def rule_file(accounts: Iterable[Account]) -> str:
    """Return the file of who may publish and hear what; everything else is refused."""
    return "\n".join(_rules(each) for each in accounts)


def configuration(listener: Listener, folder: Path, *, user: str) -> str:
    """Return mosquitto's configuration; the other files lie in `folder`, `user` owns them."""
    lines = [
        f"listener {listener.port} {listener.host}",
        *_encryption(listener),
        "per_listener_settings false",
        "allow_anonymous false",
        f"password_file {folder / PASSWORDS}",
        f"acl_file {folder / RULES}",
        f"pid_file {folder / PID_FILE}",
        f"user {user}",
        "persistence true",
        f"persistence_location {folder / DATA}/",
        "autosave_interval 60",
        # What the broker loses the devices send again; these bound what it keeps meanwhile.
        f"max_inflight_messages {_WINDOW}",
        "max_queued_messages 100000",
        "max_queued_bytes 268435456",
        f"max_packet_size {LARGEST_MESSAGE_BYTES}",
        "persistent_client_expiration 7d",
        "max_keepalive 600",
        "set_tcp_nodelay true",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        "log_type notice",
        "connection_messages false",
    ]
    return "".join(f"{line}\n" for line in lines)


def _encryption(listener: Listener) -> list[str]:
    if listener.certificate is None or listener.certificate_key is None:
        return []
    lines = [
        f"certfile {listener.certificate}",
        f"keyfile {listener.certificate_key}",
        "tls_version tlsv1.2",
    ]
    return lines if listener.authority is None else [*lines, f"cafile {listener.authority}"]


def _rules(account: Account) -> str:
    if account.topics is None:
        return (
            f"user {account.username}\n"
            f"topic read {EVERY_UPLOAD}\n"
            f"topic write {EVERY_ACKNOWLEDGEMENT}\n"
        )
    up = "".join(f"topic write {account.topics.up(channel)}\n" for channel in Channel)
    return f"user {account.username}\n{up}topic read {account.topics.acknowledgements}\n"
