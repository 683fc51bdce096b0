"""A restored log asks its witnesses what was signed after the backup, when nothing else is left."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from battery_passport.assembly.backups.errors import WitnessSilent
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.operations.backup import Restore, back_up, restore
from battery_passport.assembly.settings import Settings, load_settings
from battery_passport.foundation.strict_json import JsonObject, parse_json_object
from battery_passport.ledger.model import SignedCheckpoint
from tests.factories.chain import require_engine
from tests.factories.installation import run
from tests.factories.made_up_cars import Car, enrol, opened, send
from tests.integration.support.witnesses import WitnessProcess, found_witness, running

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("witnessed-restore")]

PASSPHRASE = "correct horse battery staple"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A witnessed home, its backups before and after it went on, and what each had signed."""

    folder: Path
    witness: WitnessProcess
    early: Path
    late: Path
    in_early: SignedCheckpoint
    newest: SignedCheckpoint

    def settings(self, home: Path) -> Settings:
        return settings_of(home, self.witness)


def settings_of(home: Path, witness: WitnessProcess) -> Settings:
    given = {"HOME": str(home), "WITNESSES": witness.setting, "WITNESSES_REQUIRED": "1"}
    return load_settings({f"BATTERY_PASSPORT_{name}": value for name, value in given.items()})


def cosigned(installation: Installation, car: Car, sequences: range) -> SignedCheckpoint:
    """Sign and anchor a checkpoint over more batches, and have it cosigned."""
    send(installation, car, sequences)
    installation.pipeline.settle()
    checkpoint = installation.anchoring.anchor_now()
    installation.cosigning.ask_all()
    assert checkpoint is not None
    assert all(not each.error for each in installation.cosigning.contacts().values())
    return checkpoint


@pytest.fixture(scope="module")
def loss(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loss]:
    require_engine()
    folder = tmp_path_factory.mktemp("loss")
    with opened(folder / "home") as installation:
        key = installation.keys.log.key
    witness = found_witness(folder / "witness", "one.example/witness", key)
    early, late = folder / "early.tar", folder / "late.tar"
    with running(witness):
        settings = settings_of(folder / "home", witness)
        with opened_installation(settings) as installation:
            car = enrol(installation, "car-1")
            first = cosigned(installation, car, range(8))
            back_up(settings, early, passphrase=PASSPHRASE)
            newest = cosigned(installation, car, range(8, 20))
            back_up(settings, late, passphrase=PASSPHRASE)
        yield Loss(
            folder=folder, witness=witness, early=early, late=late, in_early=first, newest=newest
        )


def restored(
    loss: Loss, home: Path, backup: Path, published: SignedCheckpoint | None
) -> JsonObject:
    note = None if published is None else published.note
    asked = Restore(file=backup, passphrase=PASSPHRASE, published_checkpoint=note)
    log = restore(loss.settings(home), asked)["log"]
    assert isinstance(log, dict)
    return log


def test_a_log_whose_witness_has_seen_no_more_goes_on(loss: Loss, tmp_path: Path) -> None:
    log = restored(loss, tmp_path / "home", loss.late, loss.newest)
    assert log["new"] is False
    with opened_installation(loss.settings(tmp_path / "home")) as installation:
        report = run(installation, "audit")
    assert (report["finding"], report["cosignatures"]) == (None, 2)


@pytest.mark.parametrize("shows_old_checkpoint", [True, False])
def test_what_a_witness_has_seen_beyond_the_backup_opens_a_new_log(
    loss: Loss, tmp_path: Path, *, shows_old_checkpoint: bool
) -> None:
    """The chain in the backup is as old as the records: only the witness knows of more."""
    published = loss.in_early if shows_old_checkpoint else None
    log = restored(loss, tmp_path / "home", loss.early, published)
    old_origin = loss.newest.note.decode().split("\n", maxsplit=1)[0]
    assert log["new"] is True
    assert log["origin"] != old_origin
    old = log["old"]
    assert isinstance(old, dict)
    seen = {"size": loss.newest.head.size, "root": loss.newest.head.root.hex()}
    assert old["witnesses"] == {loss.witness.key.name: seen}
    [closed] = (tmp_path / "home").glob("closed-*.json")
    kept = parse_json_object(closed.read_bytes())
    assert loss.witness.key.name in str(kept["checkpoints"])
    with opened_installation(loss.settings(tmp_path / "home")) as installation:
        send(installation, enrol(installation, "car-2"), range(3))
        installation.pipeline.settle()
        checkpoint = installation.anchoring.anchor_now()
        report = run(installation, "audit")
    assert checkpoint is not None
    assert checkpoint.note.decode().startswith(f"{log['origin']}\n")
    assert (report["finding"], report["cosignatures"]) == (None, 0)


def test_a_witness_that_does_not_answer_decides_nothing(loss: Loss, tmp_path: Path) -> None:
    loss.witness.kill()
    with pytest.raises(WitnessSilent, match=loss.witness.key.name):
        restored(loss, tmp_path / "home", loss.late, loss.newest)
    assert list(tmp_path.iterdir()) == []
    log = restored(loss, tmp_path / "home", loss.late, None)
    loss.witness.start()
    assert log["new"] is True
