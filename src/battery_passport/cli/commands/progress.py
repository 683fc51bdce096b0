"""A progress bar on stderr: one line that grows on a terminal, a line now and then elsewhere.

In: what is being done, how much of it is done. Out: lines on stderr; stdout stays clean.
"""

import sys
import time

_WIDTH = 30
_OFTEN_S = 0.2
_SELDOM_S = 10.0


class ProgressBar:
    """Told again and again how far something is."""

    def __init__(self) -> None:
        self._on_terminal = sys.stderr.isatty()
        self._what = ""
        self._began_s = self._shown_s = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far it is, unless that was shown a moment ago."""
        now_s = time.monotonic()
        is_new, is_done = what != self._what, done >= total
        if is_new:
            self._end_line()
            self._what, self._began_s = what, now_s
        pause_s = _OFTEN_S if self._on_terminal else _SELDOM_S
        if is_new or is_done or now_s - self._shown_s >= pause_s:
            self._shown_s = now_s
            self._show(done, total, now_s - self._began_s)

    def close(self) -> None:
        """End the last line."""
        self._end_line()

    def _show(self, done: int, total: int, spent_s: float) -> None:
        filled = _WIDTH * done // max(1, total)
        left = f", {spent_s / done * (total - done):.0f} s left" if 0 < done < total else ""
        bar = "#" * filled + "." * (_WIDTH - filled)
        line = f"[{bar}] {done}/{total} {self._what}{left}"
        start, end = ("\r\033[K", "") if self._on_terminal else ("", "\n")
        print(f"{start}{line}", end=end, file=sys.stderr, flush=True)

    def _end_line(self) -> None:
        if self._what and self._on_terminal:
            print(file=sys.stderr)
