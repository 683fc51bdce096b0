"""Which language is chosen, how figures are written, and that nothing is left untranslated."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import battery_passport.web
from battery_passport.web.language import catalogue_path, load_language, preferred_language
from battery_passport.web.rendering import with_unbroken_dates

WEB = Path(battery_passport.web.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
KEYWORDS = {"_": None, "ngettext": (1, 2), "marked": None, "text": None}
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def _message_ids() -> set[object]:
    found = extract_from_dir(
        WEB,
        method_map=[("**.py", "python"), ("templates/**.html", "jinja2")],
        keywords=KEYWORDS,
        options_map={"templates/**.html": {"newstyle_gettext": "true"}},
    )
    return {message for _, _, message, _, _ in found}


def _catalogue(code: str) -> dict[object, Message]:
    with catalogue_path(code).open("rb") as source:
        return {message.id: message for message in read_po(source, locale=code) if message.id}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "ko"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("en-US,en;q=0.9", "en"),
        ("fr,de;q=0.9", "ko"),
        ("fr, en;q=0.3, ko;q=0.2", "en"),
        ("en;q=0, *;q=0.5", "ko"),
        ("EN", "en"),
        ("en;q=nonsense", "ko"),
        ("," * 5000 + "en", "ko"),
    ],
)
def test_the_language_asked_for_most_is_chosen(header: str, code: str) -> None:
    assert preferred_language(header) == code


def test_every_message_is_in_korean() -> None:
    catalogue = _catalogue("ko")
    assert _message_ids() - set(catalogue) == set()
    assert [each.id for each in catalogue.values() if not each.string or each.fuzzy] == []


def test_no_catalogue_holds_a_message_that_is_no_longer_used() -> None:
    for code in ("ko", "en"):
        assert set(_catalogue(code)) - _message_ids() == set()


def test_plurals_are_in_english_too() -> None:
    plurals = {message for message in _message_ids() if isinstance(message, tuple)}
    assert plurals
    assert plurals == set(_catalogue("en"))


def test_translations_keep_the_placeholders() -> None:
    for message in _catalogue("ko").values():
        *_, longest = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(PLACEHOLDER.findall(str(longest)))
        assert all(set(PLACEHOLDER.findall(str(text))) == wanted for text in texts), longest


def test_korean_uses_the_agreed_words() -> None:
    texts = [str(message.string) for message in _catalogue("ko").values()]
    assert [text for text in texts if "버전" in text or "프루프" in text] == []
    # 폐배터리 is the waste battery only: the status of that name, or becoming (로) one.
    named = [text for text in texts if "폐배터리" in text.replace("폐배터리로 ", "")]
    assert [text for text in named if text != "폐배터리"] == []


def _bare_text(template: str) -> Iterator[str]:
    """Yield the pieces that a reader would see and no catalogue knows."""
    without_jinja = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.DOTALL)
    for name, value in re.findall(r'\s(alt|title|aria-label|placeholder)="([^"]*)"', without_jinja):
        if re.search(r"\w", value):
            yield f"{name}={value}"
    without_code = re.sub(r'<code translate="no">.*?</code>', "", without_jinja, flags=re.DOTALL)
    for text in re.sub(r"<[^>]*>", "\n", without_code).splitlines():
        if re.search(r"[^\W\d_]", re.sub(r"&#?\w+;", "", text)):
            yield text.strip()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_text_of_their_own(path: Path) -> None:
    assert list(_bare_text(path.read_text("utf-8"))) == []


def test_the_search_for_bare_text_finds_some() -> None:
    planted = '<p title="Hint">{{ _("known") }} planted <b>{% if x %}x{% endif %}</b></p>'
    assert list(_bare_text(planted)) == ["title=Hint", "planted", "x"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_stay_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 250


def test_figures_dates_and_times_are_written_alike() -> None:
    for code in ("ko", "en"):
        language = load_language(code)
        assert language.number(168000) == "168,000"
        assert language.number(0.00092) == "0.00092"
        assert language.number(-20) == "-20"
        assert language.day(date(2026, 11, 23)) == "2026-11-23"
        assert language.moment(datetime(2026, 11, 23, 20, 30, tzinfo=UTC)) == "2026-11-24 05:30"


def test_dates_stay_whole_and_text_stays_escaped() -> None:
    shown = with_unbroken_dates("<b> due 2027-02-18, seen 2026-11-23 16:30.")
    whole = '<span class="nowrap">{}</span>'
    assert shown == (
        f"&lt;b&gt; due {whole.format('2027-02-18')}, seen {whole.format('2026-11-23 16:30')}."
    )
