"""Which batches no fact announces, for an audit that reads both tables once from end to end.

In: a read transaction. Out: digests. There is no index of batches' facts by digest: sums are
compared, and where they differ, what they were made of. The memory needed does not grow.
"""

import hashlib
import secrets
from collections.abc import Iterator

from sqlalchemy import Connection, Select, select

from battery_passport.adapters.sql.evidence import BATCH_STORED
from battery_passport.adapters.sql.schema import batches, facts

_PARTS = 256
_AT_ONCE = 10_000
_Digests = Select[bytes]

_STORED: _Digests = select(batches.c.digest)
_ANNOUNCED: _Digests = select(facts.c.digest).where(facts.c.kind == BATCH_STORED)


def unannounced_batches(connection: Connection) -> Iterator[bytes]:
    """Yield the digests of batches that no fact announces."""
    # Whoever wrote the tables does not know the secret, so cannot make two sums equal.
    secret = secrets.token_bytes(hashlib.blake2b.MAX_KEY_SIZE)
    stored = _sums(connection, _STORED, secret)
    announced = _sums(connection, _ANNOUNCED, secret)
    for first in range(_PARTS):
        if stored[first] != announced[first]:
            yield from _missing(connection, first)


def _sums(connection: Connection, digests: _Digests, secret: bytes) -> list[int]:
    """Return, for each first byte, the sum of keyed hashes of the digests that begin with it."""
    sums = [0] * _PARTS
    rows = connection.execute(digests, execution_options={"yield_per": _AT_ONCE})
    for digest in rows.scalars():
        keyed = hashlib.blake2b(digest, key=secret, digest_size=32).digest()
        sums[digest[0]] += int.from_bytes(keyed)
    return sums


def _missing(connection: Connection, first: int) -> Iterator[bytes]:
    """Yield what is stored and not announced, of the digests that begin with a byte."""
    lowest, behind = bytes([first]), bytes([first + 1]) if first + 1 < _PARTS else None
    of_batches, of_facts = _STORED, _ANNOUNCED
    if first:
        of_batches = of_batches.where(batches.c.digest >= lowest)
        of_facts = of_facts.where(facts.c.digest >= lowest)
    if behind is not None:
        of_batches = of_batches.where(batches.c.digest < behind)
        of_facts = of_facts.where(facts.c.digest < behind)
    yield from connection.execute(of_batches.except_(of_facts)).scalars()
