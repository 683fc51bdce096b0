"""What must never enter an event: words that name a car, a person or a place.

In: a payload. Out: nothing, or the first finding. Text is searched at every depth.
"""

import re
from collections.abc import Iterator, Mapping

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.lifecycle.errors import PersonalDataInEvent

# A vehicle identification number has 17 characters without I, O and Q and ends in four digits;
# people write it in one, or in its three groups.
# Source: ISO 3779
_VIN = re.compile(
    r"(?<![A-Za-z0-9])(?:(?=[0-9]*[A-HJ-NPR-Za-hj-npr-z])[A-HJ-NPR-Za-hj-npr-z0-9]{13}[0-9]{4}"
    r"|[A-HJ-NPR-Z0-9]{3}[ -][A-HJ-NPR-Z0-9]{6}[ -][A-HJ-NPR-Z0-9]{4}[0-9]{4})(?![A-Za-z0-9])"
)

_FORBIDDEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a vehicle identification number", _VIN),
    ("a Korean number plate", re.compile(r"(?<![0-9])[0-9]{2,3}\s?[가-힣]\s?[0-9]{4}(?![0-9])")),
    ("coordinates", re.compile(r"-?[0-9]{1,3}\.[0-9]{3,}\s*[,;/ ]\s*-?[0-9]{1,3}\.[0-9]{3,}")),
    ("an e-mail address", re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")),
    (
        "a telephone number",
        re.compile(
            r"(?<![A-Za-z0-9])(?:\+82[ -]?1[0-9]|01[0-9])"
            r"[ -]?[0-9]{3,4}[ -]?[0-9]{4}(?![A-Za-z0-9])"
        ),
    ),
    ("a resident registration number", re.compile(r"(?<![0-9])[0-9]{6}-[1-8][0-9]{6}(?![0-9])")),
)


def refuse_personal_data(payload: JsonValue) -> None:
    """Return if no text in the payload names a car, a person or a place.

    Raises: PersonalDataInEvent telling where and of what kind, without repeating the text.
    """
    for path, text in _texts(payload, "payload"):
        for kind, pattern in _FORBIDDEN:
            if pattern.search(text):
                raise PersonalDataInEvent(f"{path} holds what looks like {kind}.")


def _texts(value: JsonValue, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from _texts(member, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for place, element in enumerate(value):
            yield from _texts(element, f"{path}[{place}]")
