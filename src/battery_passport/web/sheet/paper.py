"""A diagnostic sheet as the data of a document on paper.

In: a sheet in words. Out: JSON for the template `diagnostic_sheet`.
"""

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.language import Language
from battery_passport.web.sheet.model import Plot, Sheet, SheetTable

TEMPLATE = "diagnostic_sheet"


def paper_of(sheet: Sheet, language: Language) -> JsonObject:
    """Return what the template is filled with."""
    text, grade = language.text, sheet.grade
    return {
        "language": language.code,
        "title": sheet.title,
        "subtitle": sheet.lead,
        "foot": sheet.made,
        "terms": [[each.term, each.text] for each in sheet.terms],
        "outdated": sheet.outdated,
        "grade": {
            "title": text("Grade"),
            "letter": grade.letter,
            "suggestion": grade.suggestion,
            "reasons": list(grade.reasons),
            "missing_title": text("What is missing"),
            "missing": list(grade.missing),
            "scale": grade.scale,
        },
        "figures": [
            {
                "label": each.label,
                "figure": each.figure,
                "unit": each.unit,
                "interval": each.interval,
                "origin": each.origin,
            }
            for each in sheet.figures
        ],
        "items": {
            "title": sheet.items_title,
            "lead": sheet.items_lead,
            "headings": list(sheet.item_headings),
            "rows": [
                [each.name, each.computed, each.computed_from, each.measured, each.measured_by]
                for each in sheet.items
            ],
        },
        "plots": [_plot(each) for each in sheet.plots],
        "tables": [_table(sheet.findings), _table(sheet.quality)],
        "notes": {"title": sheet.notes_title, "lines": list(sheet.notes)},
        "signature": {
            "title": text("Signature"),
            "lines": [text("Inspection body"), text("Date"), text("Signature")],
        },
    }


def _plot(plot: Plot) -> JsonObject:
    return {
        "title": plot.title,
        "svg": plot.svg,
        "said": plot.said,
        "origin": plot.origin,
        "why_not": plot.why_not,
    }


def _table(table: SheetTable) -> JsonObject:
    return {
        "title": table.title,
        "lead": table.lead,
        "headings": list(table.headings),
        "rows": [list(row) for row in table.rows],
        "empty": table.empty,
    }
