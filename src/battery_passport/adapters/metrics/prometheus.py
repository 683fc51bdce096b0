"""Counters and histograms of one process, and all that it tells Prometheus as text.

In: what happened, in words of short lists. Out: the Prometheus exposition format 0.0.4.
"""

import platform
from collections.abc import Callable, Iterable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from battery_passport.adapters.metrics.gateways import GatewayCollector, GatewayState
from battery_passport.adapters.metrics.state import PlatformState, StateCollector
from battery_passport.adapters.metrics.takers import TakersCollector, TakerState

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"

_ANSWER_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_COMMIT_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
_GROUP = (1, 4, 16, 64, 128, 256, 512)


class PlatformMetrics:
    """The metrics of one process."""

    def __init__(self, *, version: str) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = Counter(
            "bp_http_requests",
            "Answered requests by route pattern, method and status.",
            ("route", "method", "status"),
            registry=registry,
        )
        self._durations = Histogram(
            "bp_http_request_duration_seconds",
            "Time to the end of the answer by route pattern.",
            ("route",),
            buckets=_ANSWER_S,
            registry=registry,
        )
        self._batches = Counter(
            "bp_batches",
            "Batches by how they came and what became of them.",
            ("transport", "outcome"),
            registry=registry,
        )
        self._commits = Histogram(
            "bp_intake_commit_duration_seconds",
            "Time until a group of batches was durable.",
            buckets=_COMMIT_S,
            registry=registry,
        )
        self._groups = Histogram(
            "bp_intake_group_batches",
            "Batches that shared one commit.",
            buckets=_GROUP,
            registry=registry,
        )
        self._waits = Histogram(
            "bp_intake_acknowledgement_seconds",
            "Time from a batch's receipt to its outcome: the longest of each commit.",
            buckets=_COMMIT_S,
            registry=registry,
        )
        self._sign_ins = Counter(
            "bp_sign_in_attempts",
            "Attempts to sign in by way and outcome.",
            ("way", "outcome"),
            registry=registry,
        )
        self._decisions = Counter(
            "bp_policy_decisions",
            "Decisions of the policies by action.",
            ("action", "decision"),
            registry=registry,
        )
        build = Gauge(
            "bp_build_info",
            "Always 1; the labels tell what runs.",
            ("version", "python"),
            registry=registry,
        )
        build.labels(version, platform.python_version()).set(1)
        ProcessCollector(registry=registry)

    def watch_state(self, read: Callable[[], PlatformState]) -> None:
        """Tell the present state too, read at every scrape."""
        self._registry.register(StateCollector(read))

    def watch_takers(self, read: Callable[[], Iterable[TakerState]]) -> None:
        """Tell what every process that takes batches says of itself."""
        self._registry.register(TakersCollector(read))

    def watch_gateways(self, read: Callable[[], Iterable[GatewayState]]) -> None:
        """Tell what every gateway says of itself."""
        self._registry.register(GatewayCollector(read))

    def watch_waiting(self, waiting: Callable[[], int]) -> None:
        """Tell how many batches wait, where nothing else of the platform runs."""
        gauge = Gauge(
            "bp_intake_waiting_batches", "Batches not yet durable.", registry=self._registry
        )
        gauge.set_function(waiting)

    def observe_wait(self, duration_s: float) -> None:
        """Note how long the first batch of a group waited for its outcome."""
        self._waits.observe(duration_s)

    def count_request(self, *, route: str, method: str, status: int, duration_s: float) -> None:
        """Count an answered request; `route` is a pattern, never a path."""
        known = method if method in METHODS else OTHER
        self._requests.labels(route, known, str(status)).inc()
        self._durations.labels(route).observe(duration_s)

    def batch_counter(self, transport: str, outcome: str) -> Callable[[], None]:
        """Return what counts one more batch that came so and was answered so."""
        return self._batches.labels(transport, outcome).inc

    def observe_commit(self, batches: int, duration_s: float) -> None:
        """Note one commit of a group of batches."""
        self._groups.observe(batches)
        self._commits.observe(duration_s)

    def count_sign_in(self, *, way: str, outcome: str) -> None:
        """Count an attempt to sign in."""
        self._sign_ins.labels(way, outcome).inc()

    def count_decision(self, action: str, *, allowed: bool) -> None:
        """Count a decision of the policies."""
        self._decisions.labels(action, "allowed" if allowed else "denied").inc()

    def exposition(self) -> bytes:
        """Return everything as text for Prometheus."""
        return generate_latest(self._registry)
