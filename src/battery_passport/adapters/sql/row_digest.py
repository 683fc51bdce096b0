"""The digest of a row, as a function that SQLite's triggers call.

In: a connection, or the values of a row. Out: 16 bytes that change with any value or its type.
"""

import hashlib
import sqlite3

FUNCTION = "bp_row_digest"
_DIGEST_BYTES = 16


def register(connection: sqlite3.Connection) -> None:
    """Give a connection the function; without it no sealed table can be written."""
    connection.create_function(FUNCTION, -1, row_digest, deterministic=True)


def row_digest(*values: object) -> bytes:
    """Return a digest of values and their types."""
    told = repr(values).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=_DIGEST_BYTES).digest()
