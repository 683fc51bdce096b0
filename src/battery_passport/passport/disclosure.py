"""Who may see which part of a passport. The groups are not nested.

In: an audience. Out: points of Annex XIII, and the sections of a credential to disclose.
Source: EU-2023-1542 art-77(2).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from battery_passport.passport.errors import UnknownAudience


class Audience(StrEnum):
    """Groups of readers named by Article 77(2); the Commission belongs to both closed ones."""

    PUBLIC = "public"
    LEGITIMATE_INTEREST = "legitimate-interest"
    AUTHORITY = "authority"


ANNEX_POINTS: Mapping[Audience, frozenset[int]] = MappingProxyType(
    {
        Audience.PUBLIC: frozenset({1}),
        Audience.LEGITIMATE_INTEREST: frozenset({1, 2, 4}),
        Audience.AUTHORITY: frozenset({1, 2, 3}),
    }
)

SECTIONS: Mapping[int, str] = MappingProxyType({2: "annexXIII2", 3: "annexXIII3", 4: "annexXIII4"})
"""Names of the disclosable sections; point 1 stands open in the credential."""


def parse_audience(text: str) -> Audience:
    """Return the audience of that name.

    Raises: UnknownAudience.
    """
    try:
        return Audience(text)
    except ValueError as error:
        raise UnknownAudience(f"There is no audience {text[:60]!r}.") from error
