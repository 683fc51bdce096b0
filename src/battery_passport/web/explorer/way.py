"""The stations of one record's way, from its source to the block.

In: a `RecordWay`. Out: stations in words, each with what it proves and what it does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from battery_passport.web.explorer.happenings import Detail
from battery_passport.web.explorer.picture import Station, StationState, glyph
from battery_passport.web.explorer.record_views import RecordKind, RecordWay
from battery_passport.web.explorer.station_words import (
    ANCHOR,
    BLOCKS,
    CHECKPOINT,
    COSIGNED,
    DEVICES,
    ENTRY,
    GONE,
    SEALS,
    SOURCES,
    STATE,
    WAITING,
    WAITING_FOR_STATE,
    StationWords,
)
from battery_passport.web.explorer.views import AnchorLine
from battery_passport.web.language import Language
from battery_passport.web.pages.layout import Shell

_UNBROKEN = "\u202f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One station as a page shows it; `waiting` is empty once it is reached."""

    station: Station
    drawing: str
    at: str
    proves: str
    proves_not: str
    waiting: str = ""
    details: tuple[Detail, ...] = ()
    address: str = ""
    link: str = ""

    @property
    def is_done(self) -> bool:
        """Whether the record has come as far as this."""
        return self.station.state is StationState.DONE


