"""What the addresses of status lists ask of the outside.

In: nothing. Out: the Protocol that assembly fulfils.
"""

from typing import Protocol


class StatusLists(Protocol):
    """Signs this installation's status lists as they stand."""

    def token(self, list_id: str) -> str | None:
        """Return a list as a token; None if there is no such list."""

    def credential(self, list_id: str, purpose: str) -> str | None:
        """Return a list's `revocation` or `suspension` as a credential; None if there is none."""
