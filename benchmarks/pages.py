"""Passport pages and documents a second, beside an empty answer of the same server.

In: an installation made for the run, served by a process of its own, with and without policies.
Out: rates and their share of the empty answer, printed. Run as `python -m benchmarks.pages`.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import uvicorn
from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.policy.model import AccessRequest, Decision
from battery_passport.access.policy.service import Authorizer
from battery_passport.assembly import public_site
from battery_passport.assembly.authorizing import build_authorizer
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.operation_table import OPERATIONS
from battery_passport.assembly.settings import Settings, load_settings
from battery_passport.foundation.clock import Clock
from battery_passport.web.authorization import ActionRoute
from benchmarks.figures import Figure

GOAL_RATIO = 0.4
"""A cached version against an empty answer."""

TURNS = 25
TURN_S = 0.2
CONNECTIONS = 8
MODEL = Path(__file__).parents[1] / "docs" / "samples" / "model-demo-ncm.json"
BATTERY = "09526170000202/BENCH0001"
LINK = "/01/09526170000202/21/BENCH0001"
PATHS = {
    "empty answer": "/empty",
    "passport as JSON": f"/v1/passports/{BATTERY}",
    "passport as a page": LINK,
    "page not changed (304)": LINK,
}


def measure(folder: Path) -> list[Figure]:
    """Return requests a second with policies, and their share of an empty answer's."""
    home = folder / "home"
    prepare(home)
    with served(home, "on") as port:
        rates = asyncio.run(rates_of(port))
    empty = rates.pop("empty answer")
    shares = [
        Figure(
            name=f"pages: {name}, of an empty answer",
            value=100 * per_s / empty,
            unit="%",
            goal=100 * GOAL_RATIO,
        )
        for name, per_s in rates.items()
    ]
    return [Figure(name="pages: empty answer", value=empty, unit="requests/s"), *shares]


def prepare(home: Path) -> None:
    """Make an installation with one passport."""
    with opened_installation(_settings(home)) as installation:
        run(installation, "model-add", file=MODEL.read_text("utf-8"))
        run(installation, "battery-add", battery=BATTERY, model="demo-ncm")
        run(installation, "passport-issue", battery=BATTERY)
        installation.anchoring.anchor_now()


def run(installation: Installation, operation: str, **request: str) -> None:
    """Run an operation of the command line."""
    OPERATIONS[operation](installation, {**request})


@contextmanager
def served(home: Path, policies: str) -> Iterator[int]:
    """Serve the installation from a process of its own while the block lasts."""
    command = [sys.executable, "-m", "benchmarks.pages", "--serve", str(home), policies]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(30)


def serve(home: Path, policies: str) -> None:
    """Serve until told to end; the port stands on the first line of output."""
    with opened_installation(_settings(home)) as installation:
        chosen = build_authorizer if policies == "on" else everything_allowed
        with patch.object(public_site, "build_authorizer", chosen):
            application = public_site.build_site(installation, waiting_batches=lambda: 0)
        application.router.routes.insert(  # type: ignore[attr-defined] # it is a FastAPI
            0, ActionRoute("/empty", empty, action="site.read")
        )
        config = uvicorn.Config(
            application, port=0, log_config=None, access_log=False, lifespan="off", ws="none"
        )
        server = _Announcing(config)
        server.run()


class _Announcing(uvicorn.Server):
    """Prints its port once it listens."""

    async def startup(self, sockets: object = None) -> None:
        await super().startup(sockets)  # type: ignore[arg-type] # as uvicorn has it
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


async def empty(_request: Request) -> Response:
    """Return nothing, through all that every request passes."""
    return Response(b"")


def everything_allowed(clock: Clock | None = None, **_more: object) -> Authorizer:
    """Return an authorizer that asks no policy."""
    return Authorizer(_Allowing(), clock)  # type: ignore[arg-type] # without grants no clock is read


class _Allowing:
    """Says yes without looking."""

    def decide(self, _request: AccessRequest) -> Decision:
        return Decision(allowed=True, reason="not asked")

    def decide_many(self, requests: Sequence[AccessRequest]) -> tuple[Decision, ...]:
        return tuple(self.decide(each) for each in requests)


async def rates_of(port: int) -> dict[str, float]:
    """Return answers a second of each path: the median of short turns, one path after another.

    What else goes on in the machine then slows every path alike.
    """
    tags = {name: _tag(port, path) if "304" in name else "" for name, path in PATHS.items()}
    turns: dict[str, list[float]] = {name: [] for name in PATHS}
    for _ in range(TURNS):
        for name, path in PATHS.items():
            turns[name].append(await _rate(port, path, tags[name], seconds=TURN_S))
    return {name: statistics.median(rates) for name, rates in turns.items()}


async def _rate(port: int, path: str, tag: str, *, seconds: float) -> float:
    until = time.perf_counter() + seconds
    counts = await asyncio.gather(*(_ask(port, path, tag, until) for _ in range(CONNECTIONS)))
    return sum(counts) / seconds


async def _ask(port: int, path: str, tag: str, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    known = f"if-none-match: {tag}\r\n" if tag else ""
    request = (
        f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept-encoding: gzip\r\n{known}\r\n"
    ).encode()
    count = 0
    while time.perf_counter() < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        assert status == (304 if tag else 200), head.decode()
        await reader.readexactly(_length(head))
        count += 1
    writer.close()
    return count


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _tag(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return str(answer.headers["etag"])


def _settings(home: Path) -> Settings:
    return load_settings(
        {"BATTERY_PASSPORT_HOME": str(home), "BATTERY_PASSPORT_RATE_LIMIT_FACTOR": "0"}
    )


if __name__ == "__main__":
    # The server of a measurement runs as a process of its own.
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", nargs=2, required=True, metavar=("HOME", "POLICIES"))
    asked = parser.parse_args().serve
    serve(Path(asked[0]), asked[1])
