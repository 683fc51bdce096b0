"""A block's page and a checkpoint's page.

In: sheets of `views`. Out: the pages' typed contexts.
"""

from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.explorer.happenings import Telling, TransactionCard
from battery_passport.web.explorer.views import BlockSheet, CheckpointSheet, Signature
from battery_passport.web.language import Language
from battery_passport.web.pages.evidence import LEDGER_NAMES
from battery_passport.web.pages.home import show_wait
from battery_passport.web.pages.layout import Shell
from battery_passport.web.views import LedgerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPage:
    """The context of `explorer/block.html`; `left_out` counts transactions not shown."""

    template: ClassVar[str] = "explorer/block.html"
    shell: Shell
    number: str
    at: str
    block_hash: str
    parent_hash: str
    before: str
    after: str
    cards: tuple[TransactionCard, ...]
    count: int
    left_out: int


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A signature under a checkpoint in words."""

    name: str
    kind: str
    at: str
    is_witness: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorBlock:
    """Where a checkpoint is recorded, in words."""

    number: str
    ledger: str
    at: str
    took: str
    block: str
    block_address: str
    transaction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointPage:
    """The context of `explorer/checkpoint.html`."""

    template: ClassVar[str] = "explorer/checkpoint.html"
    shell: Shell
    size: str
    signed_at: str
    root: str
    note: str
    signatures: tuple[SignatureLine, ...]
    witnesses: int
    witnesses_required: int
    anchor: AnchorBlock | None
    before: str
    after: str


def build_block_page(sheet: BlockSheet, shell: Shell) -> BlockPage:
    """Return the page of a block."""
    language, number = shell.language, sheet.line.number
    cards = Telling(sheet, shell).cards()
    return BlockPage(
        shell=shell,
        number=language.number(number),
        at=language.moment(sheet.line.at),
        block_hash=sheet.line.block_hash.hex(),
        parent_hash=sheet.parent_hash.hex(),
        before=shell.link(f"/ledger/blocks/{number - 1}") if number > 1 else "",
        after=shell.link(f"/ledger/blocks/{number + 1}") if number < sheet.newest else "",
        cards=cards,
        count=sheet.line.transactions,
        left_out=max(0, sheet.line.transactions - len(cards)),
    )


def build_checkpoint_page(sheet: CheckpointSheet, shell: Shell, kind: LedgerKind) -> CheckpointPage:
    """Return the page of a checkpoint."""
    language, line = shell.language, sheet.line

    def address(size: int | None) -> str:
        return "" if size is None else shell.link(f"/ledger/checkpoints/{size}")

    return CheckpointPage(
        shell=shell,
        size=language.number(line.size),
        signed_at=language.moment(line.signed_at),
        root=line.root.hex(),
        note=sheet.note,
        signatures=tuple(_signature(each, language) for each in sheet.signatures),
        witnesses=sum(each.is_witness for each in sheet.signatures),
        witnesses_required=sheet.witnesses_required,
        anchor=_anchor(sheet, shell, kind),
        before=address(sheet.before),
        after=address(sheet.after),
    )


def _signature(signature: Signature, language: Language) -> SignatureLine:
    return SignatureLine(
        name=signature.name,
        kind=language.text("witness") if signature.is_witness else language.text("the log itself"),
        at="" if signature.at is None else language.moment(signature.at),
        is_witness=signature.is_witness,
    )


def _anchor(sheet: CheckpointSheet, shell: Shell, kind: LedgerKind) -> AnchorBlock | None:
    anchor, language = sheet.line.anchor, shell.language
    if anchor is None:
        return None
    return AnchorBlock(
        number=language.number(anchor.number),
        ledger=language.text(LEDGER_NAMES[kind]),
        at=language.moment(anchor.anchored_at),
        took=show_wait(anchor.took_s, language),
        block="–" if anchor.block is None else language.number(anchor.block),
        block_address="" if anchor.block is None else shell.link(f"/ledger/blocks/{anchor.block}"),
        transaction="" if anchor.transaction_hash is None else anchor.transaction_hash.hex(),
    )
