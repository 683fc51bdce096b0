"""Answers kept by idempotency key, over every record store."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from battery_passport.adapters.sql.answers import AnswerStore, KeptAnswer
from battery_passport.adapters.sql.database import Database

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
KEPT = KeptAnswer(request_sha256=b"r" * 32, answer='{"id":"1"}')


def test_an_answer_is_found_by_its_sender_and_key_alone(record_store: Database) -> None:
    with record_store.write() as connection:
        AnswerStore(connection).keep("organisation:1", "key-1", KEPT, moment=NOW)
    with record_store.read() as connection:
        store = AnswerStore(connection)
        assert store.kept("organisation:1", "key-1") == KEPT
        assert store.kept("organisation:2", "key-1") is None
        assert store.kept("organisation:1", "key-2") is None


def test_a_key_is_kept_once(record_store: Database) -> None:
    with record_store.write() as connection:
        AnswerStore(connection).keep("organisation:1", "key-1", KEPT, moment=NOW)
    with pytest.raises(IntegrityError), record_store.write() as connection:
        AnswerStore(connection).keep("organisation:1", "key-1", KEPT, moment=NOW)


def test_answers_are_forgotten_after_a_time(record_store: Database) -> None:
    with record_store.write() as connection:
        store = AnswerStore(connection)
        store.keep("organisation:1", "old", KEPT, moment=NOW - timedelta(days=8))
        store.keep("organisation:1", "new", KEPT, moment=NOW)
        store.forget_before(NOW - timedelta(days=7))
        assert store.kept("organisation:1", "old") is None
        assert store.kept("organisation:1", "new") == KEPT


def test_a_database_counts_what_it_committed(record_store: Database) -> None:
    before = record_store.generation
    with record_store.read():
        pass
    assert record_store.generation == before
    with record_store.write():
        pass
    assert record_store.generation == before + 1
    with pytest.raises(ZeroDivisionError), record_store.write():
        _ = 1 / 0
    assert record_store.generation == before + 1
