"""Letters: over a real mail server on loopback, as files, and again when the server comes back."""

import logging
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from battery_passport.access.letters import Letter, Occasion, write_letter
from battery_passport.adapters.mail.insecure_outbox import (
    InsecureFileOutbox,
    InsecureOutboxInProduction,
)
from battery_passport.adapters.mail.smtp import (
    MailServerMisnamed,
    MailServerUnreachable,
    SmtpMail,
)
from battery_passport.assembly.letters import MOST_WAITING, Postman
from battery_passport.foundation.errors import TemporarilyUnavailable

pytestmark = pytest.mark.integration

LETTER = write_letter(
    Occasion.RECOVER, to="minji@example.org", language="ko", link="http://localhost/recover/abc"
)


class Conversation(socketserver.StreamRequestHandler):
    """One SMTP conversation. Source: RFC 5321 §4.1."""

    def handle(self) -> None:
        mailbox = self.server
        assert isinstance(mailbox, MailServer)
        self._say("220 localhost")
        while line := self.rfile.readline().decode().strip():
            verb = line.partition(" ")[0].upper()
            if verb == "DATA":
                self._say("354 go on")
                mailbox.received.append(self._message())
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            elif verb == "RCPT" and mailbox.refuses:
                self._say("451 later")
            else:
                self._say("250 localhost")

    def _message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """Takes letters, or says that it cannot just now."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.received: list[bytes] = []
        self.refuses = False


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as started:
        thread = threading.Thread(target=started.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield started
        started.shutdown()
        thread.join()


def _mail(server: MailServer) -> SmtpMail:
    port = server.server_address[1]
    return SmtpMail.at(f"smtp://127.0.0.1:{port}", sender="noreply@passport.example")


def test_a_letter_arrives_as_it_was_written(server: MailServer) -> None:
    _mail(server).send(LETTER)
    message = message_from_bytes(server.received[0], policy=policy.default)
    assert message["To"] == "minji@example.org"
    assert message["From"] == "noreply@passport.example"
    assert message["Subject"] == LETTER.subject
    assert message["Auto-Submitted"] == "auto-generated"
    body = message.get_content()
    assert body.replace("\r\n", "\n").strip() == LETTER.text.strip()


def test_a_server_that_is_away_is_named_without_the_letter(server: MailServer) -> None:
    server.refuses = True
    with pytest.raises(MailServerUnreachable) as refused:
        _mail(server).send(LETTER)
    assert "minji" not in str(refused.value)
    with pytest.raises(MailServerUnreachable):
        SmtpMail.at("smtp://127.0.0.1:9", sender="x@y.example").send(LETTER)


@pytest.mark.parametrize(
    "address", ["", "x", "http://host", "smtp://", "smtp://host:port", "smtps:///", "smtp://["]
)
def test_a_mail_server_must_be_named_rightly(address: str) -> None:
    with pytest.raises(MailServerMisnamed):
        SmtpMail.at(address, sender="x@y.example")


def test_a_password_is_not_shown(server: MailServer) -> None:
    port = server.server_address[1]
    mail = SmtpMail.at(f"smtps://name:s%40cret@127.0.0.1:{port}", sender="x@y.example")
    assert mail.password == "s@cret"
    assert "s@cret" not in repr(mail)


def test_other_machines_are_spoken_to_only_over_tls(server: MailServer) -> None:
    """The server here knows no STARTTLS: under a name that is not loopback nothing is sent."""
    port = server.server_address[1]
    mail = SmtpMail(
        host="localhost.localdomain", port=port, sender="x@y.example", encrypted_at_once=False
    )
    with pytest.raises(MailServerUnreachable):
        mail.send(LETTER)
    assert server.received == []


def test_the_outbox_keeps_letters_private_and_refuses_production(tmp_path: Path) -> None:
    outbox = InsecureFileOutbox(tmp_path / "outbox", "demo", lambda: datetime.now(UTC))
    outbox.send(LETTER)
    (path,) = (tmp_path / "outbox").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "outbox").stat().st_mode & 0o777 == 0o700
    with pytest.raises(InsecureOutboxInProduction):
        InsecureFileOutbox(tmp_path, "production", lambda: datetime.now(UTC))


@dataclass
class Moody:
    """Mail that fails so many times before it works."""

    failures: int
    sent: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise TemporarilyUnavailable("not now")
        self.sent.append(letter)


def test_a_letter_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    mail = Moody(failures=2)
    postman = Postman(mail, try_again_after_s=(0.0, 0.01, 0.01))
    postman.take([LETTER])
    postman.settle()
    assert mail.sent == [LETTER]
    assert "minji" not in caplog.text


def test_a_letter_that_cannot_be_sent_is_given_up_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    mail = Moody(failures=2)
    postman = Postman(mail, try_again_after_s=(0.0, 0.01))
    with caplog.at_level(logging.WARNING):
        postman.take([LETTER, LETTER])
        postman.settle()
    assert mail.sent == [LETTER]
    assert "given up" in caplog.text
    assert "minji" not in caplog.text
    assert LETTER.text.split("\n", maxsplit=1)[0] not in caplog.text


def test_a_flood_of_letters_fills_no_memory(caplog: pytest.LogCaptureFixture) -> None:
    begin = threading.Event()

    class Waiting(Moody):
        def send(self, letter: Letter) -> None:
            begin.wait(10)
            super().send(letter)

    mail = Waiting(failures=0)
    postman = Postman(mail, try_again_after_s=(0.0,))
    postman.take([LETTER] * (MOST_WAITING + 50))
    begin.set()
    postman.settle()
    assert MOST_WAITING <= len(mail.sent) <= MOST_WAITING + 1
    assert "too many are waiting" in caplog.text
