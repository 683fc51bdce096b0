"""Passports reach the registry of the embedded ledger: in batches, once each, and their statuses.

In: a home with made-up batteries. Out: what the registry says of them, after losses too.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete

from battery_passport.adapters.evm.accounts import address_of
from battery_passport.adapters.evm.journal import Journal
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.adapters.sql.onchain import OnchainStore, PlacedLeaf
from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema_sending import outgoing_transactions
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.recording import record_event
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.ledger.onchain.batch_tree import batch_tree, root_of
from battery_passport.ledger.onchain.salted import commitment_of
from battery_passport.ledger.onchain.statuses import StatusCode
from battery_passport.lifecycle.service import ReportedEvent
from battery_passport.proof.model import PASSPORT
from tests.factories.chain import require_engine
from tests.factories.installation import run
from tests.factories.made_up_cars import opened

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One home for all: each test begins with nothing that waits."""
    require_engine()
    with opened(tmp_path_factory.mktemp("registry") / "home") as made:
        yield made


@pytest.fixture(autouse=True)
def _nothing_waits(installation: Installation) -> None:
    installation.registry.run()


def battery(installation: Installation, alias: str, *, passports: int = 1) -> UUID:
    run(installation, "battery-add", battery=alias, rated_capacity_ah=100.0, cells_in_series=4)
    for _ in range(passports):
        run(installation, "passport-issue", battery=alias)
    with installation.database.read() as connection:
        found = RegistryStore(connection).battery_by_alias(alias)
    assert found is not None
    return found.battery_id


def event(installation: Installation, alias: str, kind: str, **payload: JsonValue) -> None:
    reported = ReportedEvent(
        event_type=kind, occurred_at=installation.clock.now(), recorded_by="default",
        payload=payload,
    )  # fmt: skip
    with installation.database.write() as connection:
        found = RegistryStore(connection).battery_by_alias(alias)
        assert found is not None
        record_event(connection, found, reported, installation.clock.now())
    installation.pipeline.settle()


def placed(installation: Installation, battery_id: UUID) -> PlacedLeaf:
    with installation.database.read() as connection:
        found = OnchainStore(connection).leaf_of(battery_id)
    assert found is not None
    return found


def roots_of(installation: Installation) -> list[bytes]:
    """Return the roots of all batches that the organisation has issued on the chain."""
    own = address_of(installation.keys.organisation_key.public_key)
    roots: list[bytes] = []
    with installation.registry_door.opened() as registry:
        while (root := registry.batch_root(len(roots))) is not None:
            roots.append(root)
        assert registry.progress(own).count == len(roots)
    return roots


def test_one_round_makes_one_batch_of_all_that_waits(installation: Installation) -> None:
    before = roots_of(installation)
    cars = [battery(installation, f"car-{n}", passports=2) for n in range(5)]
    assert installation.registry.run().batches == 1
    assert installation.registry.run().batches == 0
    cars.append(battery(installation, "car-5"))
    assert installation.registry.run().batches == 1
    roots = roots_of(installation)[len(before) :]
    assert len(roots) == 2
    with installation.database.read() as connection:
        store = OnchainStore(connection)
        sizes = [len(store.leaf_hashes(root)) for root in roots]
        for car in cars:
            leaf = placed(installation, car)
            hashes = store.leaf_hashes(leaf.batch.root)
            assert root_of(leaf.leaf.leaf_hash, batch_tree(hashes).proof(leaf.index)) in roots
    assert sizes == [10, 1]


def test_a_leaf_stands_for_its_version_and_says_nothing_of_it(installation: Installation) -> None:
    car = battery(installation, "alone")
    installation.registry.run()
    leaf = placed(installation, car).leaf
    with installation.database.read() as connection:
        (version,) = CredentialStore(connection).of_battery(PASSPORT, car)
        row = connection.exec_driver_sql(
            "SELECT commitment_salt FROM issued_leaves ORDER BY rowid DESC LIMIT 1"
        ).one()
    assert leaf.commitment == commitment_of(row.commitment_salt, sha256(version.record))
    assert leaf.status is StatusCode.ORIGINAL


