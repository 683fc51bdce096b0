"""The status table as the contract holds it: codes, and the role behind each change.

In: statuses by the regulation's names. Out: codes and roles.
Source: EU-2023-1542 annex-xiii point 4(c), art-73, art-77(7), art-77(8).
"""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

from battery_passport.ledger.onchain.roles import (
    ISSUER,
    PERMITTED_OPERATOR,
    RECYCLER,
    WASTE_OPERATOR,
)


class StatusCode(IntEnum):
    """A battery's status on the chain; `RECYCLED` is the tombstone of one that is no more."""

    NONE = 0
    ORIGINAL = 1
    REPURPOSED = 2
    REUSED = 3
    REMANUFACTURED = 4
    WASTE = 5
    RECYCLED = 6


CODE_OF_STATUS: Mapping[str, StatusCode] = MappingProxyType(
    {
        "original": StatusCode.ORIGINAL,
        "repurposed": StatusCode.REPURPOSED,
        "re-used": StatusCode.REUSED,
        "remanufactured": StatusCode.REMANUFACTURED,
        "waste": StatusCode.WASTE,
    }
)
"""The regulation's names, which are those of `lifecycle`."""

IN_USE = (
    StatusCode.ORIGINAL,
    StatusCode.REPURPOSED,
    StatusCode.REUSED,
    StatusCode.REMANUFACTURED,
)

RECORDED_BY: Mapping[tuple[StatusCode, StatusCode], bytes] = MappingProxyType(
    {
        **{(status, StatusCode.WASTE): WASTE_OPERATOR for status in IN_USE},
        (StatusCode.WASTE, StatusCode.RECYCLED): RECYCLER,
    }
)
"""Changes of a passport's status, and the role that records each; the holder signs as well."""

SECOND_LIVES: Mapping[tuple[StatusCode, StatusCode], bytes] = MappingProxyType(
    {
        **{(status, StatusCode.REPURPOSED): ISSUER for status in IN_USE},
        **{(status, StatusCode.REMANUFACTURED): ISSUER for status in IN_USE},
        (StatusCode.WASTE, StatusCode.REUSED): PERMITTED_OPERATOR,
        (StatusCode.WASTE, StatusCode.REPURPOSED): PERMITTED_OPERATOR,
    }
)
"""From a predecessor's status to that of the new passport, and the role of its issuer."""


def needs_evidence(before: StatusCode) -> bool:
    """Return whether a second life out of that status asks for evidence by Art. 73."""
    return before is StatusCode.WASTE
