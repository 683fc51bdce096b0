"""Many batteries at once: identifiers are pasted, each gets one answer, valid or what is wrong.

In: a pasted list. Out: the page with its answers, or the same as CSV. Nothing is changed or kept.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import PLATFORM
from battery_passport.access.policy.reading import usual_purpose
from battery_passport.web.api.obligations import CONSIGNMENT, MOST_IDENTIFIERS, MOST_LETTERS
from battery_passport.web.authorization import access_of, authorize
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.layout import Shell
from battery_passport.web.readers.answering import private_file, private_page
from battery_passport.web.readers.duty_rows import plain_field
from battery_passport.web.reading.desk import Desk
from battery_passport.web.reading.views import CheckedIdentifier, Verdict
from battery_passport.web.site import Site

ANSWERS: Mapping[Verdict, tuple[str, str, str]] = MappingProxyType(
    {
        Verdict.VALID: ("success", marked("valid"), ""),
        Verdict.WAITING: (
            "success",
            marked("valid"),
            marked("The signature holds; the newest version waits for its place on the ledger."),
        ),
        Verdict.INCOMPLETE: (
            "warning",
            marked("incomplete"),
            marked("Required public entries are overdue."),
        ),
        Verdict.SUSPENDED: (
            "warning",
            marked("suspended"),
            marked("An authority has suspended this passport."),
        ),
        Verdict.ENDED: (
            "warning",
            marked("ended"),
            marked("The battery was recycled; its passport has ended."),
        ),
        Verdict.CHECK_FAILED: (
            "danger",
            marked("not valid"),
            marked("A check of signature, log or ledger does not hold."),
        ),
        Verdict.NO_PASSPORT: (
            "danger",
            marked("no passport"),
            marked("The battery is registered, but no passport was issued."),
        ),
        Verdict.UNKNOWN: (
            "danger",
            marked("unknown"),
            marked("No battery is recorded here under this identifier."),
        ),
        Verdict.MALFORMED: (
            "danger",
            marked("no identifier"),
            marked("This is no battery identifier: check every digit against the label."),
        ),
        Verdict.REPEATED: (
            "gray",
            marked("listed before"),
            marked("The same battery stands further up in the list."),
        ),
    }
)
"""Tone, word and reason of each answer."""

_BETWEEN = re.compile(r"[\s,;]+")
_HEADINGS = (
    marked("Identifier"),
    marked("Answer"),
    marked("Reason"),
    marked("Model"),
    marked("Economic operator"),
    marked("Version"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One identifier with its answer."""

    asked: str
    tone: str
    word: str
    reason: str
    model_name: str
    operator_name: str
    version: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsignmentPage:
    """The context of `readers/consignment.html`. `pasted` keeps what was typed."""

    template: ClassVar[str] = "readers/consignment.html"
    shell: Shell
    csrf: str
    pasted: str
    fault: str
    most: int
    rows: tuple[AnswerRow, ...]
    valid: int
    wrong: int


class ConsignmentPages:
    """Answers lists of identifiers."""

    def __init__(self, site: Site, desk: Desk) -> None:
        self._site = site
        self._desk = desk

    def consignment(self, request: Request) -> Response:
        """Return the empty form, or the answers of a pasted list."""
        principal = access_of(request.scope).principal
        authorize(request, CONSIGNMENT, PLATFORM, usual_purpose(principal, PLATFORM))
        shell = self._site.shell(request)
        pasted = form_of(request)["identifiers"].strip()
        asked = [part for part in _BETWEEN.split(pasted) if part]
        fault = _fault(asked, shell.language) if request.method == "POST" else ""
        checked = self._desk.services.check_consignment(asked) if asked and not fault else ()
        rows = tuple(_row(each, shell) for each in checked)
        if rows and form_of(request)["format"] == "csv":
            return private_file(_csv(rows, shell.language), "consignment.csv")
        valid = sum(each.verdict.is_valid for each in checked)
        page = ConsignmentPage(
            shell=shell,
            csrf=csrf_token(request),
            pasted=pasted,
            fault=fault,
            most=MOST_IDENTIFIERS,
            rows=rows,
            valid=valid,
            wrong=len(rows) - valid,
        )
        return private_page(self._site, page, status=422 if fault else 200)


def _fault(asked: Sequence[str], language: Language) -> str:
    if not asked:
        return language.text("Paste at least one identifier.")
    if len(asked) > MOST_IDENTIFIERS:
        return language.text(
            "%(count)s identifiers are too many: check at most %(most)s at once.",
            count=len(asked),
            most=MOST_IDENTIFIERS,
        )
    if any(len(each) > MOST_LETTERS for each in asked):
        return language.text("One of the identifiers is far too long.")
    return ""


def _row(checked: CheckedIdentifier, shell: Shell) -> AnswerRow:
    tone, word, reason = ANSWERS[checked.verdict]
    identifier, language = checked.identifier, shell.language
    return AnswerRow(
        asked=checked.asked,
        tone=tone,
        word=language.text(word),
        reason=language.text(reason) if reason else "",
        model_name=checked.model_name,
        operator_name=checked.operator_name,
        version="" if checked.version is None else str(checked.version),
        address=""
        if identifier is None or checked.version is None
        else shell.link(f"/{identifier.path}"),
    )


def _csv(rows: Sequence[AnswerRow], language: Language) -> str:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow([language.text(heading) for heading in _HEADINGS])
    for row in rows:
        fields = (
            row.asked,
            row.word,
            row.reason,
            row.model_name,
            row.operator_name,
            row.version,
        )
        table.writerow([plain_field(field) for field in fields])
    return written.getvalue()
