"""Answers kept by idempotency key, so that a request sent twice is done once.

In: a sender, the key he chose, the request's digest. Out: the answer he got the first time.
Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from battery_passport.adapters.sql.schema_answers import kept_answers
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.digests import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """What was answered, and the digest of what was asked."""

    request_sha256: bytes
    answer: str


class AnswerStore:
    """Kept answers within one write transaction: no other goes on beside it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def kept(self, sender: str, key: str) -> KeptAnswer | None:
        """Return the answer that this sender got under that key."""
        query = select(kept_answers).where(
            kept_answers.c.sender == sender, kept_answers.c.key_sha256 == sha256(key.encode())
        )
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        return KeptAnswer(request_sha256=row["request_sha256"], answer=row["answer"])

    def keep(self, sender: str, key: str, kept: KeptAnswer, *, moment: datetime) -> None:
        """Keep an answer with what it answers."""
        row = {
            "sender": sender,
            "key_sha256": sha256(key.encode()),
            "request_sha256": kept.request_sha256,
            "answer": kept.answer,
            "at_ms": unix_ms(moment),
        }
        self._connection.execute(insert(kept_answers), [row])

    def forget_before(self, moment: datetime) -> None:
        """Remove answers that nobody will ask for again."""
        where = kept_answers.c.at_ms < unix_ms(moment)
        self._connection.execute(delete(kept_answers).where(where))
