"""Letters through a mail server, with the standard library.

In: `smtps://name:password@host:465` or `smtp://host:587` (STARTTLS). Out: letters sent.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit

from battery_passport.access.letters import Letter
from battery_passport.adapters.mail.message import as_message
from battery_passport.foundation.errors import Misconfigured, TemporarilyUnavailable

TIMEOUT_S = 15.0
_PORTS = {"smtps": 465, "smtp": 587}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class MailServerMisnamed(Misconfigured):
    """The address of the mail server cannot be used."""

    code = "mail-server-misnamed"
    remedy = "Write it as smtps://name:password@mail.example.org:465."


class MailServerUnreachable(TemporarilyUnavailable):
    """The mail server takes no letters now."""

    code = "mail-server-unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMail:
    """Sends one letter a connection; letters are few."""

    host: str
    port: int
    sender: str
    encrypted_at_once: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def at(cls, address: str, *, sender: str) -> Self:
        """Return the mail server that an address names.

        Raises: MailServerMisnamed.
        """
        try:
            parts = urlsplit(address)
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError) as error:
            raise MailServerMisnamed("The mail server's address cannot be read.") from error
        if not parts.hostname:
            raise MailServerMisnamed("The mail server's address names no host.")
        return cls(
            host=parts.hostname,
            port=port,
            sender=sender,
            encrypted_at_once=parts.scheme == "smtps",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    def send(self, letter: Letter) -> None:
        """Send one letter.

        Raises: MailServerUnreachable.
        """
        message = as_message(letter, sender=self.sender)
        try:
            with self._connected() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerUnreachable("The mail server did not take a letter.") from error

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.encrypted_at_once:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
            # A server on this very machine needs no encryption; every other one does.
            if self.host not in _LOOPBACK:
                server.starttls(context=context)
        if self.user:
            server.login(self.user, self.password)
        return server
