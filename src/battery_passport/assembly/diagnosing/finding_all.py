"""What the methods find in a battery's measurements, and what of it they find after a repair again.

In: what is looked at, the rating, when the pack was last repaired. Out: findings in order.
"""

from dataclasses import dataclass

from battery_passport.assembly.diagnosing.drifting import drift_of_days
from battery_passport.assembly.diagnosing.found import Found, all_found
from battery_passport.assembly.diagnosing.insulating import insulation_findings
from battery_passport.assembly.diagnosing.looking import Looked
from battery_passport.diagnostics.imbalance.cell_drift import DriftFinding
from battery_passport.diagnostics.imbalance.model import Modules
from battery_passport.diagnostics.imbalance.modules import judge_modules
from battery_passport.diagnostics.imbalance.self_discharge import find_self_discharge
from battery_passport.diagnostics.model import NotDetermined
from battery_passport.registry.model import Rating


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that was found; `drifts` and `modules` are also shown by themselves."""

    found: tuple[Found, ...]
    drifts: tuple[DriftFinding, ...]
    modules: Modules | NotDetermined


def findings_of(looked: Looked, rating: Rating, *, repaired_ms: int | None) -> Findings:
    """Return what is found. After a repair of the pack the methods begin anew.

    So a fault that is still there is found again, and one that is not stays where it was found.
    """
    if repaired_ms is None:
        return _found(looked, rating)
    before = _found(looked, rating)
    after = _found(_since(looked, repaired_ms), rating)
    earlier = [each for each in before.found if each.at_ms <= repaired_ms]
    return Findings(
        found=(*earlier, *after.found),
        drifts=(*(each for each in before.drifts if each.at_ms <= repaired_ms), *after.drifts),
        modules=after.modules,
    )


def _since(looked: Looked, repaired_ms: int) -> Looked:
    """Return what came after a moment; of days only whole ones."""
    newest_ms = int(looked.table.sampled_at_ms[-1]) if looked.table.row_count else repaired_ms
    return Looked(
        table=looked.table.between(repaired_ms + 1, max(repaired_ms, newest_ms) + 1),
        marks=looked.marks,
        days=tuple(each for each in looked.days if each.first_ms > repaired_ms),
        rests=tuple(each for each in looked.rests if each.at_ms > repaired_ms),
        alarms=tuple(each for each in looked.alarms if each.at_ms > repaired_ms),
    )


def _found(looked: Looked, rating: Rating) -> Findings:
    drifts = drift_of_days(looked.days)
    modules = judge_modules(looked.rests, rating.cells_per_module)
    return Findings(
        found=all_found(
            drifts=drifts,
            modules=modules.findings if isinstance(modules, Modules) else (),
            leaks=find_self_discharge(looked.rests),
            insulation=insulation_findings(looked.table),
            alarms=looked.alarms,
        ),
        drifts=drifts,
        modules=modules,
    )
