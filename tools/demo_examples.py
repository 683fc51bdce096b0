"""What pages need before they can be looked at: letters, a link for a buyer, drafts, a case.

In: a demonstration with sessions, a browser. Out: its `examples`, each made the way people make it.
"""

import re
import time
from contextlib import closing
from email import message_from_bytes, policy

from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from tools.demo_visits import Demonstration
from tools.pages import PASSWORD

PRIMARY = "main .krds-btn.primary"
LETTER_WITHIN_S = 20
SHEET_WITHIN_S = 120
ACCEPTED = 202
FILL = """() => {
  const radios = new Set();
  const fields = 'main form input, main form select, main form textarea';
  document.querySelectorAll(fields).forEach(each => {
    if (each.type === 'hidden' || each.type === 'submit') return;
    if (each.type === 'radio') {
      if (!radios.has(each.name)) { radios.add(each.name); each.checked = true; }
    } else if (each.type === 'checkbox') each.checked = true;
    else if (each.tagName === 'SELECT') each.selectedIndex = Math.max(1, each.selectedIndex);
    else if (each.type === 'password') each.value = 'PASSWORD';
    else if (!each.value) each.value = each.inputMode === 'decimal' ? '4' : 'SAMPLE-2026';
  });
}""".replace("PASSWORD", PASSWORD)
DRAFTS = (
    ("inspector", "inspection", "inspection"),
    ("dismantler", "dismantling", "removal"),
    ("dismantler", "dismantling", "waste"),
    ("recycler", "recycling", "recycled"),
    ("recycler", "recycling", "waste"),
    ("authority", "supervision", "suspend"),
    ("authority", "supervision", "resume"),
)
LETTERS = (
    ("register", "anyone", "/register", "new.person@demo.example"),
    ("recover", "anyone", "/recover", "owner@demo.example"),
    ("invitation", "inspector", "/organisation", "new.colleague@demo.example"),
)
LINKS = (
    ("model", "manufacturer", "/obligations", "/obligations/models/"),
    ("suspended", "administrator", "/approvals", "/approvals/suspend"),
    ("device", "administrator", "/desk/administration/devices", "/devices/0"),
    ("checkpoint", "anyone", "/ledger/checkpoints", "/ledger/checkpoints/"),
    ("block", "anyone", "/ledger/blocks", "/ledger/blocks/"),
    ("way", "anyone", "/{battery}", "/ledger/of/"),
    ("correction", "inspector", "/desk/inspection/{battery}", "/correction?of="),
    ("withdrawal", "inspector", "/desk/inspection/{battery}", "/withdrawal?of="),
    ("close", "authority", "/desk/supervision/cases", "/close"),
)


def prepare(made: Demonstration, browser: Browser) -> None:
    """Fill the examples of a demonstration in which everybody is signed in."""
    for reader, place, kind in DRAFTS:
        with closing(made.context(browser, reader)) as context:
            _keep_draft(made, context.new_page(), place, kind)
    with closing(made.context(browser, "owner")) as context:
        _share(made, context.new_page(), browser)
    with closing(made.context(browser, "authority")) as context:
        _open_case(made, context.new_page())
    with closing(made.context(browser, "inspector")) as context:
        _diagnose(made, context.new_page())
    for name, reader, path, receiver in LETTERS:
        with closing(made.context(browser, reader)) as context:
            made.examples[name] = _letter_to(
                made, context.new_page(), path, name=name, receiver=receiver
            )
    for name, reader, path, part in LINKS:
        with closing(made.context(browser, reader)) as context:
            tab = context.new_page()
            tab.goto(made.address + made.filled(path))
            made.examples[name] = _address(tab, f'main a[href*="{part}"]')
    for kind in ("correction", "withdrawal"):
        with closing(made.context(browser, "inspector")) as context:
            _keep_draft(made, context.new_page(), "inspection", kind, about=f"{{{kind}}}")


def _address(tab: Tab, selector: str) -> str:
    found = tab.locator(selector)
    if found.count() == 0:
        raise SystemExit(f"{tab.url} has no {selector}.")
    return found.first.get_attribute("href") or ""


def _press(tab: Tab, selector: str) -> None:
    with tab.expect_navigation():
        tab.locator(selector).first.click()


def _keep_draft(made: Demonstration, tab: Tab, place: str, kind: str, *, about: str = "") -> None:
    tab.goto(made.address + made.filled(about or f"/desk/{place}/{{battery}}/{kind}"))
    tab.evaluate(FILL)
    _press(tab, 'button[value="save"]')
    found = re.search(r"draft=([0-9a-f-]+)", tab.url)
    if found is None:
        raise SystemExit(f"{tab.url} kept no draft.")
    made.examples[f"{place}-{kind}"] = found[1]


def _share(made: Demonstration, tab: Tab, browser: Browser) -> None:
    """Make a link as the owner does, and open it in a browser of the buyer's own."""
    tab.goto(f"{made.address}/my/share")
    _press(tab, PRIMARY)
    link = re.search(r"https?://[^/\s]+(/g/[\w-]+)", tab.content())
    if link is None:
        raise SystemExit(f"{tab.url} shows no link.")
    with closing(made.context(browser, "buyer")) as context:
        context.new_page().goto(made.address + link[1])
        made.sessions["buyer"] = [
            {"name": each["name"], "value": each["value"], "url": made.address}
            for each in context.cookies()
        ]


def _open_case(made: Demonstration, tab: Tab) -> None:
    tab.goto(made.address + made.filled("/desk/supervision/{battery}/case"))
    tab.evaluate(FILL)
    _press(tab, PRIMARY)


def _diagnose(made: Demonstration, tab: Tab) -> None:
    """Have the sheet made that a first visitor waits for."""
    address = made.address + made.filled("/diagnosis/{battery}")
    until = time.monotonic() + SHEET_WITHIN_S
    while tab.request.get(address).status == ACCEPTED:
        if time.monotonic() > until:
            raise SystemExit("The diagnostic sheet was not made in time.")
        time.sleep(0.5)


def _letter_to(made: Demonstration, tab: Tab, path: str, *, name: str, receiver: str) -> str:
    """Return the path in the letter that a form has sent."""
    tab.goto(made.address + path)
    form = tab.locator("main form").filter(has=tab.locator('input[type="email"]'))
    tab.evaluate(FILL)
    form.locator('input[type="email"]').fill(receiver)
    with tab.expect_navigation():
        form.locator("button").first.click()
    until = time.monotonic() + LETTER_WITHIN_S
    while time.monotonic() < until:
        for letter in sorted((made.home / "outbox").glob("*.eml"), reverse=True):
            message = message_from_bytes(letter.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))
            found = re.search(rf"/{name}/[\w.~-]+", body.get_content() if body else "")
            if found is not None and receiver in str(message["To"]):
                return found[0]
        time.sleep(0.2)
    raise SystemExit(f"No letter of {path} reached {receiver}.")
