"""The browser's verifier, asked from Python: many bundles in one run of node.

In: bundles, trust files, changes of a few bytes. Out: the other verifier's reports
and reasons.
"""

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from battery_passport.foundation.encoding import base64_encode
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.ledger.finality.model import FinalityProof
from battery_passport.proof.verification import verify_bundle

REPOSITORY = Path(__file__).resolve().parents[2]
RUNNER = Path(__file__).with_suffix(".mjs")
NODE = REPOSITORY / ".venv" / "bin" / "node"


@dataclass(frozen=True, slots=True)
class Question:
    """A bundle and a trust file by name, changed in one place or not at all."""

    bundle: str
    trust: str
    changed: bytes | None = None
    now: datetime | None = None


def ask_javascript(
    files: Mapping[str, bytes], questions: Sequence[Question], *options: str
) -> list[dict[str, Any]]:
    """Return what the browser's verifier says of each: its report, or `{"code": reason}`."""
    answers = _run(files, [_line(files, each) for each in questions], options)
    crashed = [each["crash"] for each in answers if "crash" in each]
    assert not crashed, crashed[0]
    return answers


def ask_javascript_about_finality(
    trust: bytes, proofs: Sequence[FinalityProof | str], *options: str
) -> list[dict[str, Any]]:
    """Return what the browser's verifier says of finality proofs, given as such or as JSON text.

    It says the anchor, or `{"code": reason}`.
    """
    texts = [each if isinstance(each, str) else json.dumps(each.as_json()) for each in proofs]
    asked = [{"finality": text, "trust": "trust"} for text in texts]
    answers = _run({"trust": trust}, asked, options)
    crashed = [each["crash"] for each in answers if "crash" in each]
    assert not crashed, crashed[0]
    return answers


def ask_javascript_primitive(
    name: str, vectors: Sequence[Mapping[str, Any]], *options: str
) -> list[bool]:
    """Return what a primitive of the browser's verifier says of each vector."""
    asked = [{"primitive": name, "values": dict(values)} for values in vectors]
    return [bool(each) for each in _run({}, asked, options)]


def time_javascript(files: Mapping[str, bytes], question: Question, *options: str) -> float:
    """Return how many milliseconds the browser's verifier takes for a bundle, the median of 100."""
    asked = {"bundle": question.bundle, "trust": question.trust, "times": 100}
    return float(_run(files, [asked], options)[0]["ms"])


def _run(
    files: Mapping[str, bytes], asked: Sequence[Mapping[str, Any]], options: Sequence[str]
) -> list[dict[str, Any]]:
    lines = [json.dumps({"base": n, "octets": base64_encode(o)}) for n, o in files.items()]
    lines += [json.dumps(each) for each in asked]
    node = str(NODE) if NODE.exists() else str(shutil.which("node"))
    told = subprocess.run(
        [node, "--no-warnings", str(RUNNER), *options],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-2_000:]
    answers = [json.loads(line) for line in told.stdout.split("\n") if line]
    assert len(answers) == len(asked)
    return list(answers)


def ask_python(files: Mapping[str, bytes], questions: Iterable[Question]) -> list[dict[str, Any]]:
    """Return what our own verifier says of each, in the same form."""
    return [_python_answer(files, each) for each in questions]


def comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """Return of an answer what both verifiers must say alike."""
    if "code" in answer:
        return {"code": answer["code"]}
    names = (
        *("as_of", "issuer", "battery", "version", "latest_as_of", "status_as_of"),
        *("status_until", "final_at", "sections", "statements", "batches"),
    )
    log = {key: str(value) for key, value in answer["log"].items()}
    remarks = {key: _names(answer[key]) for key in ("checks", "not_shown")}
    return {name: answer[name] for name in names} | {"log": log} | remarks


def _names(remarks: Iterable[Any]) -> list[str]:
    return sorted(each["name"] if isinstance(each, dict) else each for each in remarks)


def _python_answer(files: Mapping[str, bytes], question: Question) -> dict[str, Any]:
    octets = files[question.bundle] if question.changed is None else question.changed
    try:
        report = verify_bundle(octets, files[question.trust], now=question.now)
    except BatteryPassportError as error:
        return {"code": error.code}
    return report.as_json() | {"passport": report.passport}


def _line(files: Mapping[str, bytes], question: Question) -> dict[str, Any]:
    edit = None
    if question.changed is not None:
        edit = _edit(files[question.bundle], question.changed)
    now = None if question.now is None else question.now.isoformat()
    return {"bundle": question.bundle, "trust": question.trust, "now": now, "edit": edit}


def _edit(original: bytes, changed: bytes) -> list[Any]:
    """Return start, length and replacement of the one range in which two files differ."""
    shorter = min(len(original), len(changed))
    start = next((n for n in range(shorter) if original[n] != changed[n]), shorter)
    rest = shorter - start
    end = next((n for n in range(rest) if original[-1 - n] != changed[-1 - n]), rest)
    replacement = changed[start : len(changed) - end]
    return [start, len(original) - end - start, base64_encode(replacement)]
