"""Describes every page: who sees it, where, and when somebody last looked at it.

In: `tools.pages`, the days in docs/reference/pages-looked-at.json. Out: docs/reference/pages.md.
"""

import json

from tools.page_visits import MODES
from tools.pages import NOT_PAGES, PAGES, Page
from tools.reference_pages import GENERATED, code
from tools.sources import ROOT

LOOKED_AT = ROOT / "docs" / "reference" / "pages-looked-at.json"


def pages_page() -> str:
    """Return one row for each page, and what answers programs only."""
    looked = json.loads(LOOKED_AT.read_text("utf-8")) if LOOKED_AT.is_file() else {}
    modes = ", ".join(each.name for each in MODES)
    return "\n".join(
        [
            f"{GENERATED}# Pages",
            "",
            "Every page, who it was looked at as, and on which day somebody last looked at",
            f"pictures of it in these modes: {modes} (phone 390 px, desktop 1280 px wide).",
            "`python -m tools.look_at_pages` makes the pictures; who may see a page is told by",
            "[who may do what](authorization.md). A test compares this list with the routes.",
            "",
            "| page | route | looked at as | on |\n|---|---|---|---|",
            *(_row(each, looked.get(each.name, "not yet")) for each in PAGES),
            "",
            "Other routes, which are not looked at:",
            "",
            "| route | why |\n|---|---|",
            *(f"| {code(route)} | {why} |" for route, why in NOT_PAGES.items()),
            "",
        ]
    )


def _row(page: Page, day: str) -> str:
    return f"| {page.title} | {code(page.route) or 'any other'} | {page.reader} | {day} |"
