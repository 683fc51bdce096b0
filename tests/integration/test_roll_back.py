"""The embedded ledger rolled back: all is anchored anew, once, and nothing is claimed before.

In: a home whose chain has more blocks than the deepest roll-back. Out: after cutting the chain's
journal by so many blocks, the home's notes and the chain agree again on every checkpoint.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from battery_passport.adapters.evm.anchors import EvmAnchorLedger
from battery_passport.adapters.evm.journal import Journal
from battery_passport.adapters.sql.log import NotedAnchor, SqlCheckpointStore
from battery_passport.assembly.installation import Installation
from battery_passport.ledger.anchoring import check_anchors, is_final
from battery_passport.ledger.model import AnchorReceipt, TreeHead
from tests.factories.chain import require_engine
from tests.factories.made_up_cars import enrol, opened, send

pytestmark = pytest.mark.integration

DEEPEST = 64
IN_EVERY_RUN = (1, 2, 16, 31, 64)
CHECKPOINTS = 66


@dataclass(frozen=True, slots=True)
class RolledHome:
    """An opened home, and the journal of its chain."""

    installation: Installation
    journal: Path


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed home with an anchor in every block of its chain but the first."""
    require_engine()
    folder = tmp_path_factory.mktemp("rolled") / "home"
    with opened(folder) as installation:
        car = enrol(installation, "car-1")
        for number in range(CHECKPOINTS):
            send(installation, car, range(number, number + 1))
            installation.pipeline.settle()
            installation.anchoring.anchor_now()
    return folder


@pytest.fixture
def home(pristine: Path, tmp_path: Path) -> Iterator[RolledHome]:
    folder = tmp_path / "home"
    shutil.copytree(pristine, folder)
    with opened(folder) as installation:
        yield RolledHome(installation, folder / "chain" / "journal")


def noted(installation: Installation) -> list[NotedAnchor]:
    with installation.database.read() as connection:
        store = SqlCheckpointStore(connection)
        return store.noted_anchors(below_size=None, limit=10_000)[::-1]


def on_chain(installation: Installation) -> list[AnchorReceipt]:
    with installation.anchoring.chain() as chain:
        return list(chain.receipts(from_block=0))


def roll_back(home: RolledHome, blocks: int) -> int:
    """Take the last blocks out of the chain's journal, as an old copy of it would lack them.

    Return the number of the first block that is gone.
    """
    home.installation.anchoring.close()
    with Journal(home.journal) as journal:
        entries = list(journal.entries)
    numbers = [int(str(entry["number"])) for entry in entries if entry["kind"] == "block"]
    first = sorted(numbers)[-blocks]
    home.journal.unlink()
    with Journal(home.journal) as journal:
        for entry in entries:
            numbered = entry["kind"] in {"block", "mined", "state"}
            if not numbered or int(str(entry["number"])) < first:
                journal.append(entry)
    return first


def checked(home: RolledHome, before: list[NotedAnchor], lost: int) -> None:
    """Assert that each checkpoint is anchored exactly once, and that notes say just that."""
    installation = home.installation
    receipts, notes = on_chain(installation), noted(installation)
    with installation.database.read() as connection:
        check_anchors(
            [each.anchor for each in receipts], installation.pipeline.log_of(connection).root_at
        )
        signed = SqlCheckpointStore(connection).larger_than(0, limit=10_000)
    heads = [each.head for each in signed]
    assert [each.anchor.head for each in receipts] == heads
    assert [each.checkpoint.head for each in notes] == heads
    for note, receipt in zip(notes, receipts, strict=True):
        found = (note.number, note.block_number, note.block_hash, note.transaction_hash)
        assert found == (
            receipt.anchor.number,
            receipt.block_number,
            receipt.block_hash,
            receipt.transaction_hash,
        )
    # What was lost was sent again byte for byte: no second transaction was ever signed.
    kept = len(before) - lost
    assert [each.transaction_hash for each in before] == [
        each.transaction_hash for each in notes[: len(before)]
    ]
    assert [each.block_hash for each in before[:kept]] == [each.block_hash for each in notes[:kept]]
    assert not any(is_final(each.finality) for each in notes)


@pytest.fixture
def claims(home: RolledHome, monkeypatch: pytest.MonkeyPatch) -> list[list[NotedAnchor]]:
    """What the home claims to be anchored at each moment when something is sent to the chain."""
    collected: list[list[NotedAnchor]] = []
    submit_many = EvmAnchorLedger.submit_many

    def watched(ledger: EvmAnchorLedger, heads: Sequence[TreeHead]) -> list[AnchorReceipt]:
        collected.append(noted(home.installation))
        return submit_many(ledger, heads)

    monkeypatch.setattr(EvmAnchorLedger, "submit_many", watched)
    return collected


def roll_back_and_recover(home: RolledHome, claims: list[list[NotedAnchor]], depth: int) -> None:
    before = noted(home.installation)
    first = roll_back(home, depth)
    lost = sum((note.block_number or 0) >= first for note in before)
    assert lost >= depth
    claims.clear()
    home.installation.anchoring.anchor_now()
    assert len(claims[0]) == len(before) - lost, "something was claimed that the chain had lost"
    assert home.installation.anchoring.lag().waiting == 0
    checked(home, before, lost)


@pytest.mark.parametrize("depth", IN_EVERY_RUN)
def test_all_is_anchored_anew(
    home: RolledHome, claims: list[list[NotedAnchor]], depth: int
) -> None:
    roll_back_and_recover(home, claims, depth)


@pytest.mark.long
@pytest.mark.parametrize("depth", range(1, DEEPEST + 1))
def test_every_depth(home: RolledHome, claims: list[list[NotedAnchor]], depth: int) -> None:
    roll_back_and_recover(home, claims, depth)


def test_again_and_again(home: RolledHome, claims: list[list[NotedAnchor]]) -> None:
    """After the first time a block holds several anchors, and a roll-back takes them all."""
    for depth in (9, 1, 4, 1):
        roll_back_and_recover(home, claims, depth)
    assert home.installation.anchoring.notes.rolled_back >= 9 + 9


def test_the_whole_chain_is_lost_with_its_contract(
    home: RolledHome, claims: list[list[NotedAnchor]]
) -> None:
    before = noted(home.installation)
    home.installation.anchoring.close()
    shutil.rmtree(home.journal.parent)
    contract = home.installation.chain.contract
    home.installation.anchoring.anchor_now()
    assert claims[0] == []
    assert home.installation.chain.contract == contract
    checked(home, before, len(before))
