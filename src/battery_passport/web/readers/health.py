"""Health for those who may see it: our own signed estimate, and apart from it the car's SOCE.

In: a health statement and the values a reader sees. Out: blocks of the page.
"""

from dataclasses import dataclass

from battery_passport.web.language import THIN_SPACE, Language
from battery_passport.web.owner.health import HealthBlock, build_health
from battery_passport.web.owner.views import Estimate
from battery_passport.web.pages.passport import show_source
from battery_passport.web.pages.values import show_origin
from battery_passport.web.reading.views import HealthStatement, ReaderPassport

CERTIFIED_ENERGY = 61


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateBlock:
    """Our estimate with what it rests on: remaining capacity, its signed statement, its place."""

    health: HealthBlock
    capacity: str
    statement_sha256: str
    logged: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedBlock:
    """State of certified energy (SOCE), as the car or its maker stated it."""

    figure: str
    origin: str
    as_of: str
    unsigned: bool


def estimate_block(statement: HealthStatement | None, language: Language) -> EstimateBlock | None:
    """Return the block of our estimate, None without one."""
    if statement is None:
        return None
    value, low, high = (
        language.number(figure)
        for figure in (statement.capacity_ah, statement.low_ah, statement.high_ah)
    )
    index = statement.log_index
    return EstimateBlock(
        health=build_health(_estimate(statement), language),
        capacity=language.text(
            "Remaining capacity %(value)s Ah, between %(low)s and %(high)s Ah.",
            value=value,
            low=low,
            high=high,
        ),
        statement_sha256=statement.credential_sha256,
        logged=language.text("not yet in the log")
        if index is None
        else language.text("number %(index)s in the log", index=language.number(index)),
    )


def certified_block(passport: ReaderPassport, language: Language) -> CertifiedBlock | None:
    """Return the certified energy, None where nobody has stated it or the reader may not see it."""
    found = next((each for each in passport.values if each.number == CERTIFIED_ENERGY), None)
    if found is None or not isinstance(found.value, int | float):
        return None
    source = show_source(found.source, language)
    return CertifiedBlock(
        figure=f"{language.number(found.value)}{THIN_SPACE}%",
        origin=show_origin(source, found.method, language),
        as_of=language.day_of(found.as_of),
        unsigned=found.signed_in is None,
    )


def _estimate(statement: HealthStatement) -> Estimate:
    return Estimate(
        value_percent=statement.value_percent,
        low_percent=statement.low_percent,
        high_percent=statement.high_percent,
        as_of=statement.as_of,
        charges=statement.charges,
        method=statement.method,
        version=statement.method_version,
        statement=statement.number,
        stated_at=statement.stated_at,
    )
