"""`evidence`: where signed batches lie, sealing old ones, letting go of those whose time is over.

In: the home, a number of days. Out: counts; a bar on stderr tells how far a long one is.
"""

import argparse
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from battery_passport.assembly.calling import call
from battery_passport.assembly.home import Home
from battery_passport.assembly.operations.evidence import PROGRESS_FILE
from battery_passport.assembly.settings import load_settings
from battery_passport.assembly.state_file import StateFile
from battery_passport.cli.commands.output import print_json, print_lines
from battery_passport.foundation.strict_json import JsonObject

_EVERY_S = 0.5
_BAR = 30


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb's second word says, and print the counts."""
    action = arguments.verb.split()[-1]
    days = getattr(arguments, "older_than", None)
    with _bar():
        answer = call(f"evidence-{action}", {} if days is None else {"days": days})
    if arguments.json:
        print_json(answer)
    else:
        print_lines(*_LINES[action](answer))
    return 0


def _standing(answer: JsonObject) -> list[str]:
    table, segments, erased, history = (
        _members(answer, group) for group in ("table", "segments", "erased", "history")
    )
    return [
        f"In the database: {table['batches']} batches.",
        f"In {segments['files']} segments: {segments['batches']}, {segments['bytes']} bytes.",
        f"Erased under tombstones: {erased['batches']}.",
        f"History: {history['rows']} samples in {history['parts']} files.",
        f"Waiting to enter the history: {history['waiting_batches']} batches.",
        f"Days until a batch is sealed: {answer['seal_after_days'] or 'never by itself'}.",
        f"Days until evidence is erased: {answer['retention_days'] or 'never by itself'}.",
        *(f"NO ROOM on the disk for the {name}." for name in _waiting_for_room(answer)),
    ]


def _members(answer: JsonObject, group: str) -> JsonObject:
    members = answer[group]
    return members if isinstance(members, dict) else {}


def _waiting_for_room(answer: JsonObject) -> list[str]:
    waits = answer["waits_for_room"]
    return [str(name) for name in waits] if isinstance(waits, list) else []


def _sealed(answer: JsonObject) -> list[str]:
    return [f"Sealed {answer['batches']} batches received before {answer['older_than']}."]


def _erased(answer: JsonObject) -> list[str]:
    return [
        f"Erased {answer['batches']} batches received before {answer['older_than']}.",
        f"Parts of the history written anew without them: {answer['parts_of_history']}.",
    ]


_LINES: Mapping[str, Callable[[JsonObject], list[str]]] = MappingProxyType(
    {"status": _standing, "seal": _sealed, "expire": _erased}
)


@contextmanager
def _bar() -> Iterator[None]:
    """Draw on stderr how far the work is, wherever it runs, if a person looks."""
    file = StateFile(Home(load_settings(os.environ).home).run / PROGRESS_FILE)
    before, done = file.read(), threading.Event()

    def follow() -> None:
        told = before
        while not done.wait(_EVERY_S):
            now = file.read()
            if now and now != told:
                told = now
                _draw(now)

    thread = threading.Thread(target=follow, name="evidence-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _draw(progress: JsonObject) -> None:
    done, total = progress.get("done"), progress.get("of")
    if isinstance(done, int) and isinstance(total, int) and total:
        filled = _BAR * done // total
        ends = "\n" if not sys.stderr.isatty() else "\r"
        bar = "#" * filled + "." * (_BAR - filled)
        print(f"[{bar}] {done} of {total} batches", end=ends, file=sys.stderr, flush=True)
