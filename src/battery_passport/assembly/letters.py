"""Letters on their way: handed over once their cause is committed, sent without anybody waiting.

In: settings and letters. Out: letters sent by a thread of their own, so that no answer takes longer
because a letter goes out; what cannot be sent after some tries is given up with a line in the log.
"""

import logging
import queue
import threading
from collections.abc import Sequence
from typing import Protocol

from battery_passport.access.letters import Letter
from battery_passport.adapters.mail.insecure_outbox import InsecureFileOutbox
from battery_passport.adapters.mail.smtp import SmtpMail
from battery_passport.assembly.home import Home
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.errors import BatteryPassportError

_LOG = logging.getLogger(__name__)
TRY_AGAIN_AFTER_S = (0.0, 5.0, 60.0)
MOST_WAITING = 1_000


class Mail(Protocol):
    """Sends one letter."""

    def send(self, letter: Letter) -> None: ...


def choose_mail(settings: Settings, home: Home, clock: Clock) -> Mail:
    """Return the mail server of the settings, or the demonstration's outbox.

    Raises: MailServerMisnamed, InsecureOutboxInProduction.
    """
    if settings.smtp_url:
        return SmtpMail.at(settings.smtp_url, sender=settings.mail_sender)
    return InsecureFileOutbox(home.outbox, settings.mode, clock.now)


class Postman:
    """Sends letters in the background, one after the other."""

    def __init__(
        self, mail: Mail, *, try_again_after_s: Sequence[float] = TRY_AGAIN_AFTER_S
    ) -> None:
        self._mail = mail
        self._pauses_s = try_again_after_s
        self._waiting: queue.Queue[Letter] = queue.Queue(MOST_WAITING)
        self._begin = threading.Lock()
        self._thread: threading.Thread | None = None

    def take(self, letters: Sequence[Letter]) -> None:
        """Take letters; they are sent soon."""
        for letter in letters:
            try:
                self._waiting.put_nowait(letter)
            except queue.Full:
                _LOG.error("a letter was dropped: too many are waiting")
        if letters:
            self._ensure_thread()

    def settle(self) -> None:
        """Return once every letter taken so far was sent or given up."""
        self._waiting.join()

    def _ensure_thread(self) -> None:
        with self._begin:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="postman", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            letter = self._waiting.get()
            try:
                self._send(letter)
            finally:
                self._waiting.task_done()

    def _send(self, letter: Letter) -> None:
        for pause_s in self._pauses_s:
            threading.Event().wait(pause_s)
            try:
                self._mail.send(letter)
            except (BatteryPassportError, OSError) as error:
                # Neither address nor text may reach the log.
                _LOG.warning("a letter could not be sent: %s", type(error).__name__)
            else:
                return
        _LOG.error("a letter was given up")
