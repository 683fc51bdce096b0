"""Rows as the ledger's pages show them.

In: what stores and the chain give. Out: lines of `web.explorer.views`.
"""

from battery_passport.adapters.evm.blocks import ChainBlock
from battery_passport.adapters.sql.ledger_pages import CheckpointRow
from battery_passport.adapters.sql.log import NotedAnchor
from battery_passport.adapters.sql.states import LoggedEpoch
from battery_passport.web.explorer.views import AnchorLine, BlockLine, CheckpointLine, EpochLine


def checkpoint_line(row: CheckpointRow) -> CheckpointLine:
    """Return a checkpoint as lists show it."""
    checkpoint = row.checkpoint
    return CheckpointLine(
        size=checkpoint.head.size,
        root=checkpoint.head.root,
        signed_at=checkpoint.signed_at,
        cosignatures=row.cosignatures,
        anchor=None if row.anchor is None else anchor_line(row.anchor),
    )


def anchor_line(noted: NotedAnchor) -> AnchorLine:
    """Return an anchor as lists show it."""
    return AnchorLine(
        number=noted.number,
        size=noted.checkpoint.head.size,
        root=noted.checkpoint.head.root,
        anchored_at=noted.anchored_at,
        signed_at=noted.checkpoint.signed_at,
        block=noted.block_number,
        block_hash=noted.block_hash,
        transaction_hash=noted.transaction_hash,
    )


def epoch_line(logged: LoggedEpoch) -> EpochLine:
    """Return a state epoch as lists show it."""
    epoch = logged.epoch
    return EpochLine(
        number=epoch.number,
        as_of=epoch.as_of,
        size=epoch.size,
        root=epoch.root,
        log_index=logged.log_index,
    )


def block_line(block: ChainBlock) -> BlockLine:
    """Return a block as lists show it."""
    return BlockLine(
        number=block.number,
        at=block.at,
        block_hash=block.block_hash,
        transactions=block.count,
    )
