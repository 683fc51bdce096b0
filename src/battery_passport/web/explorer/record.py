"""The page of one record's way, and the page that lists a battery's records.

In: a `RecordShelf` or a `RecordWay` that its reader may see. Out: the pages' typed contexts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.lifecycle.event_types import event_type
from battery_passport.web.explorer.lists import Row
from battery_passport.web.explorer.names import short_hex, status_name
from battery_passport.web.explorer.picture import lying, upright
from battery_passport.web.explorer.record_views import (
    OnchainView,
    RecordKind,
    RecordLine,
    RecordShelf,
    RecordWay,
    RegistryState,
    TokenHolder,
)
from battery_passport.web.explorer.station_words import TITLES
from battery_passport.web.explorer.way import Step, Way, way_label
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.layout import Shell

PREFIX = "/ledger/of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A heading with records of one kind; `older` leads to those behind, `newest` back."""

    heading: str
    rows: tuple[Row, ...]
    older: str = ""
    newest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfPage:
    """The context of `explorer/records.html`."""

    template: ClassVar[str] = "explorer/records.html"
    shell: Shell
    identifier: str
    passport: str
    shelves: tuple[Shelf, ...]
    may_see_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryBlock:
    """The battery in the registry, in words."""

    headline: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    key: str
    is_withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WayPage:
    """The context of `explorer/way.html`."""

    template: ClassVar[str] = "explorer/way.html"
    shell: Shell
    title: str
    identifier: str
    at: str
    passport: str
    records: str
    steps: tuple[Step, ...]
    done: int
    picture_lying: str
    picture_upright: str
    registry: RegistryBlock | None
    proof_address: str
    is_newest_version: bool
    replaced_by_newer: bool


def record_address(shell: Shell, identifier: BatteryIdentifier, line: RecordLine) -> str:
    """Return the address of a record's way."""
    name = line.name
    value = name.digest.hex() if name.kind is RecordKind.BATCH else name.number
    return shell.link(f"{PREFIX}/{identifier.path}", **{name.kind.value: value})


def build_shelf_page(
    shelf: RecordShelf, identifier: BatteryIdentifier, shell: Shell, *, may_see_more: bool
) -> ShelfPage:
    """Return the list of a battery's records."""
    text, address = shell.language.text, f"{PREFIX}/{identifier.path}"
    shelves = (
        _shelf(text("Versions of the passport"), shelf.versions, identifier, shell),
        _shelf(text("Health statements"), shelf.statements, identifier, shell),
        _shelf(text("Statements of figures"), shelf.figures, identifier, shell),
        _shelf(text("Measurements of inspection bodies"), shelf.measurements, identifier, shell),
        _shelf(text("Events"), shelf.events, identifier, shell),
        Shelf(
            heading=text("Batches of measurements"),
            rows=tuple(_row(each, identifier, shell) for each in shelf.batches),
            older=shell.link(address, page=shelf.batch_page + 1) if shelf.has_older_batches else "",
            newest=shell.link(address) if shelf.batch_page > 1 else "",
        ),
    )
    # Further pages are of batches alone: they are the only kind of which there are thousands.
    chosen = shelves if shelf.batch_page == 1 else shelves[-1:]
    return ShelfPage(
        shell=shell,
        identifier=str(identifier),
        passport=shell.link(f"/{identifier.path}"),
        shelves=tuple(each for each in chosen if each.rows),
        may_see_more=may_see_more,
    )


