"""What a real server tells Prometheus, to whom, and what it never tells."""

import http.client
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.factories.web import node_modules
from tests.integration.support.fleet import FleetDevice, enrol_fleet
from tests.integration.support.homes import TestHome
from tests.integration.support.sending import Sender
from tests.integration.support.servers import Server, running_server

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("metrics")]

Running = tuple[Server, FleetDevice]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A demonstration with one device, which has sent four batches."""
    if not (node_modules() / "krds-uiux").is_dir():
        pytest.skip("node_modules is not installed: make setup")
    home = TestHome(tmp_path_factory.mktemp("metrics") / "home")
    [device] = enrol_fleet(home, devices=1, prefix="telltale-alias")
    with running_server(home) as server:
        with Sender(server.port) as sender:
            sender.send(device.batch(1))
            sender.send(device.batch(1))
            sender.send(device.batch(1, variant=7))
            sender.send(b"no batch")
        server.wait_until_settled()
        yield server, device


def _scrape(
    server: Server, headers: dict[str, str] | None = None, *, path: str = "/metrics"
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _values(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_batches_queues_and_log_are_told(running: Running) -> None:
    server, _device = running
    values = _values(_scrape(server)[1])
    assert values["bp_batches_total", "stored", "http"] == 1
    assert values["bp_batches_total", "duplicate", "http"] == 1
    assert values["bp_batches_total", "quarantined", "http"] == 1
    assert values["bp_batches_total", "refused: malformed-batch", "http"] == 1
    assert values[("bp_intake_commit_duration_seconds_count",)] >= 1
    assert values[("bp_intake_acknowledgement_seconds_count",)] >= 1
    assert values["bp_takers", "http"] == 1
    assert values["bp_takers_waiting_batches", "http"] == 0
    assert values[("bp_quarantined_batches",)] == 1
    assert values[("bp_pipeline_pending_facts",)] == 0
    assert values[("bp_pipeline_poisoned_facts",)] == 0
    assert values[("bp_log_size_entries",)] >= 1
    assert values[("bp_state_unreadable_total",)] == 0
    assert values[("process_resident_memory_bytes",)] > 1_000_000


def test_requests_decisions_and_attempts_to_sign_in_are_counted(running: Running) -> None:
    server, _device = running
    server.get("/v1/passports/09506000134352/NOBODY")
    values = _values(_scrape(server)[1])
    route = next(key for key in values if key[0] == "bp_http_requests_total" and "404" in key)
    assert "{" in route[2], "a route is told by its pattern"
    assert any(key[:2] == ("bp_policy_decisions_total", "health.read") for key in values)


def test_a_checkpoint_has_an_age_once_it_is_signed(running: Running) -> None:
    server, _device = running
    deadline = time.monotonic() + 60
    while ("bp_checkpoint_age_seconds",) not in _values(_scrape(server)[1]):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    server.wait_until_anchored()
    values = _values(_scrape(server)[1])
    assert values[("bp_anchoring_waiting_checkpoints",)] == 0


def test_no_person_battery_or_device_is_named(running: Running) -> None:
    server, device = running
    identifier = str(server.ask("battery-add", {"battery": device.alias})["battery"])
    serial = identifier.partition("/")[2]
    server.get(f"/v1/passports/{identifier}")
    _scrape(server, path="/search?q=kim%40example.org")
    _status, text = _scrape(server)
    assert "bp_http_requests_total" in text
    for telltale in (
        serial,
        identifier,
        device.alias,
        str(device.device_id),
        str(device.battery_id),
        device.battery_ref.hex(),
        "example.org",
        "127.0.0.1",
    ):
        assert telltale not in text
    labels = set(re.findall(r'="([^"]*)"', text))
    assert not [each for each in labels if re.fullmatch(r"[0-9a-f]{16,}|[0-9a-f-]{36}", each)]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"Via": "1.1 proxy"},
        {"Authorization": "Bearer bp_not_a_key"},
    ],
)
def test_whoever_comes_through_a_proxy_needs_a_key(
    running: Running, headers: dict[str, str]
) -> None:
    server, _device = running
    status, text = _scrape(server, headers)
    assert status == (200 if "Authorization" in headers else 401)
    assert ("bp_build_info" in text) == (status == 200)


def test_with_a_public_address_this_machine_needs_a_key_too(tmp_path: Path) -> None:
    home = TestHome(tmp_path / "home", {"public_base_url": "https://passport.example"})
    with running_server(home) as server:
        status, text = _scrape(server)
    assert status == 401
    assert "bp_" not in text


def test_the_reference_lists_every_metric(running: Running, repository: Path) -> None:
    page = (repository / "docs" / "reference" / "metrics.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(bp_[a-z_]+)`", page, re.MULTILINE))
    _wait_for_a_checkpoint(running[0])
    told = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in text_string_to_metric_families(_scrape(running[0])[1])
        if family.name.startswith("bp_")
    }
    told.discard("bp_http_request_duration_seconds_created")
    assert {name for name in told if not name.endswith("_created")} == listed


def _wait_for_a_checkpoint(server: Server) -> None:
    deadline = time.monotonic() + 60
    while "bp_checkpoint_age_seconds" not in _scrape(server)[1]:
        assert time.monotonic() < deadline, "no checkpoint was signed within a minute"
        time.sleep(0.5)
