"""Administrators' routes: overview, quarantine, stuck records, audits.

In: requests of administrators. Out: pages; audits that run on in the background.
"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.web.authorization import ActionRoute
from battery_passport.web.consoles.administration.lists import (
    audits_list,
    quarantine_list,
    result_of,
    stuck_list,
)
from battery_passport.web.consoles.administration.ports import (
    AdministrationBook,
    AuditRun,
    RunningState,
)
from battery_passport.web.consoles.administration.watching import watch_term
from battery_passport.web.consoles.frame.answering import lead_to
from battery_passport.web.consoles.frame.cells import Cell, Figure
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.list_state import read_state
from battery_passport.web.consoles.frame.listing import ListView, view_of
from battery_passport.web.consoles.frame.pages import ConsolePage, Term
from battery_passport.web.consoles.frame.places import ADMINISTRATION, APPROVALS
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.submissions import new_submission, submission_of
from battery_passport.web.forms import form_of
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.home import show_wait
from battery_passport.web.session import principal_of

BASE = ADMINISTRATION.path
AUDITS = f"{BASE}/audits"
RUN = "audit.run"

KEY_PURPOSES = {
    "issuer": marked("signs passports"),
    "diagnostics": marked("signs health statements"),
    "log": marked("signs the log"),
    "importer": marked("signs imported measurements"),
}


INSECURE_KEYS = marked(
    "The keys of this installation are for demonstrations: they lie in clear, and others may have "
    "them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage(ConsolePage):
    """The context of `consoles/administration/overview.html`."""

    template: ClassVar[str] = "consoles/administration/overview.html"
    figures: tuple[Figure, ...]
    approvals: str
    anchoring: tuple[Term, ...]
    keys: tuple[Term, ...]
    keys_warning: str
    audit: Cell | None
    audit_at: str
    audits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditsPage(ConsolePage):
    """The context of `consoles/administration/audits.html`."""

    template: ClassVar[str] = "consoles/administration/audits.html"
    action: str
    submission: str
    running: str
    again: str
    list: ListView


class AdministrationDesk:
    """Endpoints of administrators."""

    def __init__(self, desk: Desk, book: AdministrationBook) -> None:
        self._desk = desk
        self._book = book

    def overview(self, request: Request) -> Response:
        """Return what waits for the administrator, and how the installation does."""
        shell = self._desk.frame.shell(request, ADMINISTRATION)
        state = self._book.state(principal_of(request))
        latest = next(iter(self._book.audits()), None)
        language, text = shell.language, shell.language.text
        page = OverviewPage(
            shell=shell,
            title=text("The installation"),
            lead=text("All times are Korean time (KST, UTC+9)."),
            figures=_figures(state, shell),
            approvals=shell.address(APPROVALS),
            anchoring=_anchoring(state, language),
            keys=tuple(
                Term(text(KEY_PURPOSES[key.purpose]), key.key_id, code=True, small=key.algorithm)
                for key in state.keys
            ),
            keys_warning=text(INSECURE_KEYS) if state.keys_are_insecure else "",
            audit=None if latest is None else result_of(latest, language),
            audit_at="" if latest is None else language.moment(latest.started_at),
            audits=shell.address(AUDITS),
        )
        return self._desk.frame.answer(page)

    def quarantine(self, request: Request) -> Response:
        """Return the batches in quarantine."""
        return self._desk.list_answer(
            request,
            ADMINISTRATION,
            quarantine_list(),
            self._book.quarantine(principal_of(request)),
            title=marked("Quarantine"),
            lead=marked("Batches that contradict one that was there before. Korean time (KST)."),
        )

    def stuck(self, request: Request) -> Response:
        """Return the records that are stuck."""
        return self._desk.list_answer(
            request,
            ADMINISTRATION,
            stuck_list(),
            self._book.stuck(principal_of(request)),
            title=marked("Stuck records"),
            lead=marked("Records that a step of the platform cannot digest. Korean time (KST)."),
        )

    def audits(self, request: Request) -> Response:
        """Return the audits, and the button for another."""
        listing, rows = audits_list(), self._book.audits()
        state = read_state(request, sorts=listing.sorts, filters=listing.filter_keys)
        if state.as_csv:
            return self._desk.list_answer(
                request, ADMINISTRATION, listing, rows, title=listing.title
            )
        shell = self._desk.frame.shell(request, ADMINISTRATION)
        running = next((each for each in rows if each.running), None)
        text = shell.language.text
        page = AuditsPage(
            shell=shell,
            title=text("Audits"),
            lead=text("Every record against the log, the log against the ledger."),
            action=f"{AUDITS}{shell.kept_query}",
            submission=new_submission(),
            running="" if running is None else _progress(running, shell.language),
            again=shell.address(AUDITS),
            list=view_of(listing, rows, state, shell),
        )
        return self._desk.frame.answer(page)

    def run(self, request: Request) -> Response:
        """Begin an audit; it runs on when the page is left."""
        self._book.start_audit(principal_of(request), submission_of(form_of(request)))
        shell = self._desk.frame.shell(request, ADMINISTRATION)
        return lead_to(shell.address(AUDITS))


def _progress(run: AuditRun, language: Language) -> str:
    return language.text(
        "An audit has been running since %(at)s; %(count)s records are checked so far.",
        at=language.moment(run.started_at),
        count=language.number(run.checked),
    )


def _figures(state: RunningState, shell: ConsoleShell) -> tuple[Figure, ...]:
    text, number = shell.language.text, shell.language.number
    return (
        Figure(
            label=text("Applications to decide"),
            figure=number(state.applications),
            origin=text("of organisations that want to take part"),
            link=shell.address(APPROVALS),
        ),
        Figure(
            label=text("Organisations"),
            figure=number(state.organisations),
            origin=text("with %(count)s members", count=number(state.members)),
            link=shell.address(APPROVALS),
        ),
        Figure(
            label=text("In quarantine"),
            figure=number(state.quarantined),
            origin=text("batches that contradict an earlier one"),
            link=shell.address(f"{BASE}/quarantine"),
        ),
        Figure(
            label=text("Stuck records"),
            figure=number(state.stuck),
            origin=text("%(count)s more wait for their turn", count=number(state.pending)),
            link=shell.address(f"{BASE}/stuck"),
        ),
    )


def _anchoring(state: RunningState, language: Language) -> tuple[Term, ...]:
    text, number = language.text, language.number
    waiting = max(0, state.log_size - state.anchored_size)
    never = text("none yet")
    block = (
        ""
        if state.anchor_block is None
        else text("block %(block)s", block=number(state.anchor_block))
    )
    lag = text("everything is recorded")
    if waiting:
        lag = text("oldest for %(wait)s", wait=show_wait(state.lag_s, language))
    return (
        Term(text("Log"), state.log_origin, code=True),
        Term(
            text("Log entries"),
            number(state.log_size),
            small=never if state.checkpoint_at is None else language.moment(state.checkpoint_at),
        ),
        Term(
            text("Recorded on the ledger"),
            number(state.anchored_size),
            small=never
            if state.anchored_at is None
            else f"{language.moment(state.anchored_at)} {block}".strip(),
        ),
        Term(text("Waiting to be recorded"), number(waiting), small=lag),
        watch_term(state.watch, language),
    )


def administration_routes(desk: Desk, book: AdministrationBook) -> list[ActionRoute]:
    """Return the routes of administrators."""
    pages, console = AdministrationDesk(desk, book), ADMINISTRATION.action
    return [
        ActionRoute(BASE, pages.overview, action=console),
        ActionRoute(f"{BASE}/quarantine", pages.quarantine, action=console),
        ActionRoute(f"{BASE}/stuck", pages.stuck, action=console),
        ActionRoute(AUDITS, pages.audits, action=console, methods=["GET"]),
        ActionRoute(AUDITS, pages.run, action=RUN, methods=["POST"]),
    ]