def build_way_page(
    way: RecordWay, identifier: BatteryIdentifier, shell: Shell, *, proof_query: str
) -> WayPage:
    """Return the page of one record's way."""
    language, line = shell.language, way.line
    steps = Way(way, shell).steps()
    stations, label = [each.station for each in steps], way_label(steps, language)
    is_version = line.name.kind is RecordKind.VERSION
    serial = quote(identifier.serial, safe="")
    return WayPage(
        shell=shell,
        title=record_title(line, language),
        identifier=str(identifier),
        at=language.moment(line.at),
        passport=shell.link(f"/{identifier.path}"),
        records=shell.link(f"{PREFIX}/{identifier.path}"),
        steps=steps,
        done=sum(each.is_done for each in steps),
        picture_lying=lying(stations, label),
        picture_upright=upright(stations, label),
        registry=None if way.onchain is None else _registry(way.onchain, language),
        proof_address=f"/v1/proofs/{identifier.gtin}/{serial}{proof_query}",
        is_newest_version=is_version and line.is_newest,
        replaced_by_newer=is_version and not line.is_newest,
    )


def record_title(line: RecordLine, language: Language) -> str:
    """Return what a record is called."""
    if line.event_type:
        kind = event_type(line.event_type)
        return kind.name_ko if language.code == "ko" else kind.name_en
    return language.text(TITLES[line.name.kind], number=line.name.number)


def _shelf(
    heading: str, lines: Iterable[RecordLine], identifier: BatteryIdentifier, shell: Shell
) -> Shelf:
    return Shelf(heading=heading, rows=tuple(_row(each, identifier, shell) for each in lines))


def _row(line: RecordLine, identifier: BatteryIdentifier, shell: Shell) -> Row:
    language, index = shell.language, line.log_index
    return Row(
        figure=record_title(line, language),
        label="",
        at=language.moment(line.at),
        address=record_address(shell, identifier, line),
        standing=language.text("not yet in the log")
        if index is None
        else language.text("number %(index)s in the log", index=language.number(index)),
        tone="warning" if index is None else "",
        note=language.text("newest") if line.is_newest else "",
        code=short_hex(line.name.digest.hex()) if line.name.digest else "",
    )


_HEADLINES = {
    RegistryState.WAITING: marked("Waits for its batch"),
    RegistryState.IN_BATCH: marked("In a batch on the ledger"),
    RegistryState.REGISTERED: marked("Has an entry of its own"),
    RegistryState.NO_ANSWER: marked("The ledger does not answer"),
}
_SENTENCES = {
    RegistryState.WAITING: marked(
        "The next batch of passport versions takes it along, usually within a minute."
    ),
    RegistryState.IN_BATCH: marked(
        "One root on the ledger stands for many passports. This one gets an entry of its own as"
        " soon as something is to be done with it, such as a change of owner."
    ),
    RegistryState.REGISTERED: marked(
        "Owner and responsible operator change only by the signatures of both sides; this platform"
        " carries them and cannot make them up."
    ),
    RegistryState.NO_ANSWER: marked("Look again in a while: what it holds does not get lost."),
}


def _registry(onchain: OnchainView, language: Language) -> RegistryBlock:
    token, text = onchain.token, language.text
    facts: list[tuple[str, str]] = []
    if onchain.batch is not None:
        size = language.number(onchain.batch_size)
        batch = text(
            "number %(batch)s, with %(size)s passports",
            batch=language.number(onchain.batch),
            size=size,
        )
        facts.append((text("Batch"), batch))
    if token is not None:
        holder = (
            text("this platform's organisation")
            if token.holder is TokenHolder.ORGANISATION
            else text("a key of its owner's own")
        )
        facts.append((text("Status of the battery"), status_name(token.status, language)))
        held_by = f"{holder} · {token.holder_address}" if token.holder_address else holder
        facts.append((text("Held by"), held_by))
        answers = (
            text("this platform's organisation")
            if token.responsible_is_own
            else text("another organisation")
        )
        facts.append((text("Answers for it"), answers))
        if token.successors:
            facts.append((text("Lives on in"), language.number(token.successors)))
    return RegistryBlock(
        headline=text(_HEADLINES[onchain.state]),
        sentence=text(_SENTENCES[onchain.state]),
        facts=tuple(facts),
        key="" if token is None else token.key.hex(),
        is_withdrawn=token is not None and token.revoked,
    )
