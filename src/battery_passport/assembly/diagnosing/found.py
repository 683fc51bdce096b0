"""Everything found in a battery's measurements, in one form: for the answer and for the grade.

In: findings of each method. Out: `Found` values in the order of time, and what a grade knows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from battery_passport.diagnostics.imbalance import cell_drift, model, self_discharge
from battery_passport.diagnostics.imbalance.cell_drift import DriftFinding
from battery_passport.diagnostics.imbalance.model import ModuleFinding
from battery_passport.diagnostics.imbalance.self_discharge import LeakFinding
from battery_passport.diagnostics.insulation import watch
from battery_passport.diagnostics.insulation.watch import InsulationFinding
from battery_passport.foundation.clock import format_utc, from_unix_ms
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.grading.model import KnownFinding, Reason, Weight
from battery_passport.safety import thermal_event
from battery_passport.safety.model import Alarm

_MV_PER_V = 1_000
THERMAL_VERSION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One finding. `cell` and `module` count from 0.

    `figures` are the method's own, by their names' units.
    """

    kind: str
    severity: Weight
    at_ms: int
    cell: int | None
    method: tuple[str, str]
    reason: Reason
    figures: JsonObject = field(default_factory=dict)
    module: int | None = None

    def as_json(self) -> JsonObject:
        """Return the finding as `diagnose --json` prints it."""
        name, version = self.method
        return {
            "kind": self.kind,
            "cell": None if self.cell is None else self.cell + 1,
            **({} if self.module is None else {"module": self.module + 1}),
            "severity": self.severity.value,
            "since": format_utc(from_unix_ms(self.at_ms)),
            **self.figures,
            **self.reason.as_json(),
            "method": name,
            "version": version,
        }


def all_found(
    *,
    drifts: Iterable[DriftFinding] = (),
    modules: Iterable[ModuleFinding] = (),
    leaks: Iterable[LeakFinding] = (),
    insulation: Iterable[InsulationFinding] = (),
    alarms: Iterable[Alarm] = (),
) -> tuple[Found, ...]:
    """Return all findings in the order in which they were known."""
    found = [
        *map(_drift, drifts),
        *map(_module, modules),
        *map(_leak, leaks),
        *map(_insulation, insulation),
        *map(_alarm, alarms),
    ]
    return tuple(sorted(found, key=lambda each: (each.at_ms, each.kind)))


def known_findings(
    found: Iterable[Found], *, repaired_ms: int | None = None
) -> Iterator[KnownFinding]:
    """Yield what a grade knows: of one kind and cell or module the gravest alone.

    What was found before a repair of the pack and what was found after it are told apart.
    """
    gravest: dict[tuple[str, int | None, int | None, bool], Found] = {}
    order = list(Weight)
    for each in found:
        is_new = repaired_ms is not None and each.at_ms > repaired_ms
        part = (each.kind, each.cell, each.module, is_new)
        known = gravest.get(part)
        if known is None or order.index(each.severity) > order.index(known.severity):
            gravest[part] = each
    for each in gravest.values():
        yield KnownFinding(
            kind=each.kind,
            weight=each.severity,
            first_at=from_unix_ms(each.at_ms),
            is_local=(each.cell, each.module) != (None, None)
            and each.severity is not Weight.CRITICAL,
        )


def _drift(each: DriftFinding) -> Found:
    deviation_mv = round(_MV_PER_V * each.deviation_v)
    return Found(
        kind=cell_drift.KIND,
        severity=Weight(each.severity),
        at_ms=each.at_ms,
        cell=each.cell,
        method=(cell_drift.NAME, cell_drift.VERSION),
        reason=Reason(
            "cell-drift",
            f"Cell {each.cell + 1} lies {deviation_mv} mV apart from its neighbours day after day.",
            {"cell": each.cell + 1, "deviation_mv": deviation_mv},
        ),
        figures={"deviation_mv": deviation_mv},
    )


