"""Letters: both languages, every occasion, and a link in each."""

import pytest

from battery_passport.access.letters import LANGUAGES, Occasion, write_letter
from battery_passport.adapters.mail.message import as_message

LINK = "https://passport.example.org/recover/abc"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("occasion", Occasion)
def test_every_letter_says_what_to_do(occasion: Occasion, language: str) -> None:
    letter = write_letter(
        occasion, to="a@example.org", language=language, link=LINK, organisation="동백검사소"
    )

    assert LINK in letter.text
    assert "{" not in letter.subject + letter.text
    assert letter.subject
    assert "\n" not in letter.subject
    assert all(len(line) < 100 for line in letter.text.splitlines())


def test_letters_are_korean_unless_asked_otherwise() -> None:
    written = {
        language: write_letter(Occasion.RECOVER, to="a@b.co", language=language, link=LINK).text
        for language in ("ko", "en", "xx")
    }
    assert written["xx"] == written["ko"] != written["en"]


def test_a_name_cannot_begin_a_header_of_its_own() -> None:
    letter = write_letter(
        Occasion.INVITATION,
        to="a@example.org",
        language="en",
        link=LINK,
        organisation="Firm\r\nBcc: b@example.org",
    )
    with pytest.raises(ValueError, match="linefeed"):
        as_message(letter, sender="x@example.org")
