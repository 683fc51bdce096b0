"""What gateways say of themselves, as metrics of the whole installation.

In: a function that reads their newest reports. Out: a collector for the registry.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

_COUNTERS = {
    "messages": "Messages that gateways answered or listened to.",
    "refused": "Messages, chargers and cars that gateways refused.",
    "kept_aside": "Messages kept aside for want of a battery.",
    "lost": "Messages that a proxy relayed and could not write down.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayState:
    """One gateway's process; `gateway` is one of a short list, such as `ocpp`."""

    gateway: str
    is_running: bool
    figures: Mapping[str, int | float]


class GatewayCollector(Collector):
    """Asks when Prometheus does; processes of one gateway are told together."""

    def __init__(self, read: Callable[[], Iterable[GatewayState]]) -> None:
        self._read = read

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing: reports are not read before somebody asks."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Yield the metrics."""
        by_gateway: dict[str, list[GatewayState]] = {}
        for state in self._read():
            by_gateway.setdefault(state.gateway, []).append(state)
        yield _gauge("processes", "Gateways that run.", by_gateway, _processes)
        yield _gauge("connections", "Chargers and cars connected.", by_gateway, _connections)
        yield _gauge(
            "lag_seconds",
            "The longest of the last seconds from a message until it was durable.",
            by_gateway,
            _lag_s,
        )
        for name, told in _COUNTERS.items():
            family = CounterMetricFamily(f"bp_gateway_{name}", told, labels=("gateway",))
            for gateway, states in sorted(by_gateway.items()):
                family.add_metric((gateway,), sum(each.figures.get(name, 0) for each in states))
            yield family


_States = Iterable[GatewayState]


def _gauge(
    name: str,
    told: str,
    by_gateway: Mapping[str, list[GatewayState]],
    value: Callable[[_States], float],
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"bp_gateway_{name}", told, labels=("gateway",))
    for gateway, states in sorted(by_gateway.items()):
        family.add_metric((gateway,), value([each for each in states if each.is_running]))
    return family


def _processes(running: _States) -> float:
    return float(sum(1 for _ in running))


def _connections(running: _States) -> float:
    return float(sum(each.figures.get("connections", 0) for each in running))


def _lag_s(running: _States) -> float:
    return max((float(each.figures.get("lag_s", 0)) for each in running), default=0.0)
