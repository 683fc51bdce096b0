"""What a forecast rests on, gathered from statements, events and use.

In: a battery's events, past and present estimates, how it was used. Out: a basis, or None.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.assembly.recorded import opened_payload
from battery_passport.diagnostics.estimate import HealthEstimate
from battery_passport.diagnostics.forecast.model import ForecastBasis, HealthSeen
from battery_passport.diagnostics.model import Interval
from battery_passport.diagnostics.usage.figures import UsageFigures
from battery_passport.foundation.clock import DAY_S, parse_utc
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.fold import fold
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.tampering.model import Mark
from battery_passport.proof.model import HEALTH_STATEMENT
from battery_passport.proof.statement import health_claims
from battery_passport.registry.model import Battery

_DAYS_A_YEAR = 365.2425
_WIDTH_IN_SDS = 2 * 1.645
_MANUFACTURED_POINT = 9
_FEWEST_HOURS = 100.0
_M_PER_KM = 1_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PastHealth:
    """A health that was estimated. Units: ratios."""

    as_of: datetime
    value: float
    width: float


def past_health(connection: Connection, battery: Battery) -> list[PastHealth]:
    """Return what earlier health statements said, those with a figure."""
    stored = CredentialStore(connection).of_battery(HEALTH_STATEMENT, battery.battery_id)
    read = (_past(health_claims(opened_payload(each))) for each in stored)
    return [each for each in read if each is not None]


def present_health(estimate: HealthEstimate) -> list[PastHealth]:
    """Return the present estimate, if there is a figure."""
    found = estimate.findings.health_ratio
    if not isinstance(found, Interval) or estimate.as_of is None:
        return []
    return [PastHealth(as_of=estimate.as_of, value=found.value, width=found.high - found.low)]


def forecast_basis(
    *,
    events: Iterable[Event],
    past: Iterable[PastHealth],
    usage: UsageFigures,
    marks: Iterable[Mark],
    as_of: datetime,
) -> ForecastBasis | None:
    """Return the basis; None where nobody recorded when the battery's life began."""
    began = _began(tuple(events))
    if began is None or began > as_of:
        return None
    odometers_m = [mark.odometer_m for mark in marks if mark.odometer_m is not None]
    is_known = usage.covered_h >= _FEWEST_HOURS
    charges = len(usage.charges)
    return ForecastBasis(
        age_years=_years(began, as_of),
        seen=tuple(
            HealthSeen(
                age_years=max(0.0, _years(began, each.as_of)),
                health_ratio=each.value,
                sd_ratio=each.width / _WIDTH_IN_SDS,
            )
            for each in past
        ),
        fast_share=usage.fast_charges / charges if is_known and charges else None,
        full_share=usage.full_h / usage.covered_h if is_known else None,
        odometer_km=odometers_m[-1] / _M_PER_KM if odometers_m else None,
    )


def _began(events: tuple[Event, ...]) -> datetime | None:
    state = fold(events)
    if state.placed_on_market_at is not None:
        return state.placed_on_market_at
    month = state.values.get(_MANUFACTURED_POINT)
    if month is None or not isinstance(month.value, str):
        return None
    return datetime.strptime(month.value, "%Y-%m").replace(tzinfo=UTC)


def _years(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / DAY_S / _DAYS_A_YEAR


def _past(claims: JsonObject) -> PastHealth | None:
    health, as_of = claims.get("state_of_health"), claims.get("as_of")
    if not isinstance(health, dict) or not isinstance(as_of, str):
        return None
    value, low, high = (
        health.get(name) for name in ("value_percent", "low_percent", "high_percent")
    )
    numbers = [each / 100 for each in (value, low, high) if isinstance(each, int | float)]
    if len(numbers) != len(("value", "low", "high")):
        return None
    return PastHealth(as_of=parse_utc(as_of), value=numbers[0], width=numbers[2] - numbers[1])
