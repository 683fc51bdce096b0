"""Homes of installations under test, and verbs run on them as processes of their own.

In: a folder. Out: an environment for child processes; what a verb printed and how it ended.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from battery_passport.assembly.settings import PREFIX

REPOSITORY = Path(__file__).resolve().parents[3]
PROGRAM = (sys.executable, "-m", "battery_passport")
VERB_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class VerbResult:
    """How a verb ended and what it printed."""

    code: int
    out: str
    err: str

    def document(self) -> dict[str, Any]:
        """Return the JSON object on stdout."""
        found = json.loads(self.out)
        assert isinstance(found, dict), self.out
        return found


@dataclass(frozen=True, slots=True)
class TestHome:
    """A home folder and the settings its processes run with."""

    __test__ = False

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.folder / "records.sqlite"

    @property
    def server_file(self) -> Path:
        return self.folder / "run" / "server.json"

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment of a child process; nothing set outside leaks in."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
        source = str(REPOSITORY / "src")
        paths = [source, *filter(None, [inherited.get("PYTHONPATH")])]
        own = {
            "PYTHONPATH": os.pathsep.join(paths),
            PREFIX + "HOME": str(self.folder),
            PREFIX + "NODE_MODULES": str(REPOSITORY / "node_modules"),
        }
        chosen = {PREFIX + name.upper(): value for name, value in self.settings.items()}
        return {**inherited, **own, **chosen, **(extra or {})}

    def start_verb(
        self, *words: str, extra: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start a verb and return its process."""
        return subprocess.Popen(
            [*PROGRAM, *words],
            env=self.environment(extra),
            cwd=self.folder.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def verb(self, *words: str) -> VerbResult:
        """Run a verb to its end."""
        return finish(self.start_verb(*words))

    def done(self, *words: str) -> dict[str, Any]:
        """Run a verb that must succeed, and return its JSON."""
        result = self.verb(*words, "--json")
        assert result.code == 0, (words, result)
        return result.document()


def finish(process: subprocess.Popen[str], *, timeout_s: float = VERB_TIMEOUT_S) -> VerbResult:
    """Return how a verb ended; one that takes too long is killed and fails the test."""
    try:
        out, err = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return VerbResult(code=process.returncode, out=out, err=err)


def finish_all(processes: Sequence[subprocess.Popen[str]]) -> list[VerbResult]:
    """Return how verbs ended that run side by side."""
    return [finish(process) for process in processes]
