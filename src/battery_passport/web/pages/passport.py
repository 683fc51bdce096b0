"""The public passport page: Annex XIII point 1, what was verified, history, papers.

In: a `PublicPassportView`. Out: the page's typed context, every text in the reader's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar
from urllib.parse import quote

from battery_passport.passport.timeline import TimelineEntry, TimelineKind
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.data_points import (
    POINT_GROUPS,
    SIX_FACTS,
    battery_name,
    point_name,
    reason_text,
)
from battery_passport.web.pages.evidence import LEDGER_NAMES, VerifiedStrip, build_strip
from battery_passport.web.pages.layout import Shell
from battery_passport.web.pages.qr import qr_svg
from battery_passport.web.pages.values import WORDS, Shown, show_origin, show_value
from battery_passport.web.views import (
    Duty,
    OpenPoint,
    PublicPassportView,
    PublicValue,
    Standing,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One data point: its value with source and date, or who owes it, or why it is not due."""

    number: int
    label: str
    shown: Shown | None = None
    origin: str = ""
    as_of: str = ""
    owed: str = ""
    pending: str = ""


@dataclass(frozen=True, slots=True)
class PaperGroup:
    """A heading with its rows, and how many of them have a value."""

    heading: str
    rows: tuple[PaperRow, ...]

    @property
    def filled(self) -> int:
        return sum(row.shown is not None for row in self.rows)

    @property
    def owed(self) -> int:
        return sum(bool(row.owed) for row in self.rows)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One public happening. `kind` chooses the mark on the line."""

    kind: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """For paper: a source with its date, and the data points that rest on it."""

    origin: str
    as_of: str
    numbers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportPage:
    """The context of `passport.html`."""

    template: ClassVar[str] = "passport.html"
    shell: Shell
    kind: str
    name: str
    identifier: str
    gtin: str
    serial: str
    standing: str
    standing_tone: str
    version: int
    issued_on: str
    issuer_name: str
    strip: VerifiedStrip
    facts: tuple[PaperRow, ...]
    history: tuple[HistoryLine, ...]
    groups: tuple[PaperGroup, ...]
    sources: tuple[SourceLine, ...]
    owed_count: int
    proof_address: str
    proof_name: str
    document_address: str
    way_address: str
    credential_sha256: str
    digital_link: str
    qr: str


KIND_UNKNOWN = marked("Battery of a kind not yet given")

_STANDINGS: Mapping[Standing, tuple[str, str]] = MappingProxyType(
    {
        Standing.IN_FORCE: ("success", marked("Passport in force")),
        Standing.SUSPENDED: ("warning", marked("Passport suspended")),
        Standing.ENDED: ("gray", marked("Passport ended")),
    }
)

_HAPPENINGS: Mapping[TimelineKind, str] = MappingProxyType(
    {
        TimelineKind.ISSUED: marked("Passport issued, version %(version)s"),
        TimelineKind.NEW_VERSION: marked("Version %(version)s issued"),
        TimelineKind.SUSPENDED: marked("Passport suspended"),
        TimelineKind.RESUMED: marked("Passport in force again"),
        TimelineKind.ENDED: marked("Passport ended"),
        TimelineKind.ANCHORED: marked(
            "Version %(version)s recorded on the %(ledger)s, block %(block)s"
        ),
    }
)


def build_passport_page(view: PublicPassportView, shell: Shell) -> PassportPage:
    """Return the page of a passport; only what the view holds appears on it."""
    language = shell.language
    rows = _rows(view, language)
    tone, standing = _STANDINGS[view.standing]
    resource = f"{view.identifier.gtin}/{quote(view.identifier.serial, safe='')}"
    return PassportPage(
        shell=shell,
        kind=language.text(WORDS[view.category] if view.category else KIND_UNKNOWN),
        name=battery_name(view.model_name, view.identifier, language),
        identifier=str(view.identifier),
        gtin=view.identifier.gtin,
        serial=view.identifier.serial,
        standing=language.text(standing),
        standing_tone=tone,
        version=view.version,
        issued_on=language.day_of(view.issued_at),
        issuer_name=view.issuer_name,
        strip=build_strip(view.evidence, language),
        facts=tuple(rows[number] for number in SIX_FACTS if number in rows),
        history=tuple(_history_line(each, view, language) for each in _newest_first(view)),
        groups=_groups(rows, language),
        sources=_sources(rows),
        owed_count=sum(bool(row.owed) for row in rows.values()),
        proof_address=f"/v1/proofs/{resource}",
        proof_name=proof_file_name(view),
        document_address=f"/v1/passports/{resource}",
        way_address=shell.link(f"/ledger/of/{view.identifier.path}", version=view.version),
        credential_sha256=view.credential_sha256,
        digital_link=view.digital_link,
        qr=qr_svg(view.digital_link),
    )


def proof_file_name(view: PublicPassportView) -> str:
    """Return a name for the downloaded proof that says which battery and version it is of."""
    serial = "".join(
        letter if letter.isalnum() or letter in "-_." else "_" for letter in view.identifier.serial
    )
    return f"battery-passport-{view.identifier.gtin}-{serial}-v{view.version}.proof.json"


def _newest_first(view: PublicPassportView) -> list[TimelineEntry]:
    return sorted(view.history, key=lambda each: each.at, reverse=True)


def _history_line(each: TimelineEntry, view: PublicPassportView, language: Language) -> HistoryLine:
    text = language.text(
        _HAPPENINGS[each.kind],
        version=each.version,
        block="–" if each.block_number is None else language.number(each.block_number),
        ledger=language.text(LEDGER_NAMES[view.evidence.ledger]),
    )
    return HistoryLine(each.kind.value, language.moment(each.at), text)


def _rows(view: PublicPassportView, language: Language) -> dict[int, PaperRow]:
    """Return a row for every public data point that has a value or is open, by number."""
    rows = {point.number: _open_row(point, language) for point in view.open_points}
    rows |= {value.number: _value_row(value, language) for value in view.values}
    return rows


def _value_row(value: PublicValue, language: Language) -> PaperRow:
    source = show_source(value.source, language)
    return PaperRow(
        number=value.number,
        label=point_name(value.number, language),
        shown=show_value(value.value, value.unit, language),
        origin=show_origin(source, value.method, language),
        as_of=language.day_of(value.as_of),
    )


def _open_row(point: OpenPoint, language: Language) -> PaperRow:
    label = point_name(point.number, language)
    if point.duty is Duty.PENDING:
        pending = reason_text(point.reason, language)
        return PaperRow(number=point.number, label=label, pending=pending)
    owed = language.text("owed by %(who)s", who=point.owed_by)
    if point.due is not None:
        due = language.day(point.due)
        owed = language.text("owed by %(who)s, due %(due)s", who=point.owed_by, due=due)
    return PaperRow(number=point.number, label=label, owed=owed)


def show_source(source: str, language: Language) -> str:
    """Return where a value comes from; an event's number says nothing to a reader."""
    kind = source.partition(":")[0]
    return language.text(_SOURCES[kind]) if kind in _SOURCES else source


_SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "registration": marked("registration by the operator"),
        "model": marked("manufacturer's declaration for the model"),
        "event": marked("recorded event"),
        "figures-statement": marked("computed from signed measurements"),
    }
)


def _groups(rows: dict[int, PaperRow], language: Language) -> tuple[PaperGroup, ...]:
    groups = (
        PaperGroup(
            language.text(group.heading),
            tuple(rows[number] for number in group.numbers if number in rows),
        )
        for group in POINT_GROUPS
    )
    return tuple(group for group in groups if group.rows)


def _sources(rows: dict[int, PaperRow]) -> tuple[SourceLine, ...]:
    """Return each source once, with the numbers of its values in their order."""
    numbers: dict[tuple[str, str], list[str]] = {}
    for number, row in sorted(rows.items()):
        if row.shown is not None:
            numbers.setdefault((row.origin, row.as_of), []).append(str(number))
    return tuple(SourceLine(*source, ", ".join(found)) for source, found in numbers.items())
