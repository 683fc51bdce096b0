"""Names and e-mail addresses that people type: one writing, nothing that deceives the eye.

In: text of unknown making. Out: text that can be shown, sent and compared.
Source: UAX #15 (NFC); UTS #39 §5.1 (mixed-script detection); RFC 5321 §4.5.3.1.
"""

import re
import unicodedata

from battery_passport.access.errors import UnusableAddress, UnusableName

MAX_NAME = 80
MAX_ADDRESS = 254
MAX_LOCAL_PART = 64
MAX_TYPED = 1_000
"""Longer than this nothing is even normalised."""

MAX_MARKS_IN_A_ROW = 2
_SIGNS = frozenset(" -'’.,·&()+/_")
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK")
_BLANKS = re.compile(r"[ \t\u00a0\u3000]+")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")


def clean_name(text: str, *, longest: int = MAX_NAME) -> str:
    """Return a person's or organisation's name in NFC, with single blanks.

    Raises: UnusableName for control and direction characters, signs that no name has, stacked
    marks, and letters of Latin, Cyrillic and Greek in one name, which look alike.
    """
    name = _one_writing(text)
    if not 1 <= len(name) <= longest:
        raise UnusableName(f"The name has {len(name)} characters, expected 1 to {longest}.")
    wrong = next((letter for letter in name if not _is_usual(letter)), None)
    if wrong is not None:
        raise UnusableName(f"The name has the character U+{ord(wrong):04X}, which no name has.")
    if not any(unicodedata.category(letter)[0] == "L" for letter in name):
        raise UnusableName("The name has no letter.")
    _check_marks(name)
    _check_scripts(name)
    return name


def clean_label(text: str) -> str:
    """Return a short label that somebody gives a thing of his own, such as a key.

    Raises: UnusableName.
    """
    return clean_name(text, longest=40)


def clean_address(text: str) -> str:
    """Return an e-mail address with its domain in lower case.

    Raises: UnusableAddress.
    """
    address = text.strip()
    local, at, domain = address.rpartition("@")
    fits = len(address) <= MAX_ADDRESS and len(local) <= MAX_LOCAL_PART
    if not at or not fits or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise UnusableAddress("This is no e-mail address that letters can be sent to.")
    return f"{local}@{domain.lower()}"


def address_key(address: str) -> str:
    """Return what two writings of one address have in common, for look-ups only."""
    return address.lower()


def _one_writing(text: str) -> str:
    if len(text) > MAX_TYPED:
        raise UnusableName(f"The name has {len(text)} characters, far too many.")
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _is_usual(letter: str) -> bool:
    return letter in _SIGNS or unicodedata.category(letter)[0] in "LM" or letter.isdecimal()


def _check_marks(name: str) -> None:
    in_a_row = 0
    for letter in name:
        in_a_row = in_a_row + 1 if unicodedata.category(letter)[0] == "M" else 0
        if in_a_row > MAX_MARKS_IN_A_ROW:
            raise UnusableName("The name has more marks on one letter than any script puts there.")


def _check_scripts(name: str) -> None:
    found = {alphabet for letter in name if (alphabet := _alphabet(letter)) is not None}
    if len(found) > 1:
        listed = " and ".join(sorted(each.capitalize() for each in found))
        raise UnusableName(f"The name mixes {listed} letters, which look alike.")


def _alphabet(letter: str) -> str | None:
    if unicodedata.category(letter)[0] != "L":
        return None
    full = unicodedata.name(letter, "")
    return next((each for each in _ALPHABETS if each in full.split(" ")[:2]), None)
