"""The served interface against its own OpenAPI document: schemathesis asks, a real server answers.

No server error, and no answer that the document does not name. A minute at most in `make test`, a
longer campaign under `-m long`.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.factories.reading_city import BATTERY, reading_city
from tests.integration.support.homes import REPOSITORY, TestHome
from tests.integration.support.servers import running_server

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("schemathesis")]

SEED = "20261123"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "unsupported_method",
    "allow_header_conformance",
)
"""What an answer is held to; what a request may hold is for our own tests to say."""

HOOKS = {
    "PYTHONWARNINGS": "ignore",
    "PYTHONPATH": str(REPOSITORY),
    "SCHEMATHESIS_HOOKS": "tests.conformance.schemathesis_hooks",
    "READING_BATTERY": BATTERY,
}


@dataclass(frozen=True, slots=True)
class Served:
    """A server with a passport in it, and a key of each kind of organisation."""

    address: str
    keys: dict[str, str]
    log: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = TestHome(
        tmp_path_factory.mktemp("interface") / "home", settings={"rate_limit_factor": "0"}
    )
    with reading_city(home.folder) as (_installation, city):
        keys = dict(city.keys)
    with running_server(home) as server:
        # Until then a proof file is not there yet, which is told as 503 and no fault.
        server.wait_until_anchored()
        log = home.folder.with_name("home.server.log")
        yield Served(f"http://127.0.0.1:{server.port}", keys, log)


def campaign(served: Served, key: str, *, examples: int) -> str:
    """Run schemathesis as its users do and return what it printed; a finding fails the test."""
    program = Path(sys.executable).with_name("schemathesis")
    command = [
        *(str(program), "run", f"{served.address}/openapi.json", "--url", served.address),
        *("--checks", ",".join(CHECKS), "--max-examples", str(examples), "--seed", SEED),
        *("--phases", "examples,coverage,fuzzing", "--generation-database", "none"),
        *("--request-timeout", "30", "--no-color"),
    ]
    if key:
        command += ["--header", f"Authorization: Bearer {served.keys[key]}"]
    run = subprocess.run(
        command,
        env={**os.environ, **HOOKS},
        cwd=served.log.parent,
        capture_output=True,
        text=True,
        timeout=3_000,
        check=False,
    )
    assert run.returncode == 0, f"{run.stdout[-6_000:]}\n{run.stderr[-2_000:]}"
    return run.stdout


def check_log(served: Served, *, answered: tuple[str, ...]) -> None:
    """Fail if the server logged a failure, or did not even once answer as named."""
    said = served.log.read_text("utf-8", "replace")
    assert "request failed" not in said
    assert [each for each in answered if each not in said] == []


BY_KEY = {
    "": ("GET /v1/passports/{gtin}/{serial:path} 200", "GET /v1/versions/{gtin}/{serial:path} 200"),
    "inspection-body": ("POST /v1/events/{gtin}/{serial:path} 201",),
    "authority": ("GET /v1/obligations/{gtin}/{serial:path} 200",),
    "customs": ("POST /v1/consignments 200", "GET /v1/proofs/{gtin}/{serial:path} 200"),
}
"""What each reader must have been answered at least once, or nothing was tested."""


@pytest.mark.parametrize("key", BY_KEY)
def test_no_server_error_and_no_undocumented_answer(served: Served, key: str) -> None:
    campaign(served, key, examples=15)
    check_log(served, answered=BY_KEY[key])


@pytest.mark.long
@pytest.mark.parametrize("key", [*BY_KEY, "recycler"])
def test_a_long_campaign_finds_nothing_either(served: Served, key: str) -> None:
    campaign(served, key, examples=400)
    check_log(served, answered=())
