"""The picture of a way: well-formed, without style or script, every word of it inside."""

from xml.etree.ElementTree import Element, fromstring

import pytest

from battery_passport.web.explorer.glyphs import GLYPHS
from battery_passport.web.explorer.picture import Station, StationState, glyph, lying, upright

LONG = "자동차 배터리의 아주 긴 단계 이름이 여기에 들어갑니다"
STATIONS = [
    Station(name, state, f"Station <{name}> & its title", LONG)
    for name, state in zip(GLYPHS, [*StationState, *StationState], strict=False)
]


def parsed(drawn: str) -> Element:
    """Return the picture as a tree."""
    return fromstring(drawn)  # noqa: S314  # drawn here, a moment ago


@pytest.mark.parametrize("draw", [lying, upright])
def test_pictures_are_well_formed_and_say_what_they_show(draw: object) -> None:
    assert callable(draw)
    drawn = draw(STATIONS, 'A way with "quotes" & signs')
    picture = parsed(drawn)
    assert picture.attrib["role"] == "img"
    assert picture.attrib["aria-label"] == 'A way with "quotes" & signs'
    texts = "".join(picture.itertext())
    assert all(f"<{name}>" in texts for name in GLYPHS)
    assert "style=" not in drawn
    assert "<script" not in drawn
    tiles = [each for each in picture if each.tag == "g"]
    assert len(tiles) == len(STATIONS)


@pytest.mark.parametrize("draw", [lying, upright])
def test_everything_lies_within_the_picture(draw: object) -> None:
    assert callable(draw)
    picture = parsed(draw(STATIONS, "A way"))
    _, _, width, height = map(float, picture.attrib["viewBox"].split())
    for text in picture.iter("text"):
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        half = 8 * len(text.text or "") if text.attrib["text-anchor"] == "middle" else 0
        assert 0 <= x <= width
        assert y <= height
        assert half < width


def test_a_station_that_waits_is_drawn_otherwise() -> None:
    done, waiting = (glyph("block", state) for state in (StationState.DONE, StationState.WAITING))
    assert done != waiting
    assert parsed(done).attrib["aria-hidden"] == "true"
