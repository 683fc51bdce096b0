"""Obligations: for each data point, whether it is filled, owed, conditional, pending or forbidden.

In: category, rule set, dates and which points are filled. Out: who owes what, by when.
Source: EU-2023-1542 art-77(1), art-77(4); EC guidance version 2.0.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.passport.data_points import DATA_POINTS, data_point
from battery_passport.passport.model import Applicability, DataPoint
from battery_passport.passport.rule_sets import REASONS, RuleSet
from battery_passport.registry.model import BatteryCategory

_KEPT = 256
"""Batteries of one model are in the same circumstances all day: what was found for one holds."""

RESPONSIBLE_OPERATOR = "responsible-economic-operator"
"""Whoever places the battery on the market owes its passport. Source: EU-2023-1542 art-77(4)."""


class ObligationState(StrEnum):
    """Where a data point stands."""

    FILLED = "filled"
    MISSING = "missing"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"
    PENDING = "pending"
    MUST_NOT_BE_FILLED = "must-not-be-filled"


_EMPTY_STATES = {
    Applicability.MANDATORY: ObligationState.MISSING,
    Applicability.CONDITIONAL: ObligationState.CONDITIONAL,
    Applicability.OPTIONAL: ObligationState.OPTIONAL,
    Applicability.PENDING: ObligationState.PENDING,
    Applicability.NEVER: ObligationState.MUST_NOT_BE_FILLED,
}

CLOSED = frozenset({Applicability.PENDING, Applicability.NEVER})
"""Data points like these are never shown, even where somebody filled them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What decides which rules hold: the category, the edition of the rules, and two days.

    `on` is the day asked about; `placed_on_market_on` is None while the battery is not, or nobody
    told.
    """

    category: BatteryCategory
    rules: RuleSet
    on: date
    placed_on_market_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """Where one data point stands, and if it is missing, who owes it by when.

    `due_on` is None unless missing, and also where the law asks for no passport at all because the
    battery was placed on the market before passports were due. While nobody told when it was placed
    there, it is the first day on which passports are due, and nothing is overdue.
    """

    point: DataPoint
    state: ObligationState
    applicability: Applicability
    reason: str = ""
    due_on: date | None = None
    overdue: bool = False

    def as_json(self) -> JsonObject:
        """Return the obligation as it stands in a passport."""
        return {
            "number": self.point.number,
            "key": self.point.key,
            "state": self.state.value,
            "owedBy": RESPONSIBLE_OPERATOR,
            "suppliedBy": self.point.supplier.value,
            "dueOn": None if self.due_on is None else self.due_on.isoformat(),
        }

    def reason_in(self, language: str) -> str:
        """Return the reason in `ko` or `en`, or an empty text."""
        english, korean = REASONS.get(self.reason, ("", ""))
        return korean if language == "ko" else english


def applicability(number: int, circumstances: Circumstances) -> tuple[Applicability, str]:
    """Return whether a data point is to be filled, and the key of the reason if it is not plain."""
    rule = circumstances.rules.rule(data_point(number).number, circumstances.category)
    begun = rule.mandatory_from is not None and circumstances.on >= rule.mandatory_from
    return (Applicability.MANDATORY, "") if begun else (rule.applicability, rule.reason)


def assess(number: int, circumstances: Circumstances, *, filled: bool) -> Obligation:
    """Return where one data point stands."""
    applies, reason = applicability(number, circumstances)
    state = _EMPTY_STATES[applies]
    if filled and applies not in CLOSED:
        state = ObligationState.FILLED
    due_on = _due_on(number, circumstances) if state is ObligationState.MISSING else None
    placed = circumstances.placed_on_market_on is not None
    return Obligation(
        point=data_point(number),
        state=state,
        applicability=applies,
        reason=reason,
        due_on=due_on,
        overdue=placed and due_on is not None and circumstances.on > due_on,
    )


def assess_all(circumstances: Circumstances, *, filled: Collection[int]) -> tuple[Obligation, ...]:
    """Return where every data point stands, in their order."""
    return _assessed(circumstances, frozenset(filled))


def missing_by_section(
    circumstances: Circumstances, *, filled: Collection[int]
) -> Mapping[int, tuple[JsonObject, ...]]:
    """Return what is missing at each point of Annex XIII, as it stands in a passport."""
    return _missing(circumstances, frozenset(filled))


@lru_cache(_KEPT)
def _assessed(circumstances: Circumstances, filled: frozenset[int]) -> tuple[Obligation, ...]:
    return tuple(assess(n, circumstances, filled=n in filled) for n in sorted(DATA_POINTS))


@lru_cache(_KEPT)
def _missing(
    circumstances: Circumstances, filled: frozenset[int]
) -> Mapping[int, tuple[JsonObject, ...]]:
    found: dict[int, list[JsonObject]] = {}
    for each in _assessed(circumstances, filled):
        if each.state is ObligationState.MISSING:
            found.setdefault(each.point.section, []).append(each.as_json())
    return {section: tuple(missing) for section, missing in found.items()}


def _due_on(number: int, circumstances: Circumstances) -> date | None:
    first = circumstances.rules.passports_from
    placed = circumstances.placed_on_market_on or first
    if placed < first:
        return None
    begins = circumstances.rules.rule(number, circumstances.category).mandatory_from
    return max(placed, begins or first)
