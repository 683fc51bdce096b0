"""The ledger as everybody may look at it, from the record store and the window onto the chain.

In: an installation. Out: `web.explorer.ports.Ledger`.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from battery_passport.adapters.evm.blocks import ChainBlock, ChainTransaction
from battery_passport.adapters.sql.ledger_pages import LedgerPages
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.adapters.sql.states import StateStore
from battery_passport.adapters.sql.witnesses import WitnessStore
from battery_passport.assembly.explorer.facing import KEEP_S, Facing
from battery_passport.assembly.explorer.lines import (
    anchor_line,
    block_line,
    checkpoint_line,
    epoch_line,
)
from battery_passport.assembly.explorer.naming import Naming
from battery_passport.assembly.explorer.remembered import Remembered
from battery_passport.assembly.explorer.window import ChainWindow
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.monitoring.home_monitor import HomeMonitor
from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.digests import sha256
from battery_passport.ledger.cosigning import cosigned_note, witness_id
from battery_passport.ledger.note import parse_note
from battery_passport.ledger.note_keys import cosigned_at_s
from battery_passport.web.explorer.views import (
    AnchorLine,
    BlockLine,
    BlockSheet,
    CheckpointLine,
    CheckpointSheet,
    EpochLine,
    Happening,
    Lag,
    LedgerOverview,
    Signature,
    TransactionView,
    Watch,
    WitnessLine,
)

OVERVIEW_ROWS = 5
MOST_TRANSACTIONS = 100
_KEEP_OVERVIEW_S = 2.0


class SiteLedger:
    """Fulfils `web.explorer.ports.Ledger`."""

    def __init__(self, installation: Installation, window: ChainWindow, naming: Naming) -> None:
        self._installation = installation
        self._window = window
        self._naming = naming
        self._facing = Facing(installation, window, naming)
        witnesses = installation.settings.witnesses
        self._witnesses = {witness_id(key): key for key in witnesses.keys}
        self._overviews = Remembered[LedgerOverview](keep_s=_KEEP_OVERVIEW_S)
        self._blocks = Remembered[BlockSheet | None](keep_s=KEEP_S)
        self._lists = Remembered[Sequence[BlockLine]](keep_s=KEEP_S)

    def overview(self) -> LedgerOverview:
        """Return the ledger as it was two seconds ago at the most."""
        return self._overviews.get("overview", self._look)

    def checkpoints(self, *, below: int | None, limit: int) -> Sequence[CheckpointLine]:
        """Return checkpoints of sizes below one."""
        with self._installation.database.read() as connection:
            found = self._pages(connection).checkpoints(below=below, limit=limit)
        return [checkpoint_line(each) for each in found]

    def checkpoint(self, size: int) -> CheckpointSheet | None:
        """Return the checkpoint of a size, with the cosignatures that came in."""
        with self._installation.database.read() as connection:
            pages = self._pages(connection)
            found = pages.checkpoint(size)
            if found is None:
                return None
            before, after = pages.neighbours(size)
            lines = WitnessStore(connection).lines(size, list(self._witnesses))
        note = cosigned_note(found.checkpoint.note, lines)
        return CheckpointSheet(
            line=checkpoint_line(found),
            note=note.decode("utf-8"),
            signatures=tuple(self._signatures(note)),
            witnesses_required=self._installation.settings.witnesses.required,
            before=before,
            after=after,
        )

    def anchors(self, *, below: int | None, limit: int) -> Sequence[AnchorLine]:
        """Return anchors of sizes below one."""
        with self._installation.database.read() as connection:
            found = SqlCheckpointStore(connection).noted_anchors(below_size=below, limit=limit)
        return [anchor_line(each) for each in found]

    def epochs(self, *, before: int | None, limit: int) -> Sequence[EpochLine]:
        """Return state epochs with numbers below one."""
        with self._installation.database.read() as connection:
            found = list(StateStore(connection).logged(before=before, limit=limit))
        return [epoch_line(each) for each in found]

    def blocks(self, *, below: int | None, limit: int) -> Sequence[BlockLine]:
        """Return blocks with numbers below one. Raises: ChainUnavailable."""
        return self._lists.get((below, limit), lambda: self._read_blocks(below, limit))

    def _read_blocks(self, below: int | None, limit: int) -> Sequence[BlockLine]:
        with self._window.opened() as node:
            newest = node.height if below is None else min(node.height, below - 1)
            found = self._window.blocks(node).lines(newest=newest, limit=limit)
        return [block_line(each) for each in found]

    def block(self, number: int) -> BlockSheet | None:
        """Return a block as it was seconds ago at the most. Raises: ChainUnavailable."""
        return self._blocks.get(number, lambda: self._read_block(number))

    def _read_block(self, number: int) -> BlockSheet | None:
        with self._window.opened() as node:
            if number > node.height:
                return None
            found = self._window.blocks(node).sheet(number, limit=MOST_TRANSACTIONS)
            newest = node.height
        return None if found is None else self._sheet(found, newest)

    def _sheet(self, block: ChainBlock, newest: int) -> BlockSheet:
        accounts = self._naming.accounts(_addresses_in(block))
        return BlockSheet(
            line=block_line(block),
            parent_hash=block.parent_hash,
            newest=newest,
            transactions=tuple(
                TransactionView(
                    transaction_hash=each.transaction_hash,
                    sender=accounts[each.sender],
                    contract=each.contract,
                    is_creation=each.is_creation,
                    succeeded=each.succeeded,
                    happenings=tuple(
                        Happening(contract=told.contract, event=told.name, members=told.members)
                        for told in each.events
                    ),
                )
                for each in block.transactions
            ),
            own_origin_hash=sha256(self._installation.keys.log.name.encode()),
            accounts={address.lower(): account for address, account in accounts.items()},
            roles=self._naming.roles(),
        )

    def _look(self) -> LedgerOverview:
        installation, settings = self._installation, self._installation.settings
        with installation.database.read() as connection:
            pages, store = self._pages(connection), SqlCheckpointStore(connection)
            signed, anchored = pages.count()
            rows = pages.checkpoints(below=None, limit=OVERVIEW_ROWS)
            noted = store.noted_anchors(below_size=None, limit=OVERVIEW_ROWS)
            epochs = list(StateStore(connection).logged(limit=OVERVIEW_ROWS))
            size = store.tree_head().size
            lag = self._lag(store)
            witnesses = tuple(self._witness_lines(WitnessStore(connection)))
        return LedgerOverview(
            kind=self._window.kind,
            asked_at=installation.clock.now(),
            log_origin=installation.keys.log.name,
            log_size=size,
            checkpoint_count=signed,
            anchor_count=anchored,
            checkpoints=tuple(map(checkpoint_line, rows)),
            anchors=tuple(map(anchor_line, noted)),
            lag=lag,
            epochs=tuple(map(epoch_line, epochs)),
            watch=self._watch(),
            witnesses_required=settings.witnesses.required,
            witnesses=witnesses,
            chain=self._facing.face(),
            demonstration_keys=installation.keys.insecure,
        )

    def _lag(self, store: SqlCheckpointStore) -> Lag:
        newest = store.latest_anchored()
        size = 0 if newest is None else newest.checkpoint.head.size
        waiting, since = store.count_larger_than(size)
        age_s = 0.0 if since is None else (self._now() - since).total_seconds()
        return Lag(
            waiting=waiting,
            since=since,
            age_s=max(0.0, age_s),
            delayed=age_s >= self._installation.settings.anchor_alarm_s,
            contradicted=self._installation.anchoring.contradiction is not None,
        )

    def _watch(self) -> Watch:
        standing = HomeMonitor(self._installation).standing()
        finished = standing.finished_at
        return Watch(
            checked=standing.checked,
            size=standing.size,
            rounds=standing.rounds,
            finished_at=None if finished is None else parse_utc(finished),
            found=standing.finding is not None,
        )

    def _witness_lines(self, store: WitnessStore) -> Iterator[WitnessLine]:
        for name, key in self._witnesses.items():
            contact = store.contact(name)
            yield WitnessLine(
                name=key.name,
                size=contact.size,
                answered_at=contact.answered_at,
                failing_since=contact.failing_since,
            )

    def _signatures(self, note: bytes) -> Iterator[Signature]:
        witnesses = {(key.name, key.key_id) for key in self._witnesses.values()}
        for each in parse_note(note).signatures:
            if (each.name, each.key_id) in witnesses:
                at = datetime.fromtimestamp(cosigned_at_s(each.signature), UTC)
                yield Signature(name=each.name, is_witness=True, at=at)
            else:
                yield Signature(name=each.name, is_witness=False)

    def _pages(self, connection: Connection) -> LedgerPages:
        return LedgerPages(connection, witnesses=self._witnesses)

    def _now(self) -> datetime:
        return self._installation.clock.now()


def _addresses_in(block: ChainBlock) -> set[str]:
    return {address for each in block.transactions for address in _addresses_of(each)}


def _addresses_of(transaction: ChainTransaction) -> Iterator[str]:
    yield transaction.sender
    for event in transaction.events:
        yield from (each for each in event.members.values() if _is_address(each))


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith("0x") and len(value) == 42
