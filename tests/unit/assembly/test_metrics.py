"""Who may read the metrics, and how attempts to sign in are told apart."""

from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from battery_passport.access.model import ANONYMOUS, PLATFORM, Principal, Purpose, Role
from battery_passport.access.policy.model import AccessRequest
from battery_passport.adapters.metrics.prometheus import PlatformMetrics
from battery_passport.adapters.metrics.state import PlatformState
from battery_passport.assembly.counting import CountingDecider
from battery_passport.assembly.metrics import metrics_group, observe_line
from battery_passport.web.application import create_application
from battery_passport.web.ports import AccessLine
from battery_passport.web.session import Visitor
from tests.factories.access import decider, machine, person
from tests.factories.asgi import asgi_client
from tests.factories.web import ADDRESS, web_services


@dataclass
class OneKey:
    """Knows one key and whom it belongs to."""

    principal: Principal

    def by_session(self, token: str) -> Visitor | None:  # noqa: ARG002 - the port's
        return None

    def by_bearer(self, token: str) -> Principal:
        return self.principal if token == "key" else ANONYMOUS

    def by_grant(self, token: str) -> UUID | None:  # noqa: ARG002 - the port's
        return None


def _ask(principal: Principal) -> httpx.Response:
    metrics = PlatformMetrics(version="0")
    application = create_application(
        web_services(), identification=OneKey(principal), groups=[metrics_group(metrics)]
    )
    with asgi_client(application, base_url=ADDRESS) as client:
        return client.get("/metrics", headers={"Authorization": "Bearer key"})


def test_a_key_of_the_city_with_that_scope_reads_them() -> None:
    answer = _ask(machine(Role.CITY_OFFICER, scopes=["metrics.read"]))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["cache-control"] == "no-store"
    assert "bp_build_info" in answer.text


@pytest.mark.parametrize(
    ("principal", "status"),
    [
        (machine(Role.CITY_OFFICER, scopes=["passport.read"]), 403),
        (machine(Role.INSPECTOR, scopes=["metrics.read"]), 403),
        (machine(Role.CITY_OFFICER, scopes=["metrics.read"], region=None), 403),
        (person(Role.INSPECTOR), 403),
        (ANONYMOUS, 401),
    ],
)
def test_nobody_else_does(principal: Principal, status: int) -> None:
    answer = _ask(principal)
    assert answer.status_code == status
    assert "bp_" not in answer.text


def _told(metrics: PlatformMetrics) -> dict[tuple[str, ...], float]:
    """Return the value of each series; its labels stand in the order of their names."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def _line(method: str, route: str, status: int) -> AccessLine:
    return AccessLine(request_id="r", method=method, route=route, status=status, duration_ms=2.0)


def test_attempts_to_sign_in_are_told_by_way_and_outcome() -> None:
    metrics = PlatformMetrics(version="0")
    for status in (303, 422, 429):
        observe_line(metrics, _line("POST", "/sign-in", status))
    observe_line(metrics, _line("GET", "/sign-in", 200))
    observe_line(metrics, _line("POST", "/oauth/token", 200))
    values = _told(metrics)
    assert values["bp_sign_in_attempts_total", "admitted", "password"] == 1
    assert values["bp_sign_in_attempts_total", "refused", "password"] == 1
    assert values["bp_sign_in_attempts_total", "slowed-down", "password"] == 1
    assert values["bp_sign_in_attempts_total", "admitted", "machine"] == 1
    assert values["bp_http_requests_total", "GET", "/sign-in", "200"] == 1


def test_a_made_up_method_makes_no_new_series() -> None:
    metrics = PlatformMetrics(version="0")
    for number in range(50):
        observe_line(metrics, _line(f"M{number}", "/", 405))
    assert _told(metrics)["bp_http_requests_total", "other", "/", "405"] == 50


def test_decisions_are_counted_and_passed_on() -> None:
    metrics = PlatformMetrics(version="0")
    counting = CountingDecider(decider(), metrics.count_decision)
    request = AccessRequest(
        principal=ANONYMOUS, action="site.read", resource=PLATFORM, purpose=Purpose.OWN_USE
    )
    refused = AccessRequest(
        principal=ANONYMOUS, action="metrics.read", resource=PLATFORM, purpose=Purpose.OWN_USE
    )
    assert counting.decide(request) == decider().decide(request)
    assert counting.decide_many([request, refused]) == decider().decide_many([request, refused])
    values = _told(metrics)
    assert values["bp_policy_decisions_total", "site.read", "allowed"] == 2
    assert values["bp_policy_decisions_total", "metrics.read", "denied"] == 1


def test_a_state_that_cannot_be_read_is_left_out_and_counted() -> None:
    def unreadable() -> PlatformState:
        raise OSError("the database is away")

    metrics = PlatformMetrics(version="0")
    metrics.watch_state(unreadable)
    values = _told(metrics)
    assert values[("bp_state_unreadable_total",)] == 1
    assert ("bp_log_size_entries",) not in values
    assert _told(metrics)[("bp_state_unreadable_total",)] == 2


def test_ages_of_what_is_not_there_are_left_out() -> None:
    state = PlatformState(
        intake_waiting_batches=1,
        pipeline_pending_facts=2,
        pipeline_poisoned_facts=3,
        pipeline_lag_s=4.5,
        log_size_entries=5,
        checkpoint_age_s=None,
        anchoring_waiting_checkpoints=6,
        anchoring_lag_s=7.0,
        anchors_rolled_back=0,
        monitor_checked_entries=0,
        monitor_findings=0,
        quarantined_batches=8,
        task_failures=9,
        storage_waiting_tasks=1,
        storage_wait_s=2.5,
        history_waiting_batches=10,
        alarms_raised=2,
        alarms_late=1,
    )
    metrics = PlatformMetrics(version="0")
    metrics.watch_state(lambda: state)
    values = _told(metrics)
    assert values[("bp_pipeline_lag_seconds",)] == 4.5
    assert values[("bp_task_failures",)] == 9
    assert values[("bp_storage_wait_seconds",)] == 2.5
    assert ("bp_checkpoint_age_seconds",) not in values
