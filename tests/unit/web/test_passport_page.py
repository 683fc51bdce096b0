"""The passport page says what it must, in the order it must, and never more than was checked."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from battery_passport.web.language import load_language
from battery_passport.web.pages.evidence import tone_of
from battery_passport.web.pages.layout import Shell
from battery_passport.web.pages.passport import PassportPage, build_passport_page
from battery_passport.web.views import LedgerKind, Outcome, PublicPassportView, Standing
from tests.factories.web import IDENTIFIER, OPEN, VALUES, checks, evidence, passport_view


def _page(view: PublicPassportView, code: str = "en") -> PassportPage:
    language = load_language(code)
    shell = Shell(language=language, chosen_by_hand=False, path="/", software_version="0")
    return build_passport_page(view, shell)


def test_the_order_is_the_agreed_one(client: httpx.Client) -> None:
    text = client.get(f"/{IDENTIFIER.path}").text
    parts = (
        'class="identity__kind"',
        'class="identity__name"',
        'class="standing standing--success"',
        'id="verified"',
        "<summary>이것은 무슨 뜻인가요?",
        'id="facts"',
        'class="private"',
        'id="history"',
        'id="papers"',
        'id="viewers"',
        'id="self-check"',
        'class="qr__panel"',
    )
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_six_facts_with_source_and_date() -> None:
    facts = _page(passport_view()).facts
    assert len(facts) == 6
    assert all(fact.shown and fact.origin and fact.as_of for fact in facts)


def test_every_public_data_point_stands_in_the_papers_once() -> None:
    numbers = [row.number for group in _page(passport_view()).groups for row in group.rows]
    assert sorted(numbers) == sorted([*VALUES, *(point.number for point in OPEN)])


def test_open_points_say_who_owes_them_or_why_not_yet() -> None:
    rows = {row.number: row for group in _page(passport_view()).groups for row in group.rows}
    assert rows[37].owed == "owed by 해오름모빌리티 주식회사, due 2027-02-18"
    assert rows[19].pending.startswith("Due-diligence duties begin on 18 August 2027")
    assert _page(passport_view()).owed_count == 2


@pytest.mark.parametrize(
    ("changed", "tone"),
    [
        ({}, "success"),
        ({"latest": Outcome.HOLDS, "status": Outcome.HOLDS}, "success"),
        ({"anchor": Outcome.NOT_YET}, "notice"),
        ({"signature": Outcome.NOT_CHECKED}, "notice"),
        ({"log_inclusion": Outcome.FAILED}, "danger"),
        ({"status": Outcome.FAILED, "anchor": Outcome.NOT_YET}, "danger"),
    ],
)
def test_verified_is_said_only_when_all_that_proves_it_holds(
    changed: dict[str, Outcome], tone: str
) -> None:
    assert tone_of(checks(**changed)) == tone


def test_nothing_checked_is_not_verified() -> None:
    assert tone_of(()) == "notice"


@pytest.mark.parametrize("outcome", [Outcome.NOT_YET, Outcome.NOT_CHECKED, Outcome.FAILED])
def test_a_check_that_does_not_hold_is_worded_as_a_question(outcome: Outcome) -> None:
    view = replace(passport_view(), evidence=evidence(signature=outcome, anchor=outcome))
    lines = _page(view).strip.lines
    assert lines[0].statement == "Whether the issuer signed it"
    assert lines[3].statement == "Whether the checkpoint is recorded on the ledger"
    assert lines[3].figure == ""


def test_a_failed_check_shows_in_words_and_on_paper() -> None:
    view = replace(passport_view(), evidence=evidence(log_inclusion=Outcome.FAILED))
    strip = _page(view, "ko").strip
    assert strip.headline == "유효하지 않습니다. 검증에 실패했습니다"
    assert strip.lines[1].answer == "맞지 않음"


def test_the_development_ledger_is_called_so() -> None:
    page = _page(passport_view(), "ko")
    assert page.strip.is_development_ledger
    assert "개발용 원장" in page.strip.lines[3].figure
    assert any("개발용 원장" in line.text for line in page.history)
    consortium = replace(evidence(), ledger=LedgerKind.CONSORTIUM)
    assert not _page(replace(passport_view(), evidence=consortium)).strip.is_development_ledger


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing.IN_FORCE, "여권 유효"),
        (Standing.SUSPENDED, "여권 효력 정지"),
        (Standing.ENDED, "여권 종료"),
    ],
)
def test_whether_it_is_in_force_is_said_in_words(standing: Standing, words: str) -> None:
    assert _page(replace(passport_view(), standing=standing), "ko").standing == words


def test_on_paper_every_value_has_its_source_and_date() -> None:
    page = _page(passport_view())
    numbers = [int(n) for line in page.sources for n in line.numbers.split(", ")]
    assert sorted(numbers) == sorted(VALUES)
    assert all(line.origin and line.as_of for line in page.sources)
    assert len(page.sources) == 3


def test_history_is_newest_first() -> None:
    times = [line.at for line in _page(passport_view()).history]
    assert times == sorted(times, reverse=True)
    assert len(times) == 6


def test_neither_health_nor_status_is_on_the_page(client: httpx.Client) -> None:
    text = client.get(f"/{IDENTIFIER.path}?lang=en").text
    assert "State of health (SOH) and the battery's status are not public." in text
    assert "SOCE" not in text


def test_it_says_that_it_is_a_pilot_and_shows_no_government_marks(client: httpx.Client) -> None:
    text = client.get(f"/{IDENTIFIER.path}").text
    assert "시범사업용 소프트웨어입니다. 정부 공식 누리집이 아닙니다." in text
    assert "masthead" not in text
    assert 'identifier"' not in text.replace('class="identity', "")


def test_a_passport_with_nothing_in_it_still_has_a_page() -> None:
    empty = replace(passport_view(), values=(), open_points=(), history=())
    page = _page(empty)
    assert page.facts == ()
    assert page.groups == ()


def test_a_battery_without_a_model_is_named_and_no_kind_is_made_up() -> None:
    page = _page(replace(passport_view(), model_name="", category=None))
    assert page.name == f"Battery {IDENTIFIER.serial}"
    assert page.kind == "Battery of a kind not yet given"


def test_days_are_those_of_korea() -> None:
    late = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    assert _page(replace(passport_view(), issued_at=late)).issued_on == "2026-11-21"
