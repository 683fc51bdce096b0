"""Pictures and measures of every page, in both languages, at both widths, light and dark.

In: names of pages (none: all). Out: contact sheets and `report.json` in build/looks; the faults on
standard output. `--confirm` writes down that somebody has looked at the sheets. Run it as
`python -m tools.look_at_pages`.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tools.contact_sheets import write_sheets
from tools.demo_examples import prepare
from tools.demo_visits import Demonstration, demonstration, running_demonstration, sign_everybody_in
from tools.page_reference import LOOKED_AT
from tools.page_visits import MODES, Mode, look
from tools.pages import PAGES, Page
from tools.sources import ROOT

FOLDER = ROOT / "build" / "looks"


def main(arguments: Sequence[str]) -> int:
    """Return 0 if no page has a fault."""
    wishes = _parser().parse_args(arguments)
    pages = [each for each in PAGES if not wishes.names or each.name in wishes.names]
    if wishes.confirm:
        return _confirm(pages)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable)
        with _shown(wishes, Path(folder)) as made:
            sign_everybody_in(made)
            prepare(made, browser)
            report = {each.name: _look_at(browser, made, each) for each in pages}
    (FOLDER / "report.json").write_text(
        json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return _tell(report)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="look_at_pages", description=__doc__)
    parser.add_argument("names", nargs="*", help="pages by name; none means all")
    parser.add_argument("--vehicles", type=int, default=6, help="cars of the city")
    parser.add_argument("--days", type=int, default=45, help="days of past charges")
    parser.add_argument("--home", help="of a demonstration that runs already")
    parser.add_argument("--confirm", action="store_true", help="the sheets were looked at today")
    return parser


def _shown(wishes: argparse.Namespace, folder: Path) -> AbstractContextManager[Demonstration]:
    """Return the demonstration to look at: a new one, or the one that runs at a home."""
    if wishes.home:
        return nullcontext(running_demonstration(Path(wishes.home)))
    return demonstration(folder / "home", vehicles=wishes.vehicles, days=wishes.days)


def _look_at(browser: Browser, made: Demonstration, page: Page) -> dict[str, Any]:
    """Return the measures of a page by mode, and leave its contact sheets."""
    told: dict[str, Any] = {}
    pictures: dict[Mode, Path] = {}
    for mode in MODES:
        with closing(made.context(browser, page.reader, **mode.wishes)) as context:
            seen = look(context, made, page, mode.language)
            pictures[mode] = FOLDER / f".{page.name}-{mode.name}.png"
            seen.tab.screenshot(path=pictures[mode], full_page=True, animations="disabled")
            told[mode.name] = {
                "faults": [*seen.faults],
                "loaded_ms": seen.measures.found["loaded_ms"],
                "small": seen.measures.found["small"],
            }
    phones = [path for mode, path in pictures.items() if mode.is_phone]
    desktops = [path for mode, path in pictures.items() if not mode.is_phone]
    write_sheets(browser, phones, desktops, FOLDER / f"{page.name}.png")
    for path in pictures.values():
        path.unlink()
    for name, found in told.items():
        for fault in found["faults"]:
            print(f"{page.name} ({name}): {fault}", flush=True)
    print(page.name, flush=True)
    return told


def _tell(report: dict[str, dict[str, Any]]) -> int:
    found = [(name, each) for name, modes in report.items() for each in modes.values()]
    faults = sum(len(each["faults"]) for _, each in found)
    slowest = max((each["loaded_ms"], name) for name, each in found)
    print(f"{len(report)} pages, {faults} faults, slowest {slowest[1]} {slowest[0]} ms")
    return 1 if faults else 0


def _confirm(pages: Sequence[Page]) -> int:
    looked = json.loads(LOOKED_AT.read_text("utf-8")) if LOOKED_AT.is_file() else {}
    today = datetime.now(UTC).date().isoformat()
    looked |= {each.name: today for each in pages}
    ordered = {each.name: looked[each.name] for each in PAGES if each.name in looked}
    LOOKED_AT.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
