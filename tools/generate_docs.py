"""Writes the generated pages of `docs/reference` anew.

In: the code. Out: the pages, or with `--check` exit code 1 and the names of those that are out of
date. Run it as `python -m tools.generate_docs`.
"""

import sys
from collections.abc import Sequence

from tools.authorization_pages import actions_page, authorization_page
from tools.page_reference import pages_page
from tools.reference_pages import commands_page, errors_page, settings_page
from tools.sources import ROOT, UnresolvedSource
from tools.traceability import traceability_page

FOLDER = ROOT / "docs" / "reference"
PAGES = {
    "actions.md": actions_page,
    "authorization.md": authorization_page,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "pages.md": pages_page,
    "settings.md": settings_page,
    "traceability.md": traceability_page,
}


def main(arguments: Sequence[str]) -> int:
    """Return 0 if the pages were written or, with `--check`, are up to date."""
    try:
        texts = {FOLDER / name: render() for name, render in PAGES.items()}
    except UnresolvedSource as error:
        print(error, file=sys.stderr)
        return 1
    stale = [
        path
        for path, text in texts.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(texts[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
