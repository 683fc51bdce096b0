"""The inspections of a battery so far, with what became of each.

In: events. Out: `PastInspection`s, one's own that stand with the ways to put right and take back.
"""

from collections.abc import Sequence

from battery_passport.lifecycle.inspections import CORRECTS, replaced_by, takes_back
from battery_passport.lifecycle.measurement import INSPECTED
from battery_passport.web.consoles.frame.describing import (
    event_terms,
    page_of,
    result_cell,
    value_text,
)
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.views import BatteryCard, RecordedEvent
from battery_passport.web.consoles.inspection.contexts import PastInspection
from battery_passport.web.consoles.inspection.lists import BASE
from battery_passport.web.consoles.inspection.putting_right import (
    CORRECTION,
    WITHDRAWAL,
    own_standing,
)
from battery_passport.web.language import Language


def past_inspections(
    events: Sequence[RecordedEvent], card: BatteryCard, shell: ConsoleShell, *, allowed: bool
) -> tuple[PastInspection, ...]:
    """Return the inspections in the order given; `allowed` tells that the reader may record."""
    replaced = replaced_by(events)
    own = {each.event_id for each in own_standing(events)} if allowed else set()
    page, language = page_of(BASE, card), shell.language

    def way(event: RecordedEvent, path: str) -> str:
        if event.event_id not in own:
            return ""
        return shell.address(f"{page}/{path}", of=str(event.event_id))

    return tuple(
        PastInspection(
            at=language.moment(each.occurred_at),
            kind=value_text(each.payload.get("kind"), "", language),
            result=result_cell(each, language),
            by=each.recorded_by_name or each.recorded_by,
            terms=event_terms(each, language, left=(CORRECTS,)),
            now=_now(replaced.get(str(each.event_id)), language),
            correct=way(each, CORRECTION.path),
            withdraw=way(each, WITHDRAWAL.path),
        )
        for each in events
        if each.event_type == INSPECTED
    )


def _now(later: RecordedEvent | None, language: Language) -> str:
    if later is None:
        return ""
    day = language.day_of(later.recorded_at)
    if takes_back(later.payload):
        return language.text("Taken back on %(day)s.", day=day)
    return language.text("Put right on %(day)s.", day=day)
