"""What access as a whole needs from outside.

In: nothing. Out: Protocols that assembly fulfils.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from battery_passport.access.acts import Act


class ActLog(Protocol):
    """Keeps acts as records that become log entries; `assembly.acts.SqlActLog` fulfils it."""

    def record(self, act: Act, moment: datetime) -> UUID:
        """Save the act with its fact in the present transaction and return its id."""
        ...
