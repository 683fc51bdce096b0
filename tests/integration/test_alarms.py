"""Alarms reach people: by mail in both languages and by a POST, whichever of the two is dead."""

import json
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from battery_passport.assembly.monitoring.alarms import alarm_post, raise_alarm
from battery_passport.assembly.settings import Settings, load_settings
from battery_passport.foundation.clock import FixedClock
from battery_passport.foundation.errors import Misconfigured
from tests.factories.ledger import MOMENT, ORIGIN

pytestmark = pytest.mark.integration

FINDING = "The batch 00ff does not hold."


class Receiver(HTTPServer):
    """Takes one kind of POST, and remembers what it was given."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.taken: list[dict[str, str]] = []


class Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        receiver = self.server
        assert isinstance(receiver, Receiver)
        receiver.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def settings(folder: Path, **given: str) -> Settings:
    named = {f"BATTERY_PASSPORT_{name.upper()}": value for name, value in given.items()}
    return load_settings({"BATTERY_PASSPORT_HOME": str(folder / "home"), **named})


def letters(folder: Path) -> list[tuple[str, str, str]]:
    found = []
    for file in sorted((folder / "home" / "outbox").glob("*.eml")):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        found.append((str(message["To"]), str(message["Subject"]), message.get_content()))
    return found


def test_everybody_who_is_named_is_told(tmp_path: Path, receiver: Receiver) -> None:
    url = f"http://127.0.0.1:{receiver.server_port}/alarm"
    chosen = settings(
        tmp_path, alarm_mail="one@city.example, two@city.example", alarm_webhook_url=url
    )
    raise_alarm(FINDING, origin=ORIGIN, post=alarm_post(chosen, FixedClock(MOMENT)))
    at = "2026-11-23T07:30:00.000Z"
    told = {"alarm": "monitor", "origin": ORIGIN, "finding": FINDING, "at": at}
    assert receiver.taken == [told]
    sent = letters(tmp_path)
    assert {each[0] for each in sent} == {"one@city.example", "two@city.example"}
    for _to, subject, text in sent:
        assert "경보" in subject
        assert "alarm" in subject
        assert FINDING in text
        assert ORIGIN in text


def test_a_dead_receiver_keeps_no_letter_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = settings(
        tmp_path, alarm_mail="one@city.example", alarm_webhook_url="http://127.0.0.1:9/alarm"
    )
    raise_alarm(FINDING, origin=ORIGIN, post=alarm_post(chosen, FixedClock(MOMENT)))
    assert "could not be handed to the webhook" in caplog.text
    assert len(letters(tmp_path)) == 1


def test_nobody_need_be_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    post = alarm_post(settings(tmp_path), FixedClock(MOMENT))
    raise_alarm(FINDING, origin=ORIGIN, post=post)
    assert f"ALARM: the log {ORIGIN} does not hold: {FINDING}" in caplog.text
    assert letters(tmp_path) == []


def test_addresses_are_looked_at_before_they_are_needed(tmp_path: Path) -> None:
    for wrong in ("nobody", "One <one@city.example>", "a@b@c"):
        with pytest.raises(Misconfigured, match="is no mail address"):
            settings(tmp_path, alarm_mail=f"one@city.example,{wrong}")
