"""What an inspector measured, beside the estimate: a figure, how, when, by whom; how they agree.

In: a `MeasuredHealth`. Out: the context of `_measured.html`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from battery_passport.lifecycle.measurement import (
    CapacityTest,
    Instrument,
    MeasuredItem,
)
from battery_passport.web.language import THIN_SPACE, Language, marked
from battery_passport.web.pages.measured_words import ITEMS, WORDS
from battery_passport.web.reading.views import MeasuredHealth

COUNTED = "1"

_AGREES: Mapping[bool | None, str] = MappingProxyType(
    {
        True: marked("It lies within the range of the estimate."),
        False: marked("It lies outside the range of the estimate."),
        None: "",
    }
)


@dataclass(frozen=True, slots=True)
class MeasuredFigure:
    """One of the nine items as it is shown."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredBlock:
    """What is shown of a measurement; `agrees` is empty where nothing can be compared."""

    figures: tuple[str, ...]
    agrees: str
    is_outside: bool
    of_rated: str
    how: str
    who: str
    at: str
    result: str
    instrument: str
    calibrated: str
    certificate: str
    puts_right: str
    reason: str
    items_shown: tuple[MeasuredFigure, ...]
    statement_sha256: str
    logged: str


def measured_block(measured: MeasuredHealth | None, language: Language) -> MeasuredBlock | None:
    """Return the block of a measurement, None without one."""
    if measured is None:
        return None
    said, text = measured.measurement, language.text
    test, index = said.capacity_test, measured.log_index
    return MeasuredBlock(
        figures=() if test is None else tuple(_figures(test, language)),
        agrees=text(_AGREES[measured.within]) if measured.within is not None else "",
        is_outside=measured.within is False,
        of_rated=_of_rated(test, measured.rated_ah, language),
        how="" if test is None else ", ".join(_how(test, language)),
        who=said.organisation,
        at=language.moment(said.measured_at),
        result=", ".join(_word(each, language) for each in (said.kind, said.result)),
        instrument="" if said.instrument is None else _instrument(said.instrument),
        calibrated="" if said.instrument is None else _calibrated(said.instrument, language),
        certificate=said.certificate or "",
        puts_right=""
        if said.supersedes is None
        else text("It puts an earlier measurement of the same body right."),
        reason="" if said.supersedes is None else said.reason or "",
        items_shown=tuple(_item(each, language) for each in said.items),
        statement_sha256=measured.credential_sha256,
        logged=text("not yet in the log")
        if index is None
        else text("number %(index)s in the log", index=language.number(index)),
    )


def _of_rated(test: CapacityTest | None, rated_ah: float | None, language: Language) -> str:
    """Return a measured capacity as a share of the rated one, where no health was measured."""
    if test is None or test.capacity_ah is None or not rated_ah or test.health_percent is not None:
        return ""
    return language.text(
        "That is %(share)s %% of the rated %(rated)s Ah.",
        share=language.number(round(100 * test.capacity_ah / rated_ah, 1)),
        rated=language.number(rated_ah),
    )


def _figures(test: CapacityTest, language: Language) -> Iterator[str]:
    for value, unit in ((test.health_percent, "%"), (test.capacity_ah, "Ah")):
        if value is not None:
            yield f"{language.number(value)}{THIN_SPACE}{unit}"


def _how(test: CapacityTest, language: Language) -> Iterator[str]:
    yield _word(test.method, language)
    for value, unit in ((test.c_rate, "C"), (test.temperature_celsius, "°C")):
        if value is not None:
            yield f"{language.number(value)}{THIN_SPACE}{unit}"


def _instrument(instrument: Instrument) -> str:
    return ", ".join(part for part in (instrument.name, instrument.serial) if part)


def _calibrated(instrument: Instrument, language: Language) -> str:
    day = instrument.calibrated_on
    return language.text("calibrated on %(day)s", day=day) if day else ""


def _item(item: MeasuredItem, language: Language) -> MeasuredFigure:
    label = language.text(ITEMS[item.name]) if item.name in ITEMS else item.name
    unit = "" if item.unit == COUNTED else f"{THIN_SPACE}{item.unit}"
    return MeasuredFigure(label, f"{language.number(item.value)}{unit}")


def _word(code: str, language: Language) -> str:
    return language.text(WORDS[code]) if code in WORDS else code
