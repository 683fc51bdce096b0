"""State epochs of an installation: when one is opened, what it holds, how it is recounted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.adapters.sql.states import STATE_RECORDED, StateStore
from battery_passport.assembly.handlers.state_keeper import StateKeeper, state_leaf
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.recording import FACT_OF_CREDENTIAL
from battery_passport.foundation.clock import FixedClock
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.state_proof import verify_state_proof
from battery_passport.ledger.state_recount import StateRecount
from battery_passport.ledger.state_tree import StateLeaf, parse_state_record
from battery_passport.proof.model import PASSPORT
from tests.factories.installation import installed, run

pytestmark = pytest.mark.integration

RATING: JsonObject = {"rated_capacity_ah": 100.0, "cells_in_series": 8, "chemistry": "NMC"}
INTERVAL_S = 300.0


def issue(installation: Installation, alias: str) -> None:
    run(installation, "battery-add", battery=alias, **RATING)
    run(installation, "passport-issue", battery=alias)


def test_epochs_come_in_their_time(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        clock = FixedClock(datetime.now(UTC))
        keeper = StateKeeper(installation.database, clock, interval_s=INTERVAL_S)
        assert keeper.open_if_due() is None  # nothing to tell
        issue(installation, "first")
        assert not keeper.run(urgent=True)  # a verb does not wait for it
        first = keeper.open_if_due()
        assert first is not None
        assert (first.number, first.size) == (1, 1)
        issue(installation, "second")
        assert keeper.open_if_due() is None  # too soon
        clock.moment += timedelta(seconds=INTERVAL_S)
        second = keeper.open_if_due()
        assert second is not None
        assert (second.number, second.size) == (2, 2)
        clock.moment += timedelta(hours=23)
        assert keeper.open_if_due() is None  # nothing changed
        clock.moment += timedelta(hours=1)
        third = keeper.open_if_due()
        assert third is not None
        assert (third.number, third.root) == (3, second.root)
        assert third.as_of > second.as_of


def test_an_epoch_is_opened_for_whom_it_is_needed_and_only_then(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        issue(installation, "first")
        issue(installation, "second")
        keys = [record.key for record in _leaves(installation)]
        assert installation.states.cover(keys[0]) is not None
        assert installation.states.cover(keys[1]) is None
        run(installation, "passport-issue", battery="first")
        assert installation.states.cover(keys[1]) is None
        assert installation.states.cover(keys[0]) is not None
        installation.pipeline.settle()
        with installation.database.read() as connection:
            found = StateStore(connection).latest_state(keys[0])
        assert found is not None
        assert found.leaf.seq == 2
        verify_state_proof(found.leaf, found.proof)


def test_every_epoch_is_the_tree_over_what_was_logged_before_it(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        for alias in ("a", "b", "a", "c", "b", "b"):
            issue(installation, alias)
            key = _leaves(installation)[-1].key
            assert installation.states.cover(key) is not None
            installation.pipeline.settle()
        recount, checked = StateRecount(), 0
        with installation.database.read() as connection:
            for kind, record in _records(connection):
                if kind == STATE_RECORDED:
                    recount.check(parse_state_record(record))
                    checked += 1
                else:
                    recount.take(state_leaf(record))
        assert checked == 6


def _leaves(installation: Installation) -> list[StateLeaf]:
    """Return what the state tree is to say of every passport version, in the order of issue."""
    with installation.database.read() as connection:
        records = StateStore(connection).records_after(0, kind=FACT_OF_CREDENTIAL[PASSPORT])
    return [state_leaf(record) for record in records]


def _records(connection: Connection) -> Iterator[tuple[str, bytes]]:
    """Yield kind and record of passport versions and state epochs in the order of the log."""
    credentials, states = CredentialStore(connection), StateStore(connection)
    for fact in FactStore(connection).from_index(0, 1_000):
        if fact.kind == FACT_OF_CREDENTIAL[PASSPORT] and fact.record_id is not None:
            stored = credentials.by_id(fact.record_id)
            assert stored is not None
            yield fact.kind, stored.record
        elif fact.kind == STATE_RECORDED and fact.record_id is not None:
            epoch = states.by_id(fact.record_id)
            assert epoch is not None
            yield fact.kind, epoch.record
