"""A proof: how large it is, how long either verifier takes, how fast the command starts.

In: an installation made for it, with a demonstration model; bundles with five validators and two
witnesses. Out: bytes and milliseconds.
"""

import subprocess
import sys
from pathlib import Path

from battery_passport.proof.verification import verify_bundle
from benchmarks.figures import Figure
from benchmarks.timing import median_ms
from tests.factories.complete_proof import complete_installation
from tests.factories.javascript_verifier import Question, time_javascript
from tests.integration.support.fleet import asking
from tests.integration.support.homes import REPOSITORY, TestHome

MODEL = REPOSITORY / "docs" / "samples" / "model-demo-ncm.json"
STARTS = 9
VERIFICATIONS = 100


def measure(folder: Path) -> list[Figure]:
    """Return size and times of a public bundle."""
    home = TestHome(folder / "home")
    with asking(home) as ask:
        model = ask("model-add", {"file": MODEL.read_text("utf-8")})["model"]
        ask("battery-add", {"battery": "demo-1", "model": model})
        ask("passport-issue", {"battery": "demo-1"})
        trust = str(ask("trust-export", {})["content"]).encode()
        bundle = str(ask("bundle", {"battery": "demo-1"})["content"]).encode()
        whole = str(ask("bundle", {"battery": "demo-1", "audience": "authority"})["content"])
    verified_ms = median_ms(lambda: verify_bundle(bundle, trust), times=VERIFICATIONS)
    return [
        _at_most("public bundle", len(bundle) / 1_000, "kB", 64),
        Figure(name="bundle of everything for an authority", value=len(whole) / 1_000, unit="kB"),
        _at_most("verification after start-up", verified_ms, "ms", 50),
        *_with_everything(),
        _at_most("start of `verify --help`", _start_s(home, "verify", "--help"), "s", 0.4),
        _at_most("start of `--help`", _start_s(home, "--help"), "s", 0.4),
    ]


def _with_everything() -> list[Figure]:
    """Return size and times of a public bundle with state, status, witnesses and finality."""
    installation = complete_installation()
    files = {"bundle": installation.assemble(), "trust": installation.trust().encode()}
    bundle, trust = files["bundle"], files["trust"]
    asked = Question("bundle", "trust")
    python_ms = median_ms(lambda: verify_bundle(bundle, trust), times=VERIFICATIONS)
    name = "5 validators, 2 witnesses, state and status"
    return [
        _at_most(f"bundle with {name}", len(bundle) / 1_000, "kB", 64),
        _at_most(f"verification in Python: {name}", python_ms, "ms", 50),
        _at_most(f"verification in JavaScript: {name}", time_javascript(files, asked), "ms", 50),
        _at_most(
            "the same where there is no WebCrypto",
            time_javascript(files, asked, "--noble"),
            "ms",
            50,
        ),
    ]


def _at_most(name: str, value: float, unit: str, goal: float) -> Figure:
    return Figure(name=name, value=value, unit=unit, goal=goal, at_most=True)


def _start_s(home: TestHome, *words: str) -> float:
    command = [sys.executable, "-m", "battery_passport", *words]

    def start() -> None:
        subprocess.run(command, env=home.environment(), check=True, stdout=subprocess.DEVNULL)

    return median_ms(start, times=STARTS) / 1_000
