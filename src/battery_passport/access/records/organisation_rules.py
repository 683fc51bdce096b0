"""Rules of organisations: registration numbers, regions, who may hold which role.

In: what was typed, members as they are. Out: checked values, or what is wrong.
"""

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from battery_passport.access.errors import UnusableApplication
from battery_passport.access.model import Role
from battery_passport.access.records.organisations import ROLES_OF, Membership, OrganisationKind

MAX_CONTACT = 120
_REGION = re.compile(r"[a-z][a-z-]{1,30}[a-z]")
_KOREAN_NUMBER = re.compile(r"(\d{3})-?(\d{2})-?(\d{5})")
_OTHER_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./ -]{2,30}[A-Za-z0-9]")
_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def check_registration_number(text: str) -> str:
    """Return a registration number in one writing; a Korean one with its check digit verified.

    Raises: UnusableApplication.
    """
    typed = text.strip()
    korean = _KOREAN_NUMBER.fullmatch(typed)
    if korean:
        digits = "".join(korean.groups())
        if korean_check_digit(digits[:9]) != digits[9]:
            raise UnusableApplication(
                "The registration number's last figure does not fit the others.",
                remedy="Type it as on the certificate, as in 123-45-67891.",
            )
        return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
    if not _OTHER_NUMBER.fullmatch(typed):
        raise UnusableApplication(
            "This is no registration number.", remedy="Give 4 to 32 letters and figures."
        )
    return typed


def korean_check_digit(nine: str) -> str:
    """Return the last figure of a Korean business registration number.

    Source: National Tax Service, 사업자등록번호 check digit.
    """
    digits = [int(digit) for digit in nine]
    total = sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return str(-(total + digits[8] * 5 // 10) % 10)


def check_region(text: str) -> str:
    """Return the short name of a city, as in `busan`. Raises: UnusableApplication."""
    if not _REGION.fullmatch(text):
        raise UnusableApplication(
            f"{text[:40]!r} is no short name of a city.", remedy="Write it as in busan."
        )
    return text


def check_roles(kind: OrganisationKind, names: Iterable[str]) -> frozenset[Role]:
    """Return roles that members of such an organisation can have; the first at least.

    Raises: UnusableApplication.
    """
    allowed = ROLES_OF[kind]
    wanted = set(names)
    unknown = sorted(wanted - {role.value for role in allowed})
    if unknown:
        raise UnusableApplication(f"Members of this organisation cannot be {unknown[0][:40]!r}.")
    return frozenset({role for role in allowed if role.value in wanted} or {allowed[0]})


def is_last_steward(members: Sequence[Membership], person_id: UUID) -> bool:
    """Return whether other members would be left without anybody who looks after them."""
    stewards = {each.person_id for each in members if each.steward}
    return stewards == {person_id} and len(members) > 1
