"""The cut of the design system, the delivery of bodies, and the page cache."""

from pathlib import Path

import pytest
from starlette.requests import Request

from battery_passport.web.delivery import DeliveryCache, deliver, prepare
from battery_passport.web.krds import (
    COMPONENTS,
    DesignSystemMissing,
    read_font,
    read_style_sheet,
)
from tests.factories.web import node_modules


def _request(**headers: str) -> Request:
    written = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": written})


def test_the_cut_holds_what_is_used_and_no_government_marks() -> None:
    css = read_style_sheet(node_modules())
    for component in COMPONENTS:
        assert f"{component}{{" in css or f"{component} " in css
    assert "--krds-light-color-text-basic:" in css
    assert "#krds-masthead" not in css
    assert ".krds-identifier" not in css
    assert "url(" not in css
    assert css.count("{") == css.count("}")
    assert len(css) < 200_000


def test_the_first_rule_after_a_charset_is_not_lost() -> None:
    assert "--krds-button--size-height-large" in read_style_sheet(node_modules())


def test_a_missing_package_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DesignSystemMissing, match="make setup"):
        read_style_sheet(tmp_path)
    with pytest.raises(DesignSystemMissing):
        read_font(tmp_path, "PretendardGOV-Bold.woff2")


def test_a_body_is_sent_compressed_where_that_is_understood() -> None:
    made = prepare(b"<p>" + b"x" * 1000, media_type="text/html")
    assert deliver(made, _request(accept_encoding="gzip, br")).headers["content-encoding"] == "gzip"
    assert deliver(made, _request()).body == made.body
    assert deliver(made, _request()).headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(("tag", "status"), [("same", 304), ("*", 304), ("other", 200), ("", 200)])
def test_a_known_body_is_not_sent_again(tag: str, status: int) -> None:
    made = prepare(b"body", media_type="text/plain")
    sent = {"same": f'"x", {made.tag}', "other": 'W/"0"'}.get(tag, tag)
    assert deliver(made, _request(if_none_match=sent)).status_code == status


def test_the_cache_keeps_what_was_used_last() -> None:
    cache = DeliveryCache(2, keep_s=60)
    first, second, third = (prepare(bytes([n]), media_type="text/plain") for n in range(3))
    cache.put("first", first)
    cache.put("second", second)
    assert cache.get("first") is first
    cache.put("third", third)
    assert cache.get("second") is None
    assert cache.get("first") is first
    assert cache.get("third") is third


def test_the_cache_keeps_nothing_for_too_long() -> None:
    elapsed_s = [0.0]
    cache = DeliveryCache(2, keep_s=60, elapsed_s=lambda: elapsed_s[0])
    made = prepare(b"page", media_type="text/plain")
    cache.put("page", made)
    elapsed_s[0] = 60
    assert cache.get("page") is made
    elapsed_s[0] = 61
    assert cache.get("page") is None
