"""Documents on paper: the same data the same bytes, text stays text, no glyph goes missing."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from battery_passport.adapters.documents.setting import DocumentNotSet, Typesetter
from battery_passport.adapters.documents.typefaces import NAMES, TypefaceMissing, plain_font
from battery_passport.foundation.strict_json import JsonObject

ROOT = Path(__file__).parents[3]
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter(ROOT / "node_modules")


def report(**changes: object) -> JsonObject:
    data: JsonObject = {
        "language": "ko",
        "title": "2026-11 보고서",
        "subtitle": "부산광역시",
        "foot": "",
        "provisional": "",
        "figures": [{"label": "등록 차량", "figure": "2,500", "unit": "대", "origin": "월말"}],
        "parts": [
            {
                "kind": "coverage",
                "title": "구·군과 날짜별 수신율",
                "lead": "",
                "days": ["1", "2"],
                "rows": [{"name": "해운대구", "shares": [0.5, None]}],
            },
            {
                "kind": "table",
                "title": "손실",
                "lead": "",
                "headings": ["구·군", "묶음"],
                "rows": [["해운대구", "12"]],
                "empty": "",
            },
        ],
    }
    return data | changes  # type: ignore[return-value] # as a test varies them


def test_the_same_data_gives_the_same_bytes(typesetter: Typesetter) -> None:
    pdf = typesetter.pdf("pilot_report", report(), made_at=AT)
    assert pdf.startswith(b"%PDF-")
    assert typesetter.pdf("pilot_report", report(), made_at=AT) == pdf
    assert Typesetter(ROOT / "node_modules").pdf("pilot_report", report(), made_at=AT) == pdf


def test_korean_letters_have_shapes(typesetter: Typesetter) -> None:
    shown = {
        typesetter.pictures("pilot_report", report(title=title), made_at=AT)[0]
        for title in ("구", "군", "뷁", "A", "")
    }
    assert len(shown) == 5


@pytest.mark.parametrize(
    "hostile",
    ['#panic("x")', "$ 1/0 $", "*bold _not_*", "[#eval(1)]", '"}; #import "x"', "<label> @label"],
)
def test_words_of_the_data_are_never_commands(typesetter: Typesetter, hostile: str) -> None:
    pages = typesetter.pictures("pilot_report", report(title=hostile), made_at=AT)
    assert len(pages) == 1
    assert pages[0].startswith(b"\x89PNG")


def test_data_that_do_not_fit_are_told(typesetter: Typesetter) -> None:
    with pytest.raises(DocumentNotSet, match="pilot_report"):
        typesetter.pdf("pilot_report", {"language": "ko"}, made_at=AT)


def test_without_the_typeface_nothing_is_set(tmp_path: Path) -> None:
    with pytest.raises(TypefaceMissing, match=re.escape(NAMES[0])):
        Typesetter(tmp_path).pdf("pilot_report", report(), made_at=AT)
    with pytest.raises(TypefaceMissing, match="begin"):
        plain_font(b"wOF2....")
