"""Traders' pages: lots, of which there are none yet, and the check of a proof file.

In: requests of traders; files they upload. Out: pages; nothing that was uploaded is kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.foundation.errors import InvalidInput, VerificationFailed
from battery_passport.proof.report import Remark, VerificationReport
from battery_passport.proof.verification import verify_bundle
from battery_passport.web.authorization import ActionRoute
from battery_passport.web.consoles.frame.coming import Coming, ComingPage
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.pages import ConsolePage, Term
from battery_passport.web.consoles.frame.places import CODE_DESK, TRADE
from battery_passport.web.forms import form_of
from battery_passport.web.language import Language, marked
from battery_passport.web.refusals.saying import refusal_text

PROOF_PATH = f"{TRADE.path}/proof"
OWN, OTHER = "own", "other"

HELD: Mapping[str, str] = MappingProxyType(
    {
        "issuer-trusted": marked("The issuer is one that the trust file names."),
        "credential-signed": marked("The issuer's signature covers every value."),
        "record-matches": marked("The log's record names exactly this version."),
        "logged": marked("The record is an entry of the signed log."),
        "anchored": marked("The anchor concerns exactly that log."),
        "witnessed": marked("Witnesses that the trust file names have seen that log."),
        "statements-hold": marked("The health statements are signed, logged and of this battery."),
        "evidence-complete": marked("The raw batches are exactly those the statements name."),
        "latest-not-proven": marked("Whether this is the latest version is not in the file."),
        "status-not-checked": marked(
            "Whether the passport was suspended or revoked since is not in the file."
        ),
        "development-ledger": marked(
            "The ledger is run by one party alone, so it is no outside witness."
        ),
        "no-witnesses": marked("No independent witness has signed the log."),
        "demonstration-keys": marked(
            "It is signed with demonstration keys, which others may have."
        ),
    }
)

COMING = (
    (
        marked("Lots with their evidence"),
        marked("Health with its interval, insulation, grade and certificate; filters and price."),
    ),
    (
        marked("Sealed bids"),
        marked("Nobody sees a bid before all are opened; ties are decided by time."),
    ),
    (
        marked("Payment held until the incoming test agrees"),
        marked("The money moves when your own test fits the passport; otherwise a dispute."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage(ConsolePage):
    """The context of `consoles/trade/proof.html`; `valid` is None before a file was checked."""

    template: ClassVar[str] = "consoles/trade/proof.html"
    action: str
    own_check: str
    trust: str = OWN
    proof_fault: str = ""
    trust_fault: str = ""
    valid: bool | None = None
    why: str = ""
    terms: tuple[Term, ...] = ()
    held: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a check went; `valid` is None while there was none."""

    trust: str = OWN
    proof_fault: str = ""
    trust_fault: str = ""
    valid: bool | None = None
    why: str = ""
    report: VerificationReport | None = None


class TradeDesk:
    """Endpoints of traders."""

    def __init__(self, desk: Desk, own_trust: Callable[[], bytes]) -> None:
        self._desk = desk
        self._own_trust = own_trust

    def lots(self, request: Request) -> Response:
        """Return the list of lots, empty until there is a market."""
        shell = self._desk.frame.shell(request, TRADE)
        text = shell.language.text
        page = ComingPage(
            shell=shell,
            title=text("Lots"),
            lead=text("Used batteries for sale, each with its passport."),
            empty_title=text("There is no market here yet."),
            empty_lesson=text(
                "Nothing can be bid for or bought on this installation so far. What you can do "
                "today: check the proof file that a seller sends you, and hand a buyer the code "
                "with which they claim the battery."
            ),
            coming=tuple(Coming(text(title), text(lesson)) for title, lesson in COMING),
            way=shell.address(PROOF_PATH),
            way_text=text("Check a proof file"),
            second=shell.address(CODE_DESK),
            second_text=text("Code for a buyer"),
        )
        return self._desk.frame.answer(page)

    def ask(self, request: Request) -> Response:
        """Return the form for a proof file."""
        return self._answer(request, Outcome())

    def check(self, request: Request) -> Response:
        """Check an uploaded file against our own or an uploaded trust file."""
        form, language = form_of(request), self._desk.frame.shell(request, TRADE).language
        proof, other = form["proof"], form["trust_file"]
        trust = OTHER if form["trust"] == OTHER else OWN
        outcome = Outcome(trust=trust)
        if not proof.strip():
            fault = language.text("Choose the proof file that you were sent.")
            return self._answer(request, replace(outcome, proof_fault=fault), status=422)
        if trust == OTHER and not other.strip():
            fault = language.text("Choose the trust file, or trust this installation.")
            return self._answer(request, replace(outcome, trust_fault=fault), status=422)
        anchors = other.encode() if trust == OTHER else self._own_trust()
        try:
            report = verify_bundle(proof.encode(), anchors)
        except InvalidInput as error:
            why = refusal_text(error, language)
            fault = language.text("The file cannot be read: %(why)s", why=why)
            return self._answer(request, replace(outcome, proof_fault=fault), status=422)
        except VerificationFailed as error:
            why = refusal_text(error, language)
            return self._answer(request, replace(outcome, valid=False, why=why))
        return self._answer(request, replace(outcome, report=report))

    def _answer(self, request: Request, outcome: Outcome, *, status: int = 200) -> Response:
        shell = self._desk.frame.shell(request, TRADE)
        text = shell.language.text
        report = outcome.report
        page = ProofPage(
            shell=shell,
            title=text("Check a proof file"),
            lead=text(
                "A seller can send you the proof file of a passport. It is checked here and not "
                "kept. You can check it on your own computer too, without us."
            ),
            action=f"{PROOF_PATH}{shell.kept_query}",
            own_check=shell.address("/verify"),
            trust=outcome.trust,
            proof_fault=outcome.proof_fault,
            trust_fault=outcome.trust_fault,
            valid=outcome.valid if report is None else True,
            why=outcome.why,
            terms=() if report is None else _terms(report, shell.language),
            held=() if report is None else _words(report.checks, shell.language),
            limits=() if report is None else _words(report.limits, shell.language),
        )
        return self._desk.frame.answer(page, status=status)


def _terms(report: VerificationReport, language: Language) -> tuple[Term, ...]:
    text = language.text
    return (
        Term(text("Battery"), report.subject, code=True),
        Term(text("Version"), str(report.sequence)),
        Term(text("Signed on"), language.moment(report.as_of)),
        Term(text("Issuer"), report.issuer, code=True),
        Term(text("Log"), report.log_origin, code=True),
        Term(text("Batches of evidence inside"), language.number(report.batches)),
    )


def _words(remarks: tuple[Remark, ...], language: Language) -> tuple[str, ...]:
    return tuple(
        language.text(HELD[each.name]) if each.name in HELD else each.words for each in remarks
    )


def trade_routes(desk: Desk, own_trust: Callable[[], bytes]) -> list[ActionRoute]:
    """Return the routes of traders."""
    pages, console = TradeDesk(desk, own_trust), TRADE.action
    return [
        ActionRoute(TRADE.path, pages.lots, action=console),
        ActionRoute(PROOF_PATH, pages.ask, action=console, methods=["GET"]),
        ActionRoute(PROOF_PATH, pages.check, action=(console, "proof.check"), methods=["POST"]),
    ]
