"""Kept transactions: the same in memory and on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from battery_passport.adapters.sql.database import Database, open_sqlite
from battery_passport.adapters.sql.migrate import upgrade
from battery_passport.adapters.sql.outgoing import SqlOutgoing
from battery_passport.adapters.sql.postgresql import open_postgresql
from battery_passport.foundation.clock import SystemClock
from battery_passport.ledger.memory import MemoryOutgoing
from battery_passport.ledger.model import OutgoingTransaction
from battery_passport.ledger.ports import OutgoingTransactions
from tests.factories.postgresql import running_cluster

OPEN: dict[str, Callable[[Path], Database]] = {
    "sqlite": lambda folder: open_sqlite(folder / "records.sqlite"),
    "postgresql": lambda _folder: open_postgresql(running_cluster().fresh(template="template0")),
}


@pytest.fixture(params=["memory", *OPEN])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OutgoingTransactions]:
    if request.param == "memory":
        yield MemoryOutgoing()
        return
    database = OPEN[request.param](tmp_path)
    try:
        upgrade(database)
        yield SqlOutgoing(database, SystemClock())
    finally:
        database.close()


def make(nonce: int, *, account: str = "0xA", price: int = 0) -> OutgoingTransaction:
    name = f"{account}/{nonce}/{price}".encode()
    return OutgoingTransaction(
        transaction_hash=name.ljust(32, b"."),
        account=account,
        chain_id=1,
        nonce=nonce,
        gas_price_wei=price,
        raw=b"raw " + name,
    )


def test_what_was_kept_is_found_by_nonce(store: OutgoingTransactions) -> None:
    store.keep([make(3), make(1), make(2), make(1, account="0xB")])
    store.keep([make(1)])
    assert [each.nonce for each in store.from_nonce("0xA", 1, 2)] == [2, 3]
    assert store.from_nonce("0xA", 2, 0) == []
    assert store.from_nonce("0xB", 1, 0) == [make(1, account="0xB")]
    store.keep([make(4, price=10**30)])
    assert store.from_nonce("0xA", 1, 4) == [make(4, price=10**30)]


def test_what_is_settled_or_hopeless_is_forgotten(store: OutgoingTransactions) -> None:
    store.keep([make(nonce) for nonce in range(6)] + [make(0, account="0xB")])
    store.note_blocks([(make(nonce).transaction_hash, 10 + nonce) for nonce in range(3)])
    store.forget_settled("0xA", 1, below_block=12)
    assert [each.nonce for each in store.from_nonce("0xA", 1, 0)] == [2, 3, 4, 5]
    store.forget("0xA", 1, from_nonce=4)
    assert [each.nonce for each in store.from_nonce("0xA", 1, 0)] == [2, 3]
    assert len(store.from_nonce("0xB", 1, 0)) == 1
