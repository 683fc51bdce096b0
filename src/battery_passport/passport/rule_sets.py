"""Rule sets: which data points are to be filled, by category and date, with the reason.

In: nothing. Out: `RULE_SETS` by version. A new edition of the guidance is a new entry here.
Source: EC guidance version 2.0; EU-2023-1542 art-48(1), art-77(1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from battery_passport.passport.errors import UnknownRuleSet
from battery_passport.passport.model import Applicability, Rule
from battery_passport.registry.model import BatteryCategory

DEFAULT_RULE_SET = "ec-2.0"

REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "if-available": (
            "Only where the manufacturer has one.",
            "제조자에게 있을 때만 적습니다.",
        ),
        "sum-of-others": (
            "It would repeat points 12, 13 and 15, so the guidance leaves it empty.",
            "12, 13, 15번과 겹치므로 지침에 따라 비워 둡니다.",
        ),
        "same-as-capacity": (
            "It would repeat point 11; the present value is point 51, so this stays empty.",
            "11번과 같고 현재 값은 51번이므로 비워 둡니다.",
        ),
        "carbon-act-open": (
            "The act that fixes its form is not adopted: not to be filled as of February 2027.",
            "형식을 정하는 시행 규정이 아직 없어 2027년 2월에는 채우지 않습니다.",
        ),
        "due-diligence-later": (
            "Due-diligence duties begin on 18 August 2027: not to be filled before.",
            "공급망 실사 의무가 2027년 8월 18일에 시작되므로 그 전에는 채우지 않습니다.",
        ),
        "recycled-act-open": (
            "It waits for Article 8 and its delegated act: not to be filled as of February 2027.",
            "제8조와 위임 규정을 기다리는 중이라 2027년 2월에는 채우지 않습니다.",
        ),
        "omnibus-open": (
            "The rules on it are on hold until an amendment is adopted: not to be filled for now.",
            "관련 규정이 개정될 때까지 보류되어 지금은 채우지 않습니다.",
        ),
        "not-this-category": (
            "The law does not ask for it in this battery category: it must stay empty.",
            "이 배터리 종류에는 요구되지 않으므로 비워 둡니다.",
        ),
        "ev-health-is-soce": (
            "In electric vehicles health is point 61 (SOCE) alone: it must stay empty.",
            "전기차 배터리의 건강도는 61번(SOCE)뿐이므로 비워 둡니다.",
        ),
        "if-warranted": (
            "Only where a commercial warranty is given.",
            "보증을 제공할 때만 적습니다.",
        ),
        "if-cadmium-or-lead": (
            "Only where the battery must carry the sign for cadmium or lead.",
            "카드뮴이나 납 표시 대상일 때만 적습니다.",
        ),
        "some-industrial": (
            "Only for some industrial batteries.",
            "일부 산업용 배터리에만 해당합니다.",
        ),
        "if-applicable": ("Only where it applies.", "해당할 때만 적습니다."),
    }
)
"""Reasons for people, English and Korean, by key."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleSet:
    """One edition of the guidance: rules by data-point number and category; equal to itself alone.

    Points without an entry are mandatory for every category. `passports_from` is the day from which
    a battery placed on the market needs a passport.
    """

    version: str
    title: str
    passports_from: date
    exceptions: Mapping[int, Mapping[BatteryCategory, Rule]]

    def rule(self, number: int, category: BatteryCategory) -> Rule:
        """Return the rule on a data point for a category."""
        return self.exceptions.get(number, {}).get(category, _MANDATORY)


_CATEGORIES = (
    BatteryCategory.ELECTRIC_VEHICLE,
    BatteryCategory.LIGHT_MEANS_OF_TRANSPORT,
    BatteryCategory.INDUSTRIAL,
)
_MANDATORY = Rule(Applicability.MANDATORY)
_IF_APPLICABLE = Rule(Applicability.CONDITIONAL, "if-applicable")
_SOME_INDUSTRIAL = Rule(Applicability.CONDITIONAL, "some-industrial")
_OTHER_CATEGORY = Rule(Applicability.NEVER, "not-this-category")
_EV_USES_SOCE = Rule(Applicability.NEVER, "ev-health-is-soce")


def _rows(*rules: Rule) -> Mapping[BatteryCategory, Rule]:
    every = rules * 3 if len(rules) == 1 else rules
    return dict(zip(_CATEGORIES, every, strict=True))


def _pending(reason: str, mandatory_from: date | None = None) -> Mapping[BatteryCategory, Rule]:
    return _rows(Rule(Applicability.PENDING, reason, mandatory_from))


_EC_2_0: Mapping[int, Mapping[BatteryCategory, Rule]] = {
    5: _rows(Rule(Applicability.OPTIONAL, "if-available")),
    16: _rows(Rule(Applicability.NEVER, "sum-of-others")),
    17: _pending("carbon-act-open"),
    18: _pending("carbon-act-open"),
    19: _pending("due-diligence-later", date(2027, 8, 18)),
    **dict.fromkeys(range(20, 24), _pending("recycled-act-open")),
    25: _rows(Rule(Applicability.NEVER, "same-as-capacity")),
    31: _rows(_MANDATORY, _MANDATORY, _SOME_INDUSTRIAL),
    32: _rows(_MANDATORY, _MANDATORY, _SOME_INDUSTRIAL),
    33: _rows(_MANDATORY, _OTHER_CATEGORY, _OTHER_CATEGORY),
    35: _rows(Rule(Applicability.CONDITIONAL, "if-warranted")),
    36: _rows(_MANDATORY, _MANDATORY, _SOME_INDUSTRIAL),
    37: _rows(_MANDATORY, _MANDATORY, _SOME_INDUSTRIAL),
    39: _rows(_MANDATORY, _MANDATORY, _SOME_INDUSTRIAL),
    41: _rows(Rule(Applicability.CONDITIONAL, "if-cadmium-or-lead")),
    44: _pending("omnibus-open"),
    **dict.fromkeys(range(51, 57), _rows(_MANDATORY, _MANDATORY, _IF_APPLICABLE)),
    57: _rows(_IF_APPLICABLE),
    58: _rows(_IF_APPLICABLE),
    59: _rows(_MANDATORY, _MANDATORY, _IF_APPLICABLE),
    60: _rows(_MANDATORY, _MANDATORY, _IF_APPLICABLE),
    61: _rows(_MANDATORY, _OTHER_CATEGORY, _OTHER_CATEGORY),
    **dict.fromkeys(range(62, 67), _rows(_EV_USES_SOCE, _MANDATORY, _IF_APPLICABLE)),
    **dict.fromkeys(range(68, 72), _rows(_IF_APPLICABLE)),
}

RULE_SETS: Mapping[str, RuleSet] = MappingProxyType(
    {
        "ec-2.0": RuleSet(
            version="ec-2.0",
            title="Commission guidance on passport data points, version 2.0, August 2026",
            passports_from=date(2027, 2, 18),
            exceptions=MappingProxyType(_EC_2_0),
        )
    }
)


def rule_set(version: str) -> RuleSet:
    """Return the rule set of that version.

    Raises: UnknownRuleSet.
    """
    if version not in RULE_SETS:
        raise UnknownRuleSet(
            f"There is no rule set {version[:60]!r}.",
            remedy=f"Rule sets are {', '.join(RULE_SETS)}.",
        )
    return RULE_SETS[version]
