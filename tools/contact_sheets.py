"""Pictures of one page side by side: two phones, and two desktops one above the other.

In: pictures by mode. Out: sheets of at most 1560 by 1560 px, in which text can still be read.
"""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser

SHEET_PX, PHONE_PX, DESKTOP_PX = 1560, 320, 890


def write_sheets(
    browser: Browser, phones: Sequence[Path], desktops: Sequence[Path], target: Path
) -> list[Path]:
    """Return the sheets made for one page: `target` with a number in its name."""
    layout = target.with_suffix(".html")
    layout.write_text(_layout(phones, desktops), encoding="utf-8")
    tab = browser.new_page(viewport={"width": SHEET_PX, "height": SHEET_PX})
    try:
        tab.goto(layout.as_uri())
        height = int(tab.evaluate("document.body.scrollHeight"))
        sheets = []
        for number, top in enumerate(range(0, height, SHEET_PX), 1):
            sheet = target.with_name(f"{target.stem}-{number}.png")
            clip = {"x": 0, "y": top, "width": SHEET_PX, "height": min(SHEET_PX, height - top)}
            tab.screenshot(path=sheet, full_page=True, clip=clip)  # type: ignore[arg-type]
            sheets.append(sheet)
    finally:
        tab.close()
        layout.unlink()
    return sheets


def _layout(phones: Sequence[Path], desktops: Sequence[Path]) -> str:
    columns = [
        *((PHONE_PX, (picture,)) for picture in phones),
        (DESKTOP_PX, tuple(desktops)),
    ]
    shown = "".join(
        f'<div style="width:{width}px">'
        + "".join(f'<img width="{width}" src="{each.resolve().as_uri()}">' for each in pictures)
        + "</div>"
        for width, pictures in columns
    )
    return (
        '<!doctype html><body style="margin:0;background:#888"><style>img{display:block;'
        'margin-bottom:8px}</style><div style="display:flex;gap:10px">' + shown + "</div>"
    )