class Way:
    """Tells one record's way."""

    def __init__(self, way: RecordWay, shell: Shell) -> None:
        self._way = way
        self._shell = shell
        self._language = shell.language

    def steps(self) -> tuple[Step, ...]:
        """Return the stations in their order."""
        return tuple(self._steps())

    def _steps(self) -> Iterator[Step]:
        yield self._source()
        yield self._sealed()
        yield self._entry()
        yield self._checkpoint()
        yield self._anchor()
        yield self._block()
        if self._way.line.name.kind is RecordKind.VERSION and self._way.line.is_newest:
            yield self._state()

    def _source(self) -> Step:
        kind, beginning, text = self._way.line.name.kind, self._way.beginning, self._language.text
        number = self._language.number
        figure, details = "", tuple[Detail, ...]()
        if kind is RecordKind.BATCH:
            figure = text(DEVICES.get(beginning.device_kind, "")) if beginning.device_kind else ""
            details = (Detail(text("Fingerprint of its key"), beginning.device, is_code=True),)
        elif kind is RecordKind.STATEMENT:
            figure = text(
                "%(batches)s batches, %(charges)s charges",
                batches=number(beginning.batches),
                charges=number(beginning.charges),
            )
        elif kind is RecordKind.FIGURES:
            figure = text("%(batches)s batches", batches=number(beginning.batches))
        elif kind in {RecordKind.EVENT, RecordKind.MEASUREMENT}:
            figure = text("by %(who)s", who=beginning.recorded_by)
        return self._step("source", SOURCES[kind], figure, details=details)

    def _sealed(self) -> Step:
        kind, beginning = self._way.line.name.kind, self._way.beginning
        figure = {
            RecordKind.BATCH: f"{self._language.number(beginning.octets)}{_UNBROKEN}B",
            RecordKind.STATEMENT: beginning.method,
            RecordKind.FIGURES: self._language.text(
                "%(count)s figures", count=self._language.number(beginning.figures)
            ),
            RecordKind.MEASUREMENT: beginning.issuer,
            RecordKind.VERSION: beginning.issuer,
        }.get(kind, "")
        at = self._way.line.at if kind is not RecordKind.EVENT else self._way.recorded_at
        return self._step("sealed", SEALS[kind], figure, at=self._language.moment(at))

    def _entry(self) -> Step:
        language, index = self._language, self._way.line.log_index
        details = (
            Detail(language.text("Log"), self._way.log_origin, is_code=True),
            Detail(language.text("Digest of the record"), self._way.digest.hex(), is_code=True),
            Detail(language.text("Salt"), self._way.salt.hex(), is_code=True),
            Detail(language.text("Entry in the log"), self._way.entry.hex(), is_code=True),
        )
        if index is None:
            return self._missing("entry", ENTRY, WAITING)
        figure = language.text("number %(index)s", index=language.number(index))
        return self._step("entry", ENTRY, figure, details=details)

    def _state(self) -> Step:
        language, epoch = self._language, self._way.epoch
        if epoch is None:
            return self._missing("state", STATE, WAITING_FOR_STATE)
        number = language.number(epoch.number)
        return self._step(
            "state",
            STATE,
            language.text("epoch %(number)s", number=number),
            at=language.moment(epoch.as_of),
            details=(Detail(language.text("Root"), epoch.root.hex(), is_code=True),),
        )

    def _checkpoint(self) -> Step:
        language, covering = self._language, self._way.covering
        if covering is None:
            return self._missing("checkpoint", CHECKPOINT, WAITING)
        size = language.text("%(size)s entries", size=language.number(covering.size))
        return self._step(
            "checkpoint",
            COSIGNED if covering.cosignatures else CHECKPOINT,
            size,
            at=language.moment(covering.signed_at),
            leads_to=(
                self._shell.link(f"/ledger/checkpoints/{covering.size}"),
                language.text("Look at the checkpoint"),
            ),
        )

    def _anchor(self) -> Step:
        language, anchor = self._language, self._recorded()
        if anchor is None:
            return self._missing("anchor", ANCHOR, WAITING)
        transaction = "" if anchor.transaction_hash is None else anchor.transaction_hash.hex()
        return self._step(
            "anchor",
            ANCHOR,
            language.text("No. %(number)s", number=language.number(anchor.number)),
            at=language.moment(anchor.anchored_at),
            details=(Detail(language.text("Transaction"), transaction, is_code=True),),
        )

    def _block(self) -> Step:
        language, anchor, words = self._language, self._recorded(), BLOCKS[self._way.ledger]
        if anchor is None or anchor.block is None:
            return self._missing("block", words, WAITING)
        if self._way.block_stands is False:
            return self._missing("block", words, GONE, state=StationState.BROKEN)
        block = language.text("block %(block)s", block=language.number(anchor.block))
        block_hash = "" if anchor.block_hash is None else anchor.block_hash.hex()
        return self._step(
            "block",
            words,
            block,
            details=(Detail(language.text("Block hash"), block_hash, is_code=True),),
            leads_to=(
                self._shell.link(f"/ledger/blocks/{anchor.block}"),
                language.text("Look at the block"),
            ),
        )

    def _recorded(self) -> AnchorLine | None:
        return None if self._way.covering is None else self._way.covering.anchor

    def _step(
        self,
        drawing: str,
        words: StationWords,
        figure: str,
        *,
        at: str = "",
        details: tuple[Detail, ...] = (),
        leads_to: tuple[str, str] = ("", ""),
    ) -> Step:
        """Return a station that is reached; `leads_to` is an address and its link's words."""
        text = self._language.text
        return Step(
            station=Station(drawing, StationState.DONE, text(words.title), figure),
            drawing=glyph(drawing, StationState.DONE),
            at=at,
            proves=text(words.proves),
            proves_not=text(words.proves_not),
            details=tuple(each for each in details if each.value),
            address=leads_to[0],
            link=leads_to[1],
        )

    def _missing(
        self,
        drawing: str,
        words: StationWords,
        waiting: str,
        *,
        state: StationState = StationState.WAITING,
    ) -> Step:
        text = self._language.text
        return Step(
            station=Station(drawing, state, text(words.title), text("waiting")),
            drawing=glyph(drawing, state),
            at="",
            proves=text(words.proves),
            proves_not=text(words.proves_not),
            waiting=text(waiting),
        )


def way_label(steps: tuple[Step, ...], language: Language) -> str:
    """Return the picture in one sentence, for those who do not see it."""
    told = ", ".join(
        f"{each.station.title} ({each.station.figure})"
        if each.station.figure
        else each.station.title
        for each in steps
    )
    return language.text("The record's way: %(stations)s.", stations=told)
