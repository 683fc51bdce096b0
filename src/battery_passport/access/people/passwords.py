"""Which passwords are taken: long ones that are not the first guess; no rules of composition.

In: what was typed. Out: the password in one writing (NFC), or why it is not taken.
Source: NIST SP 800-63B-4 §3.1.1; OWASP ASVS 5.0 V6.2.
"""

import unicodedata

from battery_passport.access.errors import WeakPassword
from battery_passport.foundation.errors import InvalidInput

SHORTEST = 12
LONGEST = 128
FEWEST_DIFFERENT = 5

# Beginnings of what is tried first everywhere, in the two alphabets of our keyboards; a password
# that is one of these with figures or signs around it, or repeated, is no secret.
_COMMON = """
password passwort passw0rd p@ssword p@ssw0rd letmein welcome iloveyou admin administrator login
signin secret changeme default master dragon monkey football baseball sunshine princess superman
batman starwars whatever trustno1 qwerty qwertyuiop asdf asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx
qwer asdfqwer abcd abcdef abcdefgh test testtest guest user root toor hello korea seoul busan
pohang corea daehanminguk battery passport batterypassport carbattery electriccar hyundai ioniq
kona kia niro qlalfqjsgh tkfkdgo dkssudgktpdy eogksalsrnr
비밀번호 암호 사랑해 사랑합니다 안녕하세요 대한민국 부산 포항 배터리 여권 배터리여권
전기차 관리자
"""
COMMON_WORDS = frozenset(_COMMON.split())
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_LONGEST_RUN = 6


def one_writing(password: str) -> str:
    """Return the password in NFC, so that every keyboard writes the same one.

    Raises: InvalidInput if it is longer than anything that could have been set.
    """
    normal = unicodedata.normalize("NFC", password) if len(password) <= LONGEST * 4 else password
    if len(normal) > LONGEST:
        raise InvalidInput(f"The password has more than {LONGEST} characters.")
    return normal


def check_password(password: str, *, email: str, name: str = "") -> str:
    """Return a new password in one writing if others would not guess it first.

    Raises: WeakPassword.
    """
    normal = one_writing(password)
    if len(normal) < SHORTEST:
        raise WeakPassword(f"The password has {len(normal)} characters, at least {SHORTEST}.")
    folded = normal.casefold()
    if len(set(folded)) < FEWEST_DIFFERENT:
        raise WeakPassword("The password repeats very few characters.")
    if _is_about(folded, email, name):
        raise WeakPassword("The password is your e-mail address or name with little added.")
    if _is_common(folded):
        raise WeakPassword("The password is among those that are tried first.")
    return normal


def _is_about(folded: str, email: str, name: str) -> bool:
    local, _, domain = email.casefold().partition("@")
    own = (email.casefold(), local, domain, name.casefold(), name.casefold().replace(" ", ""))
    return any(word and _rest(folded, word) for word in own if len(word) >= 4)


def _rest(folded: str, word: str) -> bool:
    """Return whether without the word fewer than six letters or figures remain."""
    if word not in folded:
        return False
    return sum(letter.isalnum() for letter in folded.replace(word, "")) < 6


def _is_common(folded: str) -> bool:
    letters = "".join(letter for letter in folded if letter.isalpha() or letter in "@0")
    return (
        any(_is_repeated(each, word) for word in COMMON_WORDS for each in (folded, letters))
        or _is_repeated(folded, folded[: max(1, len(folded) // 3)])
        or any(_rest(folded, word) for word in COMMON_WORDS)
        or _longest_run(folded) >= len(folded) - _LONGEST_RUN
    )


def _is_repeated(text: str, word: str) -> bool:
    times, rest = divmod(len(text), len(word))
    return times > 0 and rest == 0 and text == word * times


def _longest_run(text: str) -> int:
    """Return the length of the longest piece that lies on the keyboard or the alphabet in order."""
    lines = [line for run in _RUNS for line in (run, run[::-1])]
    longest = 0
    for start in range(len(text)):
        for end in range(start + longest + 1, len(text) + 1):
            if not any(text[start:end] in line for line in lines):
                break
            longest = end - start
    return longest
