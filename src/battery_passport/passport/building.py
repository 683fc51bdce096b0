"""Building a passport version: values, sections by point of Annex XIII, and what is owed.

In: a battery with its model, organisations and events, and the terms of issue. Out: the content to
sign. The same inputs always give the same bytes. Our own health estimate is not in it; further
figures that we signed are, with their intervals.
Source: EU-2023-1542 art-77, annex-xiii; W3C VCDM 2.0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.fold import fold
from battery_passport.lifecycle.model import Event, LifecycleState
from battery_passport.passport.collecting import PassportSubject, collect_values
from battery_passport.passport.disclosure import SECTIONS
from battery_passport.passport.measured import StatedFigures
from battery_passport.passport.model import PointValue
from battery_passport.passport.obligations import (
    CLOSED,
    Circumstances,
    Obligation,
    ObligationState,
    assess_all,
    missing_by_section,
)
from battery_passport.passport.rule_sets import DEFAULT_RULE_SET, rule_set
from battery_passport.registry.model import BatteryCategory

PAYLOAD_FORMAT = "bp-passport/v1"
CONTEXT = ("https://www.w3.org/ns/credentials/v2", {"@vocab": "urn:battery-passport:v1:"})
PUBLIC_POINT = 1

ASSUMED_CATEGORY = BatteryCategory.ELECTRIC_VEHICLE
"""Whose rules hold for a battery registered without a model; data point 6 is then missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTerms:
    """What one version is issued under.

    `issuer` is the issuing organisation's DID; `resolver` the web address under which GS1 Digital
    Link paths are answered, without a slash at its end.
    """

    version: int
    as_of: datetime
    issuer: str
    resolver: str
    rule_set_version: str = DEFAULT_RULE_SET


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportContent:
    """What one version says: `public` is signed open, `sections` are signed and disclosable."""

    version: int
    as_of: datetime
    public: JsonObject
    sections: Mapping[str, JsonObject]
    obligations: tuple[Obligation, ...]
    values: Mapping[int, PointValue]
    state: LifecycleState

    @property
    def missing(self) -> tuple[Obligation, ...]:
        """The mandatory data points that nobody has filled."""
        return tuple(o for o in self.obligations if o.state is ObligationState.MISSING)


def battery_uri(identifier: BatteryIdentifier, *, resolver: str) -> str:
    """Return the GS1 Digital Link that names a battery and leads to its passport."""
    return f"{resolver.rstrip('/')}/{identifier.path}"


def build_passport(
    subject: PassportSubject,
    events: Iterable[Event],
    terms: IssueTerms,
    *,
    stated: StatedFigures | None = None,
) -> PassportContent:
    """Return the content of a version, with mandatory points that are missing told as missing.

    `stated` is the newest signed statement of figures, if there is one.
    Raises: ContradictoryEvent if the events cannot have happened as recorded.
    """
    state = fold(events, as_of=terms.as_of)
    uri = battery_uri(subject.battery.identifier, resolver=terms.resolver)
    collected = collect_values(subject, state, uri=uri, stated=stated)
    category = subject.model.category if subject.model else ASSUMED_CATEGORY
    placed_at = state.placed_on_market_at
    circumstances = Circumstances(
        category=category,
        rules=rule_set(terms.rule_set_version),
        on=terms.as_of.date(),
        placed_on_market_on=placed_at.date() if placed_at else None,
    )
    obligations = assess_all(circumstances, filled=collected)
    closed = {o.point.number for o in obligations if o.applicability in CLOSED}
    values = {number: value for number, value in collected.items() if number not in closed}
    missing = missing_by_section(circumstances, filled=collected)
    parts: dict[int, JsonObject] = {
        point: {"dataPoints": points, "missing": list(missing.get(point, ()))}
        for point, points in _points_by_section(values).items()
    }
    return PassportContent(
        version=terms.version,
        as_of=terms.as_of,
        public=_public(uri, terms, category, parts[PUBLIC_POINT]),
        sections={name: parts[point] for point, name in SECTIONS.items()},
        obligations=obligations,
        values=values,
        state=state,
    )


def _points_by_section(values: Mapping[int, PointValue]) -> dict[int, JsonObject]:
    """Return the values at each point of Annex XIII, as they stand in a passport."""
    found: dict[int, JsonObject] = {point: {} for point in (PUBLIC_POINT, *SECTIONS)}
    for number, value in values.items():
        found[value.point.section][str(number)] = value.as_json()
    return found


def _public(
    uri: str, terms: IssueTerms, category: BatteryCategory, section: JsonObject
) -> JsonObject:
    return {
        "@context": list(CONTEXT),
        "id": f"{uri}?version={terms.version}",
        "type": ["VerifiableCredential", "BatteryPassport"],
        "bp": PAYLOAD_FORMAT,
        "issuer": terms.issuer,
        "validFrom": format_utc(terms.as_of),
        "credentialSubject": {
            "id": uri,
            "type": ["Battery"],
            "passportVersion": terms.version,
            "ruleSet": terms.rule_set_version,
            "rulesOfCategory": category.value,
            **section,
        },
    }