def test_an_outage_leaves_no_gap_and_makes_no_duplicate(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to a sending is lost after the chain took it; then the chain is away."""
    before = roots_of(installation)
    battery(installation, "away-1")
    issue = EvmPassportRegistry.issue

    def taken_and_lost(registry: EvmPassportRegistry, *arguments: object) -> int:
        issue(registry, *arguments)  # type: ignore[arg-type]
        raise ChainUnavailable("The answer was lost.")

    monkeypatch.setattr(EvmPassportRegistry, "issue", taken_and_lost)
    with pytest.raises(ChainUnavailable):
        installation.registry.run()
    monkeypatch.undo()

    def away(_registry: EvmPassportRegistry, *_arguments: object) -> int:
        raise ChainUnavailable("The chain is away.")

    monkeypatch.setattr(EvmPassportRegistry, "issue", away)
    installation.registry.run()
    for number in range(2, 5):
        battery(installation, f"away-{number}")
        with pytest.raises(ChainUnavailable):
            installation.registry.run()
    monkeypatch.undo()
    assert installation.registry.run().batches == 3
    roots = roots_of(installation)
    assert len(roots) == len(set(roots)) == len(before) + 4
    with installation.database.read() as connection:
        assert not OnchainStore(connection).unsent()


def test_waste_and_recycling_are_recorded(installation: Installation) -> None:
    car = battery(installation, "scrap")
    event(installation, "scrap", "placed_on_market", status="original")
    installation.registry.run()
    event(installation, "scrap", "status_changed", to="waste")
    assert installation.registry.run().statuses == 1
    key = placed(installation, car).leaf.key
    with installation.registry_door.opened() as registry:
        token = registry.token(key)
    assert token is not None
    assert (token.status, token.nonce) == (StatusCode.WASTE, 1)
    event(installation, "scrap", "recycled")
    assert installation.registry.run().statuses == 1
    assert installation.registry.run().statuses == 0
    with installation.registry_door.opened() as registry:
        token = registry.token(key)
    assert token is not None
    assert token.status is StatusCode.RECYCLED


def test_a_second_life_names_its_predecessor(installation: Installation) -> None:
    first = battery(installation, "pack")
    event(installation, "pack", "placed_on_market", status="original")
    installation.registry.run()
    with installation.database.read() as connection:
        before = RegistryStore(connection).battery(first)
    assert before is not None
    run(installation, "battery-add", battery="store", rated_capacity_ah=100.0, cells_in_series=4)
    event(
        installation, "store", "placed_on_market",
        status="repurposed", predecessors=[before.log_key.hex()],
    )  # fmt: skip
    second = battery(installation, "store")
    installation.registry.run()
    with installation.registry_door.opened() as registry:
        # The predecessor is registered when it is needed, so is the successor.
        statuses = installation.registry.statuses
        pack = statuses.registered(registry, first)
        store = statuses.registered(registry, second)
        pack = registry.token(pack.key) or pack
    assert store.status is StatusCode.REPURPOSED
    assert placed(installation, second).leaf.predecessors == (pack.key,)
    assert (pack.status, pack.successors) == (StatusCode.ORIGINAL, 1)


def test_what_the_organisation_may_not_sign_waits_with_its_reason(
    installation: Installation,
) -> None:
    """A second life of the same battery has no token of its own: nothing is made up for it."""
    car = battery(installation, "again")
    event(installation, "again", "placed_on_market", status="original")
    event(installation, "again", "status_changed", to="repurposed")
    assert installation.registry.run().statuses == 0
    with installation.database.read() as connection:
        problems = OnchainStore(connection).problems()
    assert set(problems) == {car}
    assert "passport of its own" in problems[car]


def test_an_unlinked_battery_is_found_in_no_leaf(installation: Installation) -> None:
    car, other = battery(installation, "gone"), battery(installation, "stays")
    installation.registry.run()
    leaf = placed(installation, car)
    with installation.database.write() as connection:
        OnchainStore(connection).unlink(car)
    with installation.database.read() as connection:
        store = OnchainStore(connection)
        assert store.leaf_of(car) is None
        assert store.keys_of([car, other]).keys() == {other}
        assert leaf.leaf.leaf_hash in store.leaf_hashes(leaf.batch.root)
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert leaf.leaf.key.hex() not in dump.lower()
    assert leaf.leaf.commitment.hex() not in dump.lower()
    assert installation.registry.run().batches == 0


@pytest.mark.parametrize("remembers", [True, False])
def test_batches_that_a_roll_back_took_are_issued_anew(
    installation: Installation,
    *,
    remembers: bool,
) -> None:
    """The chain's journal loses its last blocks; with and without the transactions kept for it."""
    for number in range(3):
        battery(installation, f"rolled-{remembers}-{number}")
        installation.registry.run()
    before = roots_of(installation)
    installation.anchoring.close()
    cut_journal(installation.home.chain / "journal", blocks=2)
    if not remembers:
        with installation.database.write() as connection:
            connection.execute(delete(outgoing_transactions))
    assert installation.registry.run().batches == (0 if remembers else 2)
    assert sorted(roots_of(installation)) == sorted(before)
    with installation.database.read() as connection:
        assert not OnchainStore(connection).unsent()


def cut_journal(path: Path, *, blocks: int) -> None:
    with Journal(path) as journal:
        entries = list(journal.entries)
    numbers = sorted(int(str(each["number"])) for each in entries if each["kind"] == "block")
    path.unlink()
    with Journal(path) as journal:
        for each in entries:
            numbered = each["kind"] in {"block", "mined", "state"}
            if not numbered or int(str(each["number"])) < numbers[-blocks]:
                journal.append(each)