def _module(each: ModuleFinding) -> Found:
    standing = each.standing
    module, deviation_mv = standing.module + 1, round(_MV_PER_V * standing.deviation_v, 1)
    cells = {"first_cell": standing.first_cell + 1, "last_cell": standing.last_cell + 1}
    named = f"Module {module} (cells {cells['first_cell']} to {cells['last_cell']})"
    drift_mv = round(_MV_PER_V * (standing.drift_v_a_month or 0.0), 1)
    if each.drifts:
        reason = Reason(
            "module-drift",
            f"{named} drifts away from the other modules by {drift_mv} mV a month.",
            {"module": module, **cells, "drift_mv_a_month": drift_mv},
        )
    else:
        reason = Reason(
            "module-apart",
            f"{named} lies {deviation_mv} mV apart from the other modules week after week.",
            {"module": module, **cells, "deviation_mv": deviation_mv},
        )
    return Found(
        kind=model.KIND,
        severity=Weight(each.severity),
        at_ms=each.at_ms,
        cell=None,
        module=standing.module,
        method=(model.NAME, model.VERSION),
        reason=reason,
        figures={
            **cells,
            "deviation_mv": deviation_mv,
            "drift_mv_a_month": None if standing.drift_v_a_month is None else drift_mv,
        },
    )


def _leak(each: LeakFinding) -> Found:
    loss, low, high = (
        round(value, 3)
        for value in (each.loss_percent_a_day, each.low_percent_a_day, each.high_percent_a_day)
    )
    return Found(
        kind=self_discharge.KIND,
        severity=Weight(each.severity),
        at_ms=each.at_ms,
        cell=each.cell,
        method=(self_discharge.NAME, self_discharge.VERSION),
        reason=Reason(
            "self-discharge",
            f"Cell {each.cell + 1} discharges itself: at rest it loses {loss:.2f} % of its charge "
            "a day more than the others.",
            {"cell": each.cell + 1, "loss_percent_a_day": loss},
        ),
        figures={
            "loss_percent_a_day": loss,
            "low_percent_a_day": low,
            "high_percent_a_day": high,
        },
    )


def _insulation(each: InsulationFinding) -> Found:
    usual = None if each.usual_ohm_per_v is None else round(each.usual_ohm_per_v)
    now = round(each.ohm_per_v)
    severity = Weight(each.severity)
    reason = _INSULATION_REASONS[severity](now, usual)
    return Found(
        kind=watch.KIND,
        severity=severity,
        at_ms=each.at_ms,
        cell=None,
        method=(watch.NAME, watch.VERSION),
        reason=reason,
        figures={"ohm_per_volt": now, "usual_ohm_per_volt": usual},
    )


def _fallen(now: int, usual: int | None) -> Reason:
    return Reason(
        "insulation-fallen",
        f"The insulation resistance fell to {now} Ω/V; {usual} Ω/V was usual before.",
        {"ohm_per_volt": now, "usual_ohm_per_volt": usual},
    )


def _low(now: int, _usual: int | None) -> Reason:
    least = round(watch.V1.warning_ohm_per_v)
    return Reason(
        "insulation-low",
        f"The insulation resistance is {now} Ω/V; below {least} Ω/V it has to be looked at.",
        {"ohm_per_volt": now, "least_ohm_per_volt": least},
    )


def _unsafe(now: int, _usual: int | None) -> Reason:
    least = round(watch.V1.critical_ohm_per_v)
    return Reason(
        "insulation-unsafe",
        f"The insulation resistance is {now} Ω/V; at least {least} Ω/V are required.",
        {"ohm_per_volt": now, "least_ohm_per_volt": least},
    )


_INSULATION_REASONS = {
    Weight.NOTICE: _fallen,
    Weight.WARNING: _low,
    Weight.CRITICAL: _unsafe,
}


def _alarm(each: Alarm) -> Found:
    signals = [signal.value for signal in each.signals]
    return Found(
        kind=thermal_event.KIND,
        severity=Weight(each.severity.value),
        at_ms=each.at_ms,
        cell=each.cell,
        method=(thermal_event.KIND, THERMAL_VERSION),
        reason=Reason(
            "thermal-event",
            f"A thermal event: {len(signals)} independent signals agreed.",
            {"signals": len(signals)},
        ),
        figures={"signals": signals},
    )
