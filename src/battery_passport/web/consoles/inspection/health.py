"""The estimate and the measurement of a battery beside one another, as an inspector reads them.

In: both figures. Out: facts with their names; none where neither is there.
"""

from collections.abc import Iterator

from battery_passport.web.consoles.frame.pages import Term
from battery_passport.web.consoles.inspection.ports import BothFigures
from battery_passport.web.language import THIN_SPACE, Language
from battery_passport.web.pages.measured import measured_block
from battery_passport.web.reading.views import HealthStatement, MeasuredHealth


def health_terms(both: BothFigures, language: Language) -> tuple[Term, ...]:
    """Return what is known of a battery's health, and by whose word."""
    if both.estimate is None and both.measured is None:
        return ()
    nothing = language.text("nothing yet")
    estimated = (
        Term(language.text("Estimated"), nothing)
        if both.estimate is None
        else _estimate(both.estimate, language)
    )
    measured = (
        [Term(language.text("Measured by an inspector"), nothing)]
        if both.measured is None
        else _measured(both.measured, language)
    )
    return (estimated, *measured)


def _estimate(said: HealthStatement, language: Language) -> Term:
    value, low, high = (
        language.number(round(each, 1))
        for each in (said.value_percent, said.low_percent, said.high_percent)
    )
    at = said.as_of or said.stated_at
    return Term(
        language.text("Estimated"),
        f"{value}{THIN_SPACE}% ({low}–{high}{THIN_SPACE}%)",
        small=f"{language.day_of(at)} · {said.method} {said.method_version}",
    )


def _measured(said: MeasuredHealth, language: Language) -> Iterator[Term]:
    block = measured_block(said, language)
    if block is None:
        return
    told = " · ".join(block.figures) or language.text("the items of the inspection")
    small = " · ".join(
        each for each in (block.how, block.at, block.who, block.agrees, block.puts_right) if each
    )
    yield Term(language.text("Measured by an inspector"), told, small=small)
    yield Term(
        language.text("Signed statement"), block.statement_sha256, code=True, small=block.logged
    )
