"""Letters as files in `HOME/outbox`, for demonstration only: whoever reads the disk reads them.

In: letters. Out: one file each, 0600, the newest last by name; refuses to serve production.
"""

import logging
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.policy import SMTP
from pathlib import Path

from battery_passport.access.letters import Letter
from battery_passport.adapters.mail.message import as_message
from battery_passport.foundation.errors import Misconfigured

_LOG = logging.getLogger(__name__)


class InsecureOutboxInProduction(Misconfigured):
    """Letters were to be written to files by a production installation."""

    code = "insecure-outbox-in-production"
    remedy = "Set BATTERY_PASSPORT_SMTP_URL, or BATTERY_PASSPORT_MODE=demo."


@dataclass(frozen=True, slots=True)
class InsecureFileOutbox:
    """Writes letters where a person at this machine finds them.

    Raises: InsecureOutboxInProduction if `mode` is production.
    """

    folder: Path
    mode: str
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        if self.mode == "production":
            raise InsecureOutboxInProduction("Letters would lie on the disk in clear.")
        _LOG.warning("letters are written to files and sent to nobody: demonstration only")

    def send(self, letter: Letter) -> None:
        """Write one letter."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stamp = self.now().strftime("%Y%m%dT%H%M%S%fZ")
        name = f"{stamp}-{secrets.token_hex(4)}.eml"
        temporary = self.folder / f".{name}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(as_message(letter, sender="demo@localhost").as_bytes(policy=SMTP))
        temporary.rename(self.folder / name)
