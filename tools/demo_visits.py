"""A demonstration to look at: started with a home of its own, everybody signed in.

In: a folder. Out: a running server's address, and browser contexts by reader.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from playwright.sync_api import Browser, BrowserContext

START_WITHIN_S = 300
OWNER = "owner"


@dataclass
class Demonstration:
    """A running demonstration; `sessions` are cookies by reader, `examples` fill addresses."""

    home: Path
    address: str
    sessions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    def context(self, browser: Browser, reader: str, **wishes: Any) -> BrowserContext:
        """Return a context of the browser in which a reader is signed in."""
        context = browser.new_context(locale="ko-KR", **wishes)
        context.add_cookies(self.sessions.get(reader, []))  # type: ignore[arg-type]
        return context

    def filled(self, address: str) -> str:
        """Return an address or a value with its examples filled in; `{fresh}` is always new."""
        self.examples["fresh"] = uuid4().hex[:8]
        return re.sub(r"\{([a-z:-]+)\}", lambda found: self.examples[found[1]], address)


@contextmanager
def demonstration(home: Path, *, vehicles: int, days: int) -> Iterator[Demonstration]:
    """Run `demo` until the block ends; its city stands still."""
    command = [sys.executable, "-m", "battery_passport", "demo", "--port", "0", "--no-live"]
    command += ["--vehicles", str(vehicles), "--days", str(days)]
    wishes = {"BATTERY_PASSPORT_HOME": str(home), "BATTERY_PASSPORT_RATE_LIMIT_FACTOR": "0"}
    home.mkdir(parents=True, exist_ok=True)
    with (home.parent / "demo.txt").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            command, env={**os.environ, **wishes}, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            _until_complete(Path(said.name), process)
            yield running_demonstration(home)
        finally:
            process.terminate()
            process.wait(30)


def running_demonstration(home: Path) -> Demonstration:
    """Return the demonstration that runs at a home, its example the car that the owner has."""
    server = json.loads((home / "run" / "server.json").read_text("utf-8"))
    made = Demonstration(home, f"http://{server['host']}:{server['port']}")
    made.sessions[OWNER] = _session(made, OWNER)
    with httpx.Client(base_url=made.address, headers={"accept": "text/html"}) as client:
        client.cookies.update({each["name"]: each["value"] for each in made.sessions[OWNER]})
        found = re.search(r'href="/(01/(\d+)/21/([^"?]+))', client.get("/my").text)
    if found is None:
        raise SystemExit("The owner of the demonstration has no battery.")
    made.examples |= {"battery": found[1], "name": f"{found[2]}/{found[3]}"}
    return made


def _until_complete(said: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_WITHIN_S
    while "the city is complete" not in (text := said.read_text("utf-8")):
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"The demonstration did not start:\n{text[-2000:]}")
        time.sleep(0.5)


def sign_everybody_in(made: Demonstration) -> None:
    """Keep a session for each account of the demonstration."""
    for reader in _accounts(made):
        if reader not in made.sessions:
            made.sessions[reader] = _session(made, reader)


def _accounts(made: Demonstration) -> dict[str, dict[str, str]]:
    """Return the accounts by the first part of their address; of two, the first city's."""
    accounts = json.loads((made.home / "demo-accounts.json").read_text("utf-8"))["accounts"]
    return {each["email"].partition("@")[0]: each for each in reversed(accounts)}


def _session(made: Demonstration, reader: str) -> list[dict[str, Any]]:
    account = _accounts(made)[reader]
    with httpx.Client(base_url=made.address, headers={"accept": "text/html"}) as client:
        _send(client, "/sign-in", email=account["email"], password=account["password"])
        return _cookies(client, made.address)


def _cookies(client: httpx.Client, address: str) -> list[dict[str, Any]]:
    return [{"name": each.name, "value": each.value, "url": address} for each in client.cookies.jar]


def _send(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    hidden = re.findall(r'name="(csrf|next|battery)" value="([^"]*)"', client.get(path).text)
    return client.post(path.partition("?")[0], data={**dict(hidden), **fields})
