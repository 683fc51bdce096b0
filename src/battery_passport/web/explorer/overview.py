"""The ledger's first page: what it is, whether all is well, who keeps it, what came last.

In: a `LedgerOverview`. Out: the page's typed context.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.explorer.banners import Banner, banners_of
from battery_passport.web.explorer.lists import (
    Row,
    anchor_row,
    block_row,
    checkpoint_row,
    epoch_row,
)
from battery_passport.web.explorer.names import ROLES, account_name, contract_name
from battery_passport.web.explorer.picture import Station, StationState, lying, upright
from battery_passport.web.explorer.views import (
    ChainFace,
    LedgerOrganisation,
    LedgerOverview,
    Presence,
    ValidatorLine,
    WitnessLine,
)
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.home import show_wait
from battery_passport.web.pages.layout import Shell
from battery_passport.web.views import LedgerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A large number, what it counts, and small print."""

    label: str
    figure: str
    note: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationCard:
    """Who takes part, what for, and its address."""

    name: str
    address: str
    is_member: bool
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatorCard:
    """A validator: its share of the votes, and when it was seen."""

    name: str
    address: str
    power: str
    share: str
    width: int
    seen: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessCard:
    """A witness and how far it has followed."""

    name: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractLine:
    """A contract of ours: what for, and its address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """The context of `explorer/overview.html`."""

    template: ClassVar[str] = "explorer/overview.html"
    shell: Shell
    is_development: bool
    member_count: int
    banners: tuple[Banner, ...]
    asked_at: str
    figures: tuple[Figure, ...]
    chain_answers: bool
    threshold: int
    organisations: tuple[OrganisationCard, ...]
    validators: tuple[ValidatorCard, ...]
    witnesses: tuple[WitnessCard, ...]
    witnesses_required: int
    checkpoints: tuple[Row, ...]
    anchors: tuple[Row, ...]
    blocks: tuple[Row, ...]
    epochs: tuple[Row, ...]
    contracts: tuple[ContractLine, ...]
    network: str
    chain_id: str
    log_origin: str
    demonstration_keys: bool
    picture_lying: str
    picture_upright: str


def build_ledger_page(overview: LedgerOverview, shell: Shell) -> LedgerPage:
    """Return the page."""
    language, chain = shell.language, overview.chain
    label = language.text(_PICTURE_LABEL)
    stations = _stations(language)
    organisations = () if chain is None else chain.organisations
    return LedgerPage(
        shell=shell,
        is_development=overview.kind is LedgerKind.DEVELOPMENT,
        member_count=sum(each.is_member for each in organisations),
        banners=tuple(banners_of(overview, language)),
        asked_at=language.moment(overview.asked_at),
        figures=tuple(_figures(overview, language)),
        chain_answers=chain is not None,
        threshold=0 if chain is None else chain.threshold,
        organisations=tuple(_organisation(each, language) for each in organisations),
        validators=() if chain is None else tuple(_validators(chain, language)),
        witnesses=tuple(_witness(each, language) for each in overview.witnesses),
        witnesses_required=overview.witnesses_required,
        checkpoints=tuple(checkpoint_row(each, shell) for each in overview.checkpoints),
        anchors=tuple(anchor_row(each, shell) for each in overview.anchors),
        blocks=() if chain is None else tuple(block_row(each, shell) for each in chain.blocks),
        epochs=tuple(epoch_row(each, shell) for each in overview.epochs),
        contracts=() if chain is None else tuple(_contracts(chain, language)),
        network="" if chain is None else chain.network,
        chain_id="" if chain is None else str(chain.chain_id),
        log_origin=overview.log_origin,
        demonstration_keys=overview.demonstration_keys,
        picture_lying=lying(stations, label),
        picture_upright=upright(stations, label),
    )


def _figures(overview: LedgerOverview, language: Language) -> Iterator[Figure]:
    number, text = language.number, language.text
    newest = overview.checkpoints[0] if overview.checkpoints else None
    anchored = overview.anchors[0] if overview.anchors else None
    yield Figure(
        label=text("Log entries"),
        figure=number(overview.log_size),
        note=text("last checkpoint"),
        at=text("none yet") if newest is None else language.moment(newest.signed_at),
    )
    yield Figure(
        label=text("Of these on the ledger"),
        figure=number(0 if anchored is None else anchored.size),
        note=text("in %(count)s records", count=number(overview.anchor_count)),
        at="" if anchored is None else language.moment(anchored.anchored_at),
    )
    yield Figure(
        label=text("Checkpoints that wait"),
        figure=number(overview.lag.waiting),
        note=text("oldest for %(wait)s", wait=show_wait(overview.lag.age_s, language))
        if overview.lag.waiting
        else text("everything is recorded"),
    )
    chain = overview.chain
    yield Figure(
        label=text("Newest block"),
        figure="–" if chain is None else number(chain.height),
        note=text("no answer") if chain is None else "",
        at="" if chain is None else language.moment(chain.block_at),
    )


def _organisation(organisation: LedgerOrganisation, language: Language) -> OrganisationCard:
    return OrganisationCard(
        name=account_name(organisation.account, language),
        address=organisation.account.address,
        is_member=organisation.is_member,
        roles=tuple(language.text(ROLES[role]) for role in organisation.roles),
    )


_TONES = {Presence.VOTES: "success", Presence.ANSWERS: "warning", Presence.SILENT: "danger"}


def _validators(chain: ChainFace, language: Language) -> Iterator[ValidatorCard]:
    for each in chain.validators:
        share = language.number(round(each.share_percent, 1))
        yield ValidatorCard(
            name=each.address[:8] if each.name is None else each.name.in_language(language.code),
            address=each.address,
            power=language.number(each.power),
            share=f"{share}\u202f%",
            width=max(1, round(each.share_percent)),
            seen=_seen(each, language),
            tone=_TONES[each.presence],
        )


def _seen(validator: ValidatorLine, language: Language) -> str:
    if validator.presence is Presence.VOTES and validator.seen_block is not None:
        block = language.number(validator.seen_block)
        return language.text("voted for block %(block)s", block=block)
    if validator.presence is Presence.ANSWERS and validator.seen_block is not None:
        block = language.number(validator.seen_block)
        return language.text("answers; its newest vote is for block %(block)s", block=block)
    if validator.presence is Presence.ANSWERS:
        return language.text("answers, but has not voted for the newest blocks")
    return language.text("silent: no vote in the newest blocks")


def _witness(witness: WitnessLine, language: Language) -> WitnessCard:
    if witness.failing_since is not None:
        since = language.moment(witness.failing_since)
        text = language.text("has not answered since %(since)s", since=since)
        return WitnessCard(name=witness.name, text=text, tone="warning")
    size = language.number(witness.size)
    text = language.text("has followed the log to %(size)s entries", size=size)
    return WitnessCard(name=witness.name, text=text, tone="success")


def _contracts(chain: ChainFace, language: Language) -> Iterator[ContractLine]:
    for name, address in chain.contracts.items():
        yield ContractLine(name=contract_name(name, language), address=address)


_PICTURE_LABEL = marked(
    "Records enter the log, the log signs a checkpoint, witnesses cosign it, and the ledger"
    " records it in a block."
)
_STATIONS = (
    ("source", marked("Records"), marked("batches, events, passports")),
    ("sealed", marked("Signed"), marked("by device or issuer")),
    ("entry", marked("Log"), marked("it only grows")),
    ("checkpoint", marked("Checkpoint"), marked("signed, cosigned")),
    ("anchor", marked("Recorded on the ledger"), marked("names the one before")),
    ("block", marked("Block"), marked("agreed on together")),
)


def _stations(language: Language) -> tuple[Station, ...]:
    return tuple(
        Station(glyph, StationState.DONE, language.text(title), language.text(figure))
        for glyph, title, figure in _STATIONS
    )
