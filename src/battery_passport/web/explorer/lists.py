"""Rows of checkpoints, anchors, blocks and state epochs, and the pages that list them.

In: lines of `views`. Out: rows in the reader's language, and a page of them with the way on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from battery_passport.web.explorer.names import short_hex
from battery_passport.web.explorer.views import (
    AnchorLine,
    BlockLine,
    CheckpointLine,
    EpochLine,
)
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.home import show_wait
from battery_passport.web.pages.layout import Shell

AT_ONCE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a list: a figure that leads to its page, a time, what is said of it.

    `tone` chooses the colour of `standing`; `code` is a long number by which it is told apart.
    """

    figure: str
    label: str
    at: str
    address: str = ""
    standing: str = ""
    tone: str = ""
    note: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """The context of `explorer/list.html`."""

    template: ClassVar[str] = "explorer/list.html"
    shell: Shell
    title: str
    lead: str
    rows: tuple[Row, ...]
    empty: str
    older: str
    newest: str
    unavailable: bool = False


@dataclass(frozen=True, slots=True)
class ListTexts:
    """Where a list is found, what it is called and what it holds."""

    path: str
    title: str
    lead: str


def checkpoint_row(line: CheckpointLine, shell: Shell) -> Row:
    """Return a checkpoint as a row."""
    language = shell.language
    recorded = line.anchor is not None
    return Row(
        figure=language.text("%(size)s entries", size=language.number(line.size)),
        label="",
        at=language.moment(line.signed_at),
        address=shell.link(f"/ledger/checkpoints/{line.size}"),
        standing=language.text("Recorded") if recorded else language.text("Waiting"),
        tone="success" if recorded else "warning",
        note=_seen_by(line.cosignatures, language),
        code=short_hex(line.root.hex()),
    )


def anchor_row(line: AnchorLine, shell: Shell) -> Row:
    """Return an anchor as a row."""
    language = shell.language
    return Row(
        figure=language.text("No. %(number)s", number=language.number(line.number)),
        label=language.text("%(size)s entries", size=language.number(line.size)),
        at=language.moment(line.anchored_at),
        address=shell.link(f"/ledger/checkpoints/{line.size}"),
        note=language.text(
            "block %(block)s",
            block="–" if line.block is None else language.number(line.block),
        ),
        standing=language.text("%(wait)s after signing", wait=show_wait(line.took_s, language)),
        code="" if line.transaction_hash is None else short_hex(line.transaction_hash.hex()),
    )


def block_row(line: BlockLine, shell: Shell) -> Row:
    """Return a block as a row."""
    language = shell.language
    count = line.transactions
    return Row(
        figure=language.text("Block %(number)s", number=language.number(line.number)),
        label="",
        at=language.moment(line.at),
        address=shell.link(f"/ledger/blocks/{line.number}"),
        standing=(
            language.text("Transactions: %(count)s", count=language.number(count))
            if count
            else language.text("nothing in it")
        ),
        tone="primary" if count else "",
        code=short_hex(line.block_hash.hex()),
    )


def epoch_row(line: EpochLine, shell: Shell) -> Row:
    """Return a state epoch as a row."""
    language = shell.language
    return Row(
        figure=language.text("Epoch %(number)s", number=language.number(line.number)),
        label="",
        at=language.moment(line.as_of),
        standing=language.text("Passports: %(size)s", size=language.number(line.size)),
        note=language.text("number %(index)s in the log", index=language.number(line.log_index)),
        code=short_hex(line.root.hex()),
    )


CHECKPOINTS = ListTexts(
    "/ledger/checkpoints",
    marked("Checkpoints"),
    marked("The log signs its size and its root, about once a minute and when a proof needs it."),
)
ANCHORS = ListTexts(
    "/ledger/anchors",
    marked("Records on the ledger"),
    marked("Each holds a checkpoint and names the one before: none can be left out or exchanged."),
)
BLOCKS = ListTexts(
    "/ledger/blocks",
    marked("Blocks"),
    marked("What the ledger holds, block after block."),
)
EPOCHS = ListTexts(
    "/ledger/states",
    marked("State epochs"),
    marked(
        "The newest passport version of every battery, under one root: so it can be shown what was"
        " the latest at a time."
    ),
)


def build_list(
    shell: Shell, texts: ListTexts, rows: Iterable[Row], *, older: int | None
) -> ListPage:
    """Return a page of a list; `older` is where the next page begins, None on the last one."""
    text = shell.language.text
    return ListPage(
        shell=shell,
        title=text(texts.title),
        lead=text(texts.lead),
        rows=tuple(rows),
        empty=text("There is nothing here yet."),
        older="" if older is None else shell.link(texts.path, before=older),
        newest=shell.link(texts.path) if "before" in dict(shell.query) else "",
    )


def build_unavailable(shell: Shell, texts: ListTexts) -> ListPage:
    """Return the page of a list whose source does not answer."""
    text = shell.language.text
    return ListPage(
        shell=shell,
        title=text(texts.title),
        lead=text(texts.lead),
        rows=(),
        empty="",
        older="",
        newest="",
        unavailable=True,
    )


def _seen_by(count: int, language: Language) -> str:
    if not count:
        return ""
    return language.text("cosigned by %(count)s", count=language.number(count))
