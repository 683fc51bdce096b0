"""What every process that takes batches says of itself, as metrics of the whole installation.

In: a function that reads what they say. Out: a collector for the registry.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True, kw_only=True)
class TakerState:
    """One process: what waits for the disk now, the longest wait lately, outcomes since its start.

    `transport` is one of a short list, such as `http` and `mqtt`.
    """

    transport: str
    waiting: int
    longest_wait_s: float
    outcomes: Mapping[str, int]


class TakersCollector(Collector):
    """Asks when Prometheus does; processes of one transport are told together."""

    def __init__(self, read: Callable[[], Iterable[TakerState]]) -> None:
        self._read = read

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Yield the metrics."""
        label = ("transport",)
        processes = GaugeMetricFamily("bp_takers", "Processes that take batches.", labels=label)
        waiting = GaugeMetricFamily(
            "bp_takers_waiting_batches", "Batches that wait for the disk.", labels=label
        )
        longest = GaugeMetricFamily(
            "bp_takers_longest_wait_seconds",
            "The longest that a batch of the last minute waited for its outcome.",
            labels=label,
        )
        batches = CounterMetricFamily(
            "bp_takers_batches",
            "Batches that processes now running have answered.",
            labels=("transport", "outcome"),
        )
        by_transport: dict[str, list[TakerState]] = {}
        for state in self._read():
            by_transport.setdefault(state.transport, []).append(state)
        for name, states in sorted(by_transport.items()):
            processes.add_metric((name,), len(states))
            waiting.add_metric((name,), sum(each.waiting for each in states))
            longest.add_metric((name,), max(each.longest_wait_s for each in states))
            outcomes = sum((Counter(each.outcomes) for each in states), Counter[str]())
            for outcome, count in sorted(outcomes.items()):
                batches.add_metric((name, outcome), count)
        yield from (processes, waiting, longest, batches)
