"""The present state of an installation as gauges, read anew at every scrape.

In: a function that reads it. Out: a collector for the registry.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformState:
    """How far everything has come. Ages are None before there is anything to be old."""

    intake_waiting_batches: int
    pipeline_pending_facts: int
    pipeline_poisoned_facts: int
    pipeline_lag_s: float
    log_size_entries: int
    checkpoint_age_s: float | None
    anchoring_waiting_checkpoints: int
    anchoring_lag_s: float
    anchors_rolled_back: int
    monitor_checked_entries: int
    monitor_findings: int
    quarantined_batches: int
    task_failures: int
    storage_waiting_tasks: int
    storage_wait_s: float
    history_waiting_batches: int
    alarms_raised: int
    alarms_late: int


_GAUGES = {
    "intake_waiting_batches": ("bp_intake_waiting_batches", "Batches not yet durable."),
    "pipeline_pending_facts": ("bp_pipeline_pending_facts", "Facts without a place in the log."),
    "pipeline_poisoned_facts": ("bp_pipeline_poisoned_facts", "Facts that no handler digests."),
    "pipeline_lag_s": ("bp_pipeline_lag_seconds", "Age of the oldest fact without its place."),
    "log_size_entries": ("bp_log_size_entries", "Entries of the transparency log."),
    "checkpoint_age_s": ("bp_checkpoint_age_seconds", "Age of the newest signed checkpoint."),
    "anchoring_waiting_checkpoints": (
        "bp_anchoring_waiting_checkpoints",
        "Signed checkpoints that are not on the chain.",
    ),
    "anchoring_lag_s": ("bp_anchoring_lag_seconds", "Age of the oldest of them."),
    "anchors_rolled_back": (
        "bp_anchors_rolled_back",
        "Anchors made anew since the start, because the chain was rolled back.",
    ),
    "monitor_checked_entries": (
        "bp_monitor_checked_entries",
        "Entries that the audit in the background has checked in its present round.",
    ),
    "monitor_findings": ("bp_monitor_findings", "1 once the audit has found what does not hold."),
    "quarantined_batches": ("bp_quarantined_batches", "Batches that contradict one we have."),
    "storage_waiting_tasks": ("bp_storage_waiting_tasks", "Tasks that wait for room on a disk."),
    "storage_wait_s": ("bp_storage_wait_seconds", "How long the first of them has waited."),
    "history_waiting_batches": (
        "bp_history_waiting_batches",
        "Batches that are read, and not in the files of the history yet.",
    ),
    "alarms_raised": ("bp_alarms_raised", "Alarms raised by measurements, all of them."),
    "alarms_late": ("bp_alarms_late", "Those whose measurements came more than a day late."),
    "task_failures": ("bp_task_failures", "Failures in a row of the tasks in the background."),
}


class StateCollector(Collector):
    """Asks for the state when Prometheus does."""

    def __init__(self, read: Callable[[], PlatformState]) -> None:
        self._read = read
        self._unreadable = 0

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing: the state is not read before somebody asks."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Yield a gauge for each value that is known."""
        state = None
        try:
            state = self._read()
        except Exception:  # noqa: BLE001 - counters must be told even when the database is away
            self._unreadable += 1
        if state is not None:
            yield from _gauges(state)
        counter = CounterMetricFamily(
            "bp_state_unreadable", "Times that the present state could not be read."
        )
        counter.add_metric([], self._unreadable)
        yield counter


def _gauges(state: PlatformState) -> Iterator[GaugeMetricFamily]:
    for each in fields(state):
        name, meaning = _GAUGES[each.name]
        value = getattr(state, each.name)
        if value is not None:
            yield GaugeMetricFamily(name, meaning, value=value)
