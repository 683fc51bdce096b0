"""The audit of the registry: whatever differs between chain and records is named with its block.

In: a home with passports in the registry, one of them recycled. Out: findings after each change.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import pytest

from battery_passport.adapters.evm.accounts import address_of, sign_digest
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.row_digest import register
from battery_passport.assembly.audit_registry import RESTORED_FILE
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.state_file import StateFile
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.onchain.messages import BatchIssue, StatusChange
from battery_passport.ledger.onchain.state import TokenState
from battery_passport.ledger.onchain.statuses import StatusCode
from battery_passport.ledger.onchain.typed_data import digest_of
from tests.factories.chain import require_engine
from tests.factories.installation import run
from tests.factories.made_up_cars import opened
from tests.integration.test_registry_keeper import battery, event

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    require_engine()
    with opened(tmp_path_factory.mktemp("audited") / "home") as made:
        for number in range(3):
            battery(made, f"car-{number}", passports=2)
        event(made, "car-0", "placed_on_market", status="original")
        made.registry.run()
        battery(made, "later")
        event(made, "car-0", "status_changed", to="waste")
        made.registry.run()
        made.anchoring.anchor_now()
        yield made


@pytest.fixture
def car(installation: Installation) -> UUID:
    """The battery that nothing was told of but its passports."""
    with installation.database.read() as connection:
        found = RegistryStore(connection).battery_by_alias("car-1")
    assert found is not None
    return found.battery_id


def audit(installation: Installation) -> JsonObject:
    return run(installation, "audit")


@contextmanager
def changed(installation: Installation, *statements: str, number: int = 0) -> Iterator[None]:
    """Change rows behind the platform's back, seals included, and put everything back."""
    database = sqlite3.connect(installation.home.database, isolation_level=None)
    register(database)
    copy = sqlite3.connect(":memory:")
    database.backup(copy)
    query = "SELECT root FROM issued_batches WHERE batch_number = ?"
    values = {"root": database.execute(query, (number,)).fetchone()[0], "zero": bytes(32)}
    for statement in statements:
        assert database.execute(statement, values).rowcount > 0
    try:
        yield
    finally:
        copy.backup(database)
        database.close()


def test_untouched_everything_agrees_and_is_counted(installation: Installation) -> None:
    report = audit(installation)
    assert report["finding"] is None
    assert report["registry"] == {"batches": 2, "passports": 1}
    assert any("2 batches and 1 registered passports" in str(line) for line in report["lines"])  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE issued_batches SET size = 5 WHERE root = :root", "does not follow from"),
        (
            "UPDATE issued_leaves SET leaf_hash = :zero WHERE root = :root AND leaf_index = 2",
            "Leaf 2 of the batch of passports .* is not what was put",
        ),
        (
            "DELETE FROM issued_leaves WHERE root = :root AND leaf_index = 5",
            "does not follow from its leaves: 5 are stored of 6",
        ),
        (
            "UPDATE issued_leaves SET status = 5 WHERE root = :root AND leaf_index = 1",
            "Leaf 1 of the batch of passports .* is not what was put",
        ),
        (
            "UPDATE issued_leaves SET commitment_salt = :zero WHERE root = :root AND leaf_index=3",
            "Leaf 3 of the batch of passports .* does not open to the passport version",
        ),
        ("UPDATE ledger_tokens SET salt = :zero", "is under another key than the battery"),
    ],
)
def test_a_changed_row_is_named(installation: Installation, statement: str, finding: str) -> None:
    with changed(installation, statement):
        found = str(audit(installation)["finding"])
    assert re.search(finding, found), found


@pytest.mark.parametrize("number", [0, 1])
def test_a_batch_that_was_removed_here_is_named_with_its_block(
    installation: Installation, number: int
) -> None:
    statements = (
        "DELETE FROM issued_leaves WHERE root = :root",
        "DELETE FROM issued_batches WHERE root = :root",
    )
    with changed(installation, *statements, number=number):
        found = audit(installation)
    assert f"Batch {number} of the registry, in block {found['block']}," in str(found["finding"])


def test_batches_that_are_noted_under_each_other_s_number_are_put_right(
    installation: Installation,
) -> None:
    """The chain is the authority: such a note is corrected, as after a roll-back."""
    with changed(installation, "UPDATE issued_batches SET batch_number = 1 - batch_number"):
        assert audit(installation)["finding"] is None
        assert installation.registry.run().batches == 0
        assert audit(installation)["registry"] == {"batches": 2, "passports": 1}


def test_what_another_issued_with_the_organisation_s_key_is_named_with_its_block(
    installation: Installation,
) -> None:
    """Put there first for this test's own home, and then excused, as after a restore."""
    with installation.registry_door.opened() as registry:
        own = installation.keys.organisation_key
        progress = registry.progress(address_of(own.public_key))
        issue = BatchIssue(
            issuer=address_of(own.public_key),
            root=b"\7" * 32,
            previous_root=progress.newest_root,
            size=9,
            nonce=progress.count,
            deadline=int(installation.clock.now().timestamp()) + 600,
        )
        registry.issue(issue, sign_digest(own, digest_of(registry.domain, issue)))
        block = registry.block_number()
    found = audit(installation)
    assert f"Batch 2 of the registry, in block {block}, was issued" in str(found["finding"])
    assert found["block"] == block
    StateFile(installation.home.folder / RESTORED_FILE).write({"chain_block": block})
    assert audit(installation)["finding"] is None


def test_a_status_that_no_event_here_stands_for_is_named(
    installation: Installation, car: UUID
) -> None:
    """The organisation's key records a status; whoever used it told nobody here."""
    own = installation.keys.organisation_key
    address = address_of(own.public_key)
    with installation.registry_door.opened() as registry:
        token = installation.registry.statuses.registered(registry, car)
        change = StatusChange(
            key=token.key,
            before=token.status,
            after=StatusCode.WASTE,
            holder=address,
            actor=address,
            takes_responsibility=False,
            evidence=bytes(32),
            nonce=token.nonce,
            deadline=int(installation.clock.now().timestamp()) + 600,
        )
        signature = sign_digest(own, digest_of(registry.domain, change))
        registry.set_status(change, signature, signature)
        block = registry.block_number()
    found = audit(installation)
    wanted = f"battery {car} in the registry became waste in block {block} in this organisation"
    assert wanted in str(found["finding"])
    assert found["block"] == block
    event(installation, "car-1", "placed_on_market", status="original")
    event(installation, "car-1", "status_changed", to="waste")
    assert audit(installation)["finding"] is None


@pytest.mark.parametrize(
    "lie", [{"holder": "0x" + "11" * 20}, {"revoked": True}, {"successors": 3}, {"batch": 1}]
)
def test_a_token_that_is_not_as_its_events_say_is_named(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, lie: dict[str, object]
) -> None:
    told = EvmPassportRegistry.token

    def lying(registry: EvmPassportRegistry, key: bytes) -> TokenState | None:
        found = told(registry, key)
        return found and replace(found, **lie)  # type: ignore[arg-type]

    assert audit(installation)["finding"] is None
    monkeypatch.setattr(EvmPassportRegistry, "token", lying)
    found = audit(installation)
    assert "in the registry is held as" in str(found["finding"])
    assert isinstance(found["block"], int)
