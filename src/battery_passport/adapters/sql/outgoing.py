"""Signed transactions at rest, from before they are sent until the chain holds them for good.

In: transactions. Out: the same by account and nonce; each call is a transaction of its own, because
what is to be sent must be durable first.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, select, update

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.schema_sending import outgoing_transactions
from battery_passport.adapters.sql.upserts import insert_or_ignore
from battery_passport.foundation.clock import Clock, unix_ms
from battery_passport.ledger.model import OutgoingTransaction

_columns = outgoing_transactions.c


class SqlOutgoing:
    """Fulfils `ledger.ports.OutgoingTransactions`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def keep(self, transactions: Sequence[OutgoingTransaction]) -> None:
        """Keep transactions; they are durable on return."""
        now_ms = unix_ms(self._clock.now())
        rows = [
            {
                "transaction_hash": each.transaction_hash,
                "account": each.account,
                "chain_id": each.chain_id,
                "nonce": each.nonce,
                "gas_price_wei": str(each.gas_price_wei),
                "raw": each.raw,
                "prepared_at_ms": now_ms,
            }
            for each in transactions
        ]
        with self._database.write() as connection:
            insert_or_ignore(connection, outgoing_transactions, rows)

    def from_nonce(self, account: str, chain_id: int, nonce: int) -> Sequence[OutgoingTransaction]:
        """Return what an account signed from a nonce on, by nonce, the newest first in each."""
        query = (
            select(outgoing_transactions)
            .where(_of(account, chain_id), _columns.nonce >= nonce)
            .order_by(_columns.nonce, _columns.prepared_at_ms.desc())
        )
        with self._database.read() as connection:
            return [
                OutgoingTransaction(
                    transaction_hash=row.transaction_hash,
                    account=row.account,
                    chain_id=row.chain_id,
                    nonce=row.nonce,
                    gas_price_wei=int(row.gas_price_wei),
                    raw=row.raw,
                )
                for row in connection.execute(query)
            ]

    def note_blocks(self, blocks: Sequence[tuple[bytes, int]]) -> None:
        """Remember which block each transaction is in."""
        with self._database.write() as connection:
            for transaction_hash, block_number in blocks:
                connection.execute(
                    update(outgoing_transactions)
                    .where(_columns.transaction_hash == transaction_hash)
                    .values(block_number=block_number)
                )

    def forget(self, account: str, chain_id: int, *, from_nonce: int) -> None:
        """Forget what the chain will never take."""
        self._delete(_of(account, chain_id), _columns.nonce >= from_nonce)

    def forget_settled(self, account: str, chain_id: int, *, below_block: int) -> None:
        """Forget transactions in blocks below a number."""
        if below_block > 0:
            self._delete(_of(account, chain_id), _columns.block_number < below_block)

    def _delete(self, *where: ColumnElement[bool]) -> None:
        with self._database.write() as connection:
            connection.execute(delete(outgoing_transactions).where(*where))


def _of(account: str, chain_id: int) -> ColumnElement[bool]:
    return and_(_columns.account == account, _columns.chain_id == chain_id)
