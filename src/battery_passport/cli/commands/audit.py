"""`audit`: checks every stored record against the log, and every checkpoint against the chain.

In: the home. Out: what was checked, or the first bad record by its name, the block that vouches for
what it ought to be, and exit code 1. How far it is goes to stderr.
"""

import argparse
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from battery_passport.assembly.calling import call
from battery_passport.assembly.home import Home
from battery_passport.assembly.operations.audits import PROGRESS_FILE
from battery_passport.assembly.settings import load_settings
from battery_passport.assembly.state_file import StateFile
from battery_passport.cli.commands.output import print_json, print_lines
from battery_passport.foundation.strict_json import JsonObject

_EVERY_S = 1.0


def run(arguments: argparse.Namespace) -> int:
    """Audit, and print the counts."""
    with _progress():
        answer = call("audit", {})
    if arguments.json:
        print_json(answer)
    else:
        print_lines(*_lines(answer))
    return 0 if answer.get("finding") is None else 1


def _lines(answer: JsonObject) -> Iterator[str]:
    lines = answer.get("lines")
    yield from (str(line) for line in lines if line) if isinstance(lines, list) else ()
    if answer.get("insecure_keys"):
        yield "Signed with INSECURE demonstration keys: others may have them."
    if answer.get("finding") is not None:
        yield "NOT INTACT. The first record that does not hold:"
        yield f"  {answer['finding']}"
    if answer.get("block") is not None:
        yield (
            f"  What it ought to be is under the checkpoint of {answer['checkpoint']} entries, "
            f"anchored in block {answer['block']}."
        )


@contextmanager
def _progress() -> Iterator[None]:
    """Print on stderr, once a second, how far the audit is, wherever it runs."""
    file = StateFile(Home(load_settings(os.environ).home).run / PROGRESS_FILE)
    before, done = file.read().get("checked"), threading.Event()

    def follow() -> None:
        told = before
        while not done.wait(_EVERY_S):
            checked = file.read().get("checked")
            if checked != told:
                told = checked
                print(f"audit: {checked} records checked", file=sys.stderr)

    thread = threading.Thread(target=follow, name="audit-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
