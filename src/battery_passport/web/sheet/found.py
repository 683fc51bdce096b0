"""What was found about the battery itself: cells, insulation, heat, figures that cannot be.

In: what a sheet is made from, a language. Out: a table.
"""

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.language import Language, marked
from battery_passport.web.sheet.model import SheetTable
from battery_passport.web.sheet.ports import SheetSources
from battery_passport.web.sheet.reading import moment, parts
from battery_passport.web.sheet.words import KINDS, method_name, reason_text

_SEVERITIES = {
    "notice": marked("notice"),
    "warning": marked("warning"),
    "critical": marked("critical"),
}


def findings_table(sources: SheetSources, language: Language) -> SheetTable:
    """Return the findings of the diagnosis and of the rules of tampering."""
    text, diagnosis = language.text, sources.diagnosis
    return SheetTable(
        title=text("What was found about the battery"),
        lead=text("By the measurements."),
        headings=(text("Finding"), text("Gravity"), text("Since"), text("Method")),
        rows=(
            *(_row(each, language) for each in parts(diagnosis.get("findings"))),
            *(_tampering(each, language) for each in parts(diagnosis.get("tampering"))),
        ),
        empty=text("Nothing was found."),
    )


def _row(found: JsonObject, language: Language) -> tuple[str, ...]:
    severity = _SEVERITIES.get(str(found.get("severity")))
    return (
        reason_text(found, language),
        str(found.get("severity")) if severity is None else language.text(severity),
        _since(found, language),
        method_name(found.get("method"), found.get("version"), language),
    )


def _tampering(found: JsonObject, language: Language) -> tuple[str, ...]:
    words = KINDS.get(str(found.get("kind")))
    return (
        str(found.get("sentence")) if words is None else language.text(words),
        language.text(_SEVERITIES["warning"]),
        _since(found, language),
        "–",
    )


def _since(found: JsonObject, language: Language) -> str:
    at = moment(found.get("since"))
    return "–" if at is None else language.day_of(at)
