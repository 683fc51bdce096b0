"""Every page there is: its route, who reads it here, and the address it is looked at under.

In: `pages.csv`, one line for each page or state of a page; its address is its route where none is
given, and `{names}` in it are filled by `tools.demo_examples`. Out: `PAGES`, and `NOT_PAGES`, the
routes that show no page.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ANYONE = "anyone"
PASSWORD = "orange kettle 58 walks home"  # noqa: S105 of nobody
SEND = ("main form button", "")

Steps = tuple[tuple[str, str], ...]

SEND_FORM: Steps = (("main form button.primary", ""),)

STEPS: dict[str, Steps] = {
    "consignment-checked": (("textarea", "{name}"), ("main form button.primary", "")),
    "desk-administration-device-made": SEND_FORM,
    "desk-inspection-faulty": (('[value="check"]', ""),),
    "my-share-link": (("button.primary", ""),),
    "register-sent": (
        ("#f-name", "Sample"),
        ("#f-email", "{fresh}@demo.example"),
        ("#f-password", PASSWORD),
        SEND,
    ),
    "sign-in-wrong": (("#f-email", "nobody@demo.example"), ("#f-password", "wrong"), SEND),
}
"""Done on a page before it is looked at: (selector, value) fills, (selector, "") presses."""

NOT_PAGES: dict[str, str] = {
    "/v1/": "documented interface, answers JSON",
    "/log/": "tiles and checkpoints for programs",
    "/status/": "status lists for programs",
    "/static/": "files of pages",
    "/desk/administration/acts/{record_id:uuid}/proof": "file: the proof of an act",
    "/desk/city/acts/{record_id:uuid}/proof": "file: the proof of an act",
    "/desk/administration/passkeys/vouch": "a page only where passkeys are required",
    "/favicon.ico": "picture",
    "/g/{token:str}": "leads a buyer to /shared",
    "/healthz": "for programs",
    "/home": "leads everybody to his own first page",
    "/metrics": "for programs",
    "/my/looks.csv": "file: who looked",
    "/openapi.json": "for programs",
    "/readyz": "for programs",
    "/verify/offline.html": "file: the checking page, which works from disk",
    "/shared/proof": "file: the proof a buyer keeps",
    "/sign-in/provider/return": "leads back from a sign-in elsewhere",
    "/sign-in/provider/{provider_id:str}": "leads to a sign-in elsewhere",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page in one state."""

    name: str
    reader: str
    route: str
    address: str
    title: str
    status: int = 200
    steps: Steps = ()


def _pages() -> Iterable[Page]:
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield Page(
                name=row["name"],
                reader=row["reader"],
                route=row["route"],
                address=row["address"] or row["route"],
                title=row["title"],
                status=int(row["status"] or 200),
                steps=STEPS.get(row["name"], ()),
            )


PAGES = tuple(_pages())


def unlisted(routes: Iterable[str]) -> list[str]:
    """Return the routes that are neither a listed page nor known to be none."""
    known = {page.route for page in PAGES}
    prefixes = tuple(each for each in NOT_PAGES if each.endswith("/"))
    return sorted(
        each
        for each in set(routes)
        if each not in known and each not in NOT_PAGES and not each.startswith(prefixes)
    )
