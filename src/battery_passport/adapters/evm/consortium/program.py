"""The validators' program, given one order at a time.

In: the program's path, orders. Out: what it printed; answers as JSON.
deploy/consortium/README.md tells how it is built.
"""

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from battery_passport.adapters.evm.consortium.errors import NodeProgramFailed, NodeProgramMissing

_ORDER_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class NodeProgram:
    """The program that makes keys and genesis, sends staking orders and runs a validator."""

    path: Path

    def order(self, home: Path, *words: str) -> str:
        """Return what an order printed.

        Raises: NodeProgramMissing; NodeProgramFailed with the program's own words.
        """
        command = [str(self.path), *words, "--home", str(home)]
        try:
            done = subprocess.run(  # noqa: S603  # our own program, no shell
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_ORDER_TIMEOUT_S,
                check=False,
                text=True,
            )
        except FileNotFoundError as error:
            raise NodeProgramMissing(f"There is no node program {self.path}.") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NodeProgramFailed(f"The node program did not answer: {error}.") from error
        if done.returncode != 0:
            raise NodeProgramFailed(f"`{' '.join(words[:3])}` failed: {_cause(done.stderr)}.")
        return done.stdout

    def answer(self, home: Path, *words: str) -> Any:
        """Return an order's answer, which is JSON. Raises: NodeProgramFailed."""
        printed = self.order(home, *words, "--output", "json")
        try:
            return json.loads(printed)
        except ValueError as error:
            raise NodeProgramFailed(f"`{' '.join(words[:3])}` answered no JSON.") from error


def _cause(stderr: str) -> str:
    """Return the line that tells why; usage hints follow it."""
    found = re.search(r"^Error: (.+)$", stderr, re.MULTILINE)
    return (found[1] if found else stderr.strip()[-300:]).strip(" .")


def as_words(options: Mapping[str, object]) -> Sequence[str]:
    """Return options as the words of a command line."""
    return [word for name, value in options.items() for word in (f"--{name}", str(value))]
