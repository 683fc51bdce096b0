"""Enrols this device with a one-time code, and renews its key.

In: a code and the platform's address. Out: the device's state, saved; the platform knows its key.
The key is saved before it is shown to anybody, so that a lost answer can be asked for again.
"""

import secrets
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import nacl.bindings

from battery_passport.assembly.agent.clock_error import ClockError
from battery_passport.assembly.agent.http_way import HttpWay
from battery_passport.assembly.agent.state import (
    QUEUE_FOLDER,
    DeviceState,
    EnrolledAlready,
    is_enrolled,
    load_state,
    save_state,
)
from battery_passport.device_agent.durable_queue import DurableQueue
from battery_passport.foundation.encoding import base64url_encode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.devices.codes import read_code
from battery_passport.registry.devices.proofs import enrolment_message, rotation_message
from battery_passport.telemetry.envelope import open_envelope

ENROLMENT_PATH = "/v1/devices/enrolments"
_KEY_FILE = "new-key"
_SEED_BYTES = 32
_SIGNATURE_BYTES = 64
_MARGIN_MS = 1_000


def enrol(folder: Path, *, code: str, server: str | None) -> DeviceState:
    """Return this device as the platform knows it from now on. Raises: EnrolledAlready."""
    if is_enrolled(folder):
        raise EnrolledAlready(f"{folder} holds device {load_state(folder).device}.")
    address, text = _address_and_code(code, server)
    spelled = str(read_code(text))
    seed = _seed(folder)
    public_key = _public_key(seed)
    message = enrolment_message(code=spelled, public_key=public_key)
    document: JsonObject = {
        "code": spelled,
        "publicKey": base64url_encode(public_key),
        "proof": base64url_encode(sign(seed, message)),
    }
    with closing(HttpWay(address, ClockError())) as way:
        answer = way.post(ENROLMENT_PATH, document)
    state = _state(answer, address=address, seed=seed)
    save_state(folder, state)
    (folder / _KEY_FILE).unlink()
    return state


def rotate(folder: Path) -> DeviceState:
    """Return the device with a new key, which the platform took."""
    state = load_state(folder)
    if not state.next_key:
        seed = secrets.token_bytes(_SEED_BYTES)
        state = replace(state, next_key=seed.hex(), sealed_until_ms=_sealed_until_ms(folder))
        save_state(folder, state)
    message = rotation_message(
        device=state.device,
        public_key=_public_key(bytes.fromhex(state.next_key)),
        sealed_until_ms=state.sealed_until_ms,
    )
    document: JsonObject = {
        "publicKey": base64url_encode(_public_key(bytes.fromhex(state.next_key))),
        "sealedUntilMs": state.sealed_until_ms,
        "proof": base64url_encode(sign(bytes.fromhex(state.key), message)),
        "proofOfNew": base64url_encode(sign(bytes.fromhex(state.next_key), message)),
    }
    with closing(HttpWay(state.server, ClockError())) as way:
        way.post(f"/v1/devices/{state.device}/keys", document)
    state = replace(state, key=state.next_key, next_key="", sealed_until_ms=0)
    save_state(folder, state)
    return state


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the Ed25519 signature over a message."""
    _, secret_key = nacl.bindings.crypto_sign_seed_keypair(seed)
    return nacl.bindings.crypto_sign(message, secret_key)[:_SIGNATURE_BYTES]


def _sealed_until_ms(folder: Path) -> int:
    """Return a time after which nothing in the queue was collected, by the device's clock."""
    latest = time.time_ns() // 1_000_000
    queue = DurableQueue(folder / QUEUE_FOLDER)
    try:
        for encoded in queue.all_waiting():
            claims = open_envelope(encoded).claims
            latest = max(latest, round(claims.collected_at.timestamp() * 1_000))
    finally:
        queue.close()
    return latest + _MARGIN_MS


def _address_and_code(text: str, server: str | None) -> tuple[str, str]:
    """Return the platform's address and the code, which a QR code's link holds both."""
    if "#" not in text:
        if server is None:
            raise InvalidInput("The platform's address is missing.", remedy="Give --server.")
        return server.rstrip("/"), text
    parts = urlsplit(text)
    return (server or f"{parts.scheme}://{parts.netloc}").rstrip("/"), parts.fragment


def _seed(folder: Path) -> bytes:
    path = folder / _KEY_FILE
    if path.exists():
        return bytes.fromhex(path.read_text(encoding="ascii"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    seed = secrets.token_bytes(_SEED_BYTES)
    path.touch(mode=0o600)
    path.write_text(seed.hex(), encoding="ascii")
    return seed


def _public_key(seed: bytes) -> bytes:
    return nacl.bindings.crypto_sign_seed_keypair(seed)[0]


def _state(answer: JsonObject, *, address: str, seed: bytes) -> DeviceState:
    return DeviceState(
        device=str(answer["device"]),
        battery_ref=str(answer["batteryRef"]),
        tenant=str(answer["tenant"]),
        server=address,
        key=seed.hex(),
        mqtt_url=str(answer["mqttUrl"]),
        mqtt_password=str(answer["mqttPassword"]),
    )
