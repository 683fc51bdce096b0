"""What is wrong with a charger's message, in OCPP's own words.

In: nothing. Out: exceptions below `InvalidInput`, each with the code that goes into a CALLERROR.
"""

from typing import ClassVar

from battery_passport.foundation.errors import InvalidInput


class OcppRefused(InvalidInput):
    """A message that cannot be taken; `ocpp_code` is what the charger is told."""

    code: ClassVar[str] = "ocpp-message-refused"
    remedy: ClassVar[str] = "docs/reference/ocpp.md lists what is understood."

    def __init__(self, message: str, *, ocpp_code: str = "FormationViolation") -> None:
        super().__init__(message)
        self.ocpp_code = ocpp_code
