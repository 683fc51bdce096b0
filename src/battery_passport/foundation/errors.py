"""The error root. Every failure says what failed, what was expected and what to do.

In: a message and, where it helps, a remedy. Out: an exception with a stable `code`.

    BatteryPassportError
    ├── InvalidInput            unusable input: exit code 2, HTTP 400 or 422
    │   └── (each stage's own: MalformedIdentifier, MalformedBatch, ...)
    ├── NotFound                nothing under that name: exit code 2, HTTP 404
    ├── Conflict                contradicts what is already recorded: exit code 2, HTTP 409
    ├── VerificationFailed      the answer is no: exit code 1
    ├── TemporarilyUnavailable  try again later: exit code 3, HTTP 503
    └── Misconfigured           settings or installation: exit code 2
"""

from typing import ClassVar


class BatteryPassportError(Exception):
    """A failure with a stable code, a sentence for people and the next step to take."""

    code: ClassVar[str] = "error"
    remedy: ClassVar[str] = ""

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = self.remedy if remedy is None else remedy

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".rstrip()


class InvalidInput(BatteryPassportError):
    """The input cannot be used as it is; nothing was changed."""

    code = "invalid-input"


class NotFound(BatteryPassportError):
    """Nothing is recorded under the given name."""

    code = "not-found"


class Conflict(BatteryPassportError):
    """The input contradicts what is already recorded; nothing was changed."""

    code = "conflict"


class VerificationFailed(BatteryPassportError):
    """A check did not hold; the message names the first one, expected and found."""

    code = "verification-failed"


class TemporarilyUnavailable(BatteryPassportError):
    """The work cannot be done now; nothing was half-done."""

    code = "temporarily-unavailable"
    remedy = "Try again in a moment."

    def __init__(
        self, message: str, *, remedy: str | None = None, retry_after_s: float = 1.0
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after_s = retry_after_s


class Misconfigured(BatteryPassportError):
    """The installation or its settings cannot be used."""

    code = "misconfigured"
