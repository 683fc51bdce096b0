"""WCAG 2.2 AA as far as a machine can tell: axe-core finds nothing serious on any page."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import DESKTOP, PHONE, Scheme, visiting
from tests.browser.test_public_pages import OPEN_ALL, PASSPORT

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SERIOUS = {"serious", "critical"}
RUN = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"


LOOKS: tuple[tuple[str, int, Scheme], ...] = (
    (f"{PASSPORT}?lang=ko", PHONE, "light"),
    (f"{PASSPORT}?lang=ko", PHONE, "dark"),
    (f"{PASSPORT}?lang=en", DESKTOP, "light"),
    (f"{PASSPORT}?lang=en", DESKTOP, "dark"),
    ("/?lang=ko", PHONE, "light"),
    ("/search?q=nothing&lang=en", DESKTOP, "dark"),
    ("/verify?lang=ko", DESKTOP, "light"),
    ("/developers?lang=en", PHONE, "dark"),
    ("/no/such/page?lang=ko", PHONE, "light"),
)


@pytest.mark.parametrize(("path", "width", "scheme"), LOOKS)
def test_no_serious_finding(
    browser: Browser, address: str, axe: str, path: str, width: int, scheme: Scheme
) -> None:
    with visiting(browser, width=width, scheme=scheme) as visit:
        visit.page.goto(f"{address}{path}")
        visit.page.evaluate(OPEN_ALL)
        visit.page.evaluate(axe)
        found = visit.page.evaluate(RUN, RULES)["violations"]
        assert [_told(each) for each in found if each["impact"] in SERIOUS] == []


def _told(violation: dict[str, Any]) -> str:
    nodes = [f"{node['target']}: {node['failureSummary']}" for node in violation["nodes"][:3]]
    return f"{violation['id']} ({violation['help']}): {nodes}"
