"""Topics, acknowledgements and mosquitto's files as text."""

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from battery_passport.adapters.mqtt.acknowledgement import (
    LATER,
    STORED,
    Acknowledgement,
    MalformedAcknowledgement,
)
from battery_passport.adapters.mqtt.mosquitto import (
    Account,
    Listener,
    configuration,
    hashed_password,
    password_file,
    rule_file,
)
from battery_passport.adapters.mqtt.topics import Channel, DeviceTopics, owner_of_upload

DEVICE = UUID("01937f00-0000-7000-8000-000000000001")
TOPICS = DeviceTopics("default", DEVICE)
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
DIGEST = bytes(range(32))


def test_topics_name_their_device() -> None:
    assert TOPICS.up() == f"bp/v1/default/{DEVICE}/up/tel"
    assert TOPICS.up(Channel.EVENT).endswith("/up/evt")
    assert owner_of_upload(TOPICS.up(Channel.EVENT)) == TOPICS


@pytest.mark.parametrize(
    "topic",
    [
        "",
        TOPICS.acknowledgements,
        TOPICS.up() + "/more",
        TOPICS.up().replace("tel", "cmd"),
        "bp/v1/default/not-a-device-but-of-thirty-six-signs/up/tel",
        f"bp/v1/Default/{DEVICE}/up/tel",
    ],
)
def test_other_topics_are_of_no_device(topic: str) -> None:
    assert owner_of_upload(topic) is None


@pytest.mark.parametrize(
    "told",
    [
        Acknowledgement(digest=DIGEST, outcome=STORED, at=NOW),
        Acknowledgement(digest=DIGEST, outcome=LATER, at=NOW, code="busy", retry_after_s=7),
    ],
)
def test_an_acknowledgement_is_read_as_it_was_written(told: Acknowledgement) -> None:
    assert Acknowledgement.decode(told.encode()) == told


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"[]",
        b"{}",
        b'{"digest":"00","outcome":"stored","at":"2026-11-23T07:30:00Z"}',
        b'{"digest":"%s","outcome":"eaten","at":"2026-11-23T07:30:00Z"}' % (b"00" * 32),
        b'{"digest":"%s","outcome":"stored","at":"today"}' % (b"00" * 32),
    ],
)
def test_other_messages_are_no_acknowledgement(octets: bytes) -> None:
    with pytest.raises(MalformedAcknowledgement):
        Acknowledgement.decode(octets)


def test_passwords_are_kept_as_mosquitto_keeps_them() -> None:
    kind, rounds, salt, digest = hashed_password("secret").split("$")[1:]

    expected = hashlib.pbkdf2_hmac("sha512", b"secret", base64.b64decode(salt), int(rounds))
    assert (kind, base64.b64decode(digest)) == ("7", expected)
    assert hashed_password("secret") != hashed_password("secret")


def test_a_device_may_use_its_own_topics_and_nothing_else() -> None:
    accounts = [Account("ingest", "h"), Account(str(DEVICE), "h", TOPICS)]

    assert password_file(accounts) == f"ingest:h\n{DEVICE}:h\n"
    assert rule_file(accounts) == (
        "user ingest\ntopic read bp/v1/+/+/up/+\ntopic write bp/v1/+/+/down/ack\n\n"
        f"user {DEVICE}\n"
        f"topic write bp/v1/default/{DEVICE}/up/tel\n"
        f"topic write bp/v1/default/{DEVICE}/up/evt\n"
        f"topic read bp/v1/default/{DEVICE}/down/ack\n"
    )


def test_nobody_comes_in_without_a_password_and_certificates_are_used() -> None:
    plain = configuration(Listener(host="127.0.0.1", port=1883), Path("/b"), user="bp")
    lines = configuration(
        Listener(host="::", port=8883, certificate=Path("/c"), certificate_key=Path("/k")),
        Path("/b"),
        user="bp",
    ).splitlines()

    assert "allow_anonymous false" in plain.splitlines()
    assert "certfile" not in plain
    assert {"listener 8883 ::", "certfile /c", "keyfile /k", "user bp"} <= set(lines)
