"""The passport page of one reader: the public page, and exactly what policies let him see besides.

In: a `ReaderPassport`, who reads and for which purpose. Out: the page's typed context.
"""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from battery_passport.access.model import Principal, PrincipalKind, Purpose, Resource, Role
from battery_passport.web.language import Language, marked
from battery_passport.web.owner.words import VIEWERS
from battery_passport.web.pages.layout import Shell
from battery_passport.web.pages.measured import MeasuredBlock, measured_block
from battery_passport.web.pages.passport import PassportPage, build_passport_page
from battery_passport.web.readers.events import EventRow, event_rows
from battery_passport.web.readers.health import (
    CertifiedBlock,
    EstimateBlock,
    certified_block,
    estimate_block,
)
from battery_passport.web.readers.papers import ReadGroup, read_groups
from battery_passport.web.readers.purposes import PurposeOption, points_text
from battery_passport.web.reading.desk import Opened
from battery_passport.web.reading.purpose_words import PURPOSES
from battery_passport.web.reading.views import STATUS_NUMBER, ReaderPassport


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """Who reads, what for, what that opens, and whether the owner is told."""

    who: str
    purpose: str
    opens: str
    recorded: bool
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked before anything beyond the public part is shown."""

    options: tuple[PurposeOption, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the page's own navigation."""

    title: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewChoice:
    """One kind of reader to look as."""

    value: str
    title: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderPage:
    """The context of `readers/passport.html`; `page` is what the public parts of it show."""

    template: ClassVar[str] = "readers/passport.html"
    shell: Shell
    passport: PassportPage
    address: str
    csrf: str
    banner: Banner | None
    question: Question | None
    preview: tuple[PreviewChoice, ...]
    status: str
    estimate: EstimateBlock | None
    estimate_seen: bool
    measured: MeasuredBlock | None
    certified: CertifiedBlock | None
    unsigned_count: int
    groups: tuple[ReadGroup, ...]
    events: tuple[EventRow, ...]
    events_seen: bool
    newest: bool
    proof_address: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around the passport: banner or question, preview, links, the form's token."""

    csrf: str
    banner: Banner | None = None
    question: Question | None = None
    preview: tuple[PreviewChoice, ...] = ()
    withheld: frozenset[int] = frozenset()
    places: tuple[Place, ...] = ()
    purpose: Purpose | None = None


OWNER_TITLE = marked("Owner of this battery")
PERSON_TITLE = marked("Signed in")


def build_reader_page(passport: ReaderPassport, shell: Shell, around: Around) -> ReaderPage:
    """Return the page; nothing is on it that the reader's sight does not hold."""
    language = shell.language
    public = build_passport_page(passport.public, shell)
    groups = read_groups(passport, language, withheld=around.withheld)
    return ReaderPage(
        shell=shell,
        passport=public,
        address=f"/{passport.public.identifier.path}",
        csrf=around.csrf,
        banner=around.banner,
        question=around.question,
        preview=around.preview,
        status=_status(groups),
        estimate=estimate_block(passport.estimate, language),
        estimate_seen=passport.sight.with_estimate,
        measured=measured_block(passport.measured, language),
        certified=certified_block(passport, language),
        unsigned_count=sum(group.unsigned for group in groups),
        groups=groups,
        events=event_rows(passport.events, language),
        events_seen=STATUS_NUMBER in passport.sight.numbers,
        newest=passport.newest,
        proof_address=_proof_address(passport, around.purpose),
        places=around.places,
    )


def build_banner(opened: Opened, language: Language, *, may_change: bool) -> Banner:
    """Return who reads and what for, in words."""
    return Banner(
        who=reader_title(opened.principal, opened.battery, language),
        purpose=language.text(PURPOSES[opened.reading.purpose]),
        opens=points_text(opened.sight.points - {1}, language),
        recorded=not opened.is_own,
        may_change=may_change,
    )


def reader_title(principal: Principal, battery: Resource, language: Language) -> str:
    """Return what a reader is to this battery."""
    if principal.person_id is not None and principal.person_id == battery.owner_id:
        return language.text(OWNER_TITLE)
    if principal.kind is PrincipalKind.GRANT_HOLDER:
        return language.text("Holder of the owner's link")
    at_work = (role for role in Role if role in principal.roles and role is not Role.OWNER)
    role = next(at_work, None)
    return language.text(PERSON_TITLE if role is None else VIEWERS[role.value])


def _status(groups: tuple[ReadGroup, ...]) -> str:
    rows = (row for group in groups for row in group.rows if row.number == STATUS_NUMBER)
    found = next(rows, None)
    return "" if found is None or found.shown is None else found.shown.line


def _proof_address(passport: ReaderPassport, purpose: Purpose | None) -> str:
    identifier = passport.public.identifier
    address = f"/v1/proofs/{identifier.gtin}/{quote(identifier.serial, safe='')}"
    return address if purpose is None else f"{address}?purpose={purpose.value}"
