"""The pilot's report as the data of a document on paper.

In: the report's parts in words. Out: JSON for the template `pilot_report`.
"""

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.consoles.city.contexts import ReportPage

TEMPLATE = "pilot_report"


def paper_of(page: ReportPage) -> JsonObject:
    """Return what the template is filled with."""
    coverage = page.coverage
    return {
        "language": page.shell.language.code,
        "title": page.title,
        "subtitle": page.lead,
        "foot": page.made,
        "provisional": page.provisional,
        "figures": [
            {
                "label": line.label,
                "figure": line.figure,
                "unit": line.unit,
                "origin": line.meaning,
            }
            for line in page.lines
        ],
        "parts": [
            {
                "kind": "coverage",
                "title": coverage.title,
                "lead": coverage.lead,
                "days": list(coverage.days),
                "rows": [{"name": row.name, "shares": list(row.shares)} for row in coverage.rows],
            },
            *(
                {
                    "kind": "table",
                    "title": part.title,
                    "lead": part.lead,
                    "headings": list(part.headings),
                    "rows": [list(row) for row in part.rows],
                    "empty": part.empty,
                }
                for part in page.parts
            ),
            {
                "kind": "table",
                "title": page.events_title,
                "lead": "",
                "headings": [page.events_title, page.count_heading],
                "rows": [[line.label, line.figure] for line in page.events],
                "empty": page.no_events,
            },
        ],
    }
