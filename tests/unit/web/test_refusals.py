"""Refusals are told in the reader's language: no sentence of a stage is without its template."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import battery_passport
from battery_passport.access.errors import NotAllowedNow
from battery_passport.foundation.errors import BatteryPassportError, Conflict
from battery_passport.lifecycle.errors import ContradictoryEvent, InvalidEvent
from battery_passport.passport.errors import InvalidModelFile
from battery_passport.proof.errors import PassportRevoked
from battery_passport.web.language import load_language
from battery_passport.web.pages.failure import build_failure_page
from battery_passport.web.pages.layout import Shell
from battery_passport.web.problems import problem_of
from battery_passport.web.refusals.saying import is_known, refusal_text, said

ROOT = Path(battery_passport.__file__).parent
KO, EN = load_language("ko"), load_language("en")

SPOKEN = (
    "lifecycle/event_types.py",
    "lifecycle/privacy.py",
    "lifecycle/service.py",
    "lifecycle/status.py",
    "passport/model_file.py",
    "passport/values.py",
    "passport/data_points.py",
    "passport/declaring.py",
    "passport/versions.py",
    "registry/rules.py",
    "foundation/identifiers.py",
    "foundation/strict_json.py",
    "access/customs.py",
    "access/names.py",
    "access/machines/keys.py",
    "access/organisations",
    "access/people",
    "access/records",
    "access/sharing",
    "access/policy/service.py",
    "web/account",
    "web/consoles",
    "web/forms.py",
    "web/multipart.py",
    "web/owner",
    "web/readers",
    "web/reading",
    "assembly/sites",
)
"""Where errors are raised that somebody at a page can meet."""

NEVER_ON_PAGES = {"LookupError", "ValueError", "TypeError", "HTTPException", "UnclassifiedRoute"}
ENGLISH = re.compile(r"\b(the|is|not|with|only|your|there|this)\b", re.IGNORECASE)


def sources() -> list[Path]:
    return [
        source
        for name in SPOKEN
        for source in (
            [ROOT / name] if name.endswith(".py") else sorted((ROOT / name).rglob("*.py"))
        )
        if source.exists()
    ]


def sentence_of(node: ast.expr) -> str | None:
    """Return a sentence with a word in place of each particular, None for what is no literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(each.value) if isinstance(each, ast.Constant) else "X1" for each in node.values
        )
    return None


def spoken(source: Path) -> Iterator[str]:
    """Yield every sentence and remedy that a module raises, and every remedy its errors have."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            if ast.unparse(node.exc.func) in NEVER_ON_PAGES:
                continue
            remedies = [each.value for each in node.exc.keywords if each.arg == "remedy"]
            for part in (*node.exc.args[:1], *remedies):
                sentence = sentence_of(part)
                if sentence is not None:
                    yield sentence


@pytest.mark.parametrize("source", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_has_a_template(source: Path) -> None:
    assert [sentence for sentence in spoken(source) if not is_known(sentence)] == []


def test_the_search_finds_a_sentence_without_a_template(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("raise Conflict(f'The moon is {phase}, so nothing goes.')\n", "utf-8")

    assert [each for each in spoken(planted) if not is_known(each)] == [
        "The moon is X1, so nothing goes."
    ]


@pytest.mark.parametrize(
    ("error", "korean"),
    [
        (
            ContradictoryEvent(
                "The battery was recycled before this removed is said to have happened."
            ),
            "이 사건(탈거)이 일어났다는 때보다 먼저 배터리가 재활용되었습니다.",
        ),
        (
            ContradictoryEvent("A battery that is already waste cannot become recycled."),
            "이미 폐배터리 상태인 배터리는 재활용(으)로 바꿀 수 없습니다.",
        ),
        (
            InvalidEvent("In the event inspected, payload result is missing."),
            "result: 값이 없습니다",
        ),
        (
            InvalidModelFile("In the model file, data_points.51 is not a number from 0 to 10 Ah."),
            "data_points.51: 0에서 10 Ah까지의 수가 아닙니다",
        ),
        (NotAllowedNow("There are 20 keys. Revoke some first."), "키가 20개 있습니다."),
    ],
)
def test_particulars_are_told_in_korean(error: BatteryPassportError, korean: str) -> None:
    told = refusal_text(error, KO)

    assert korean in told
    assert not ENGLISH.search(told)


def test_english_stays_as_it_was_raised() -> None:
    error = Conflict("Anything at all.", remedy="Do this.")

    assert said(error, EN) == ("Anything at all.", "Do this.")


def test_a_sentence_without_a_template_is_told_by_its_kind_and_never_in_english() -> None:
    assert said(Conflict("Anything at all.", remedy="Do this."), KO) == (
        "이미 기록된 내용과 맞지 않습니다",
        "",
    )


def test_a_check_that_does_not_hold_is_told_by_its_code() -> None:
    assert "인정하지 않습니다" in said(PassportRevoked("In its own words."), KO)[0]


def test_the_page_of_a_failure_tells_particulars_in_its_language() -> None:
    shell = Shell(language=KO, chosen_by_hand=True, path="/x", query=(), software_version="0")
    error = InvalidModelFile("The model file has 7 bytes, at most 5 are read.")
    page = build_failure_page(problem_of(error), shell, "id")

    assert page.detail == "모델 파일이 7바이트입니다. 5바이트까지 읽습니다."
    assert not ENGLISH.search(f"{page.title} {page.advice} {page.detail} {page.next_step}")
