"""A restored log goes on under its name only if nothing newer was signed; else under a new one."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from battery_passport.access.acts import parse_act_record
from battery_passport.adapters.sql.acts import ActStore
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.backup import Restore, back_up, restore
from battery_passport.foundation.errors import VerificationFailed
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.errors import WrongOrigin
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.proof.verification import verify_bundle
from tests.factories.installation import run
from tests.factories.ledger import make_log
from tests.factories.made_up_cars import enrol, opened, send, settings_of

pytestmark = pytest.mark.integration

PASSPHRASE = "correct horse battery staple"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disaster:
    """A home that went on after its backup, and was lost."""

    folder: Path
    backup: Path
    in_backup: bytes
    published: bytes
    bundle: bytes
    trust: bytes


def signed(installation: Installation) -> SignedCheckpoint:
    installation.pipeline.settle()
    checkpoint = installation.anchoring.anchor_now()
    assert checkpoint is not None
    return checkpoint


def text_of(installation: Installation, operation: str, **request: str) -> bytes:
    return str(run(installation, operation, **request)["content"]).encode()


@pytest.fixture(scope="module")
def disaster(tmp_path_factory: pytest.TempPathFactory) -> Disaster:
    folder = tmp_path_factory.mktemp("disaster")
    backup = folder / "backup.tar"
    with opened(folder / "home") as installation:
        car = enrol(installation, "car-1")
        send(installation, car, range(8))
        run(installation, "passport-issue", battery="car-1")
        old = signed(installation)
        send(installation, car, range(8, 10))  # not in the log yet when the backup is made
        back_up(settings_of(folder / "home"), backup, passphrase=PASSPHRASE)
        send(installation, car, range(10, 20))
        new = signed(installation)
        bundle = text_of(installation, "bundle", battery="car-1")
        trust = text_of(installation, "trust-export")
    return Disaster(
        folder=folder,
        backup=backup,
        in_backup=old.note,
        published=new.note,
        bundle=bundle,
        trust=trust,
    )


def restored(
    disaster: Disaster, home: Path, published: bytes | None, chain: Path | None = None
) -> JsonObject:
    asked = Restore(
        file=disaster.backup,
        passphrase=PASSPHRASE,
        published_checkpoint=published,
        chain_folder=chain,
    )
    log = restore(settings_of(home), asked)["log"]
    assert isinstance(log, dict)
    return log


def origin_of(note: bytes) -> str:
    return note.decode().split("\n")[0]


def test_the_log_goes_on_where_the_newest_checkpoint_is_within_it(
    disaster: Disaster, tmp_path: Path
) -> None:
    log = restored(disaster, tmp_path / "home", disaster.in_backup)
    assert (log["new"], log["origin"]) == (False, origin_of(disaster.in_backup))
    with opened(tmp_path / "home") as installation:
        assert origin_of(signed(installation).note) == log["origin"]
        assert run(installation, "audit")["finding"] is None


@pytest.mark.parametrize("knowledge", ["a newer checkpoint", "nothing", "a newer chain"])
def test_a_log_that_may_have_signed_more_begins_anew(
    disaster: Disaster, tmp_path: Path, knowledge: str
) -> None:
    chain = tmp_path / "chain" if knowledge == "a newer chain" else None
    if chain is not None:
        shutil.copytree(disaster.folder / "home" / "chain", chain)
    published = {
        "a newer checkpoint": disaster.published,
        "nothing": None,
        "a newer chain": disaster.in_backup,
    }[knowledge]
    log = restored(disaster, tmp_path / "home", published, chain)
    assert log["new"] is True
    assert log["origin"] != origin_of(disaster.published)

    with opened(tmp_path / "home") as installation:
        first = first_record_of_new_log(installation)
        assert first["old-origin"] == origin_of(disaster.published)
        assert first["origin"] == log["origin"]
        known = disaster.published if knowledge == "a newer checkpoint" else None
        size = size_of(known) if known else int(str(first["restored-size"]))
        assert first["old-size"] == size
        send(installation, enrol(installation, "car-2"), range(3))
        checkpoint = signed(installation)
        assert origin_of(checkpoint.note) == log["origin"]
        assert run(installation, "audit")["finding"] is None
        bundle = text_of(installation, "bundle", battery="car-1")
        trust = text_of(installation, "trust-export")
    assert verify_bundle(bundle, trust).lines()
    assert verify_bundle(disaster.bundle, disaster.trust).lines()
    with pytest.raises(VerificationFailed):
        verify_bundle(bundle, disaster.trust)


def first_record_of_new_log(installation: Installation) -> dict[str, object]:
    with installation.database.read() as connection:
        facts = FactStore(connection).from_index(0, 1_000)
        [opening] = [fact for fact in facts if fact.kind == "act-recorded"]
        assert opening.record_id is not None
        act = ActStore(connection).by_id(opening.record_id)
        assert act is not None
        assert act.record is not None
        recorded = parse_act_record(act.record)
    assert recorded.name == "log-opened"
    # Everything that was in the old log keeps its place; this record follows at once.
    assert opening.log_index == recorded.details["restored-size"]
    return dict(recorded.details)


def size_of(note: bytes) -> int:
    return int(note.decode().split("\n")[1])


def test_a_checkpoint_of_another_log_says_nothing(disaster: Disaster, tmp_path: Path) -> None:
    foreign = make_log(size=4).log.make_checkpoint().note
    with pytest.raises(WrongOrigin):
        restored(disaster, tmp_path / "home", foreign)
    assert list(tmp_path.iterdir()) == []


def test_the_old_key_is_gone_and_its_checkpoints_are_kept(
    disaster: Disaster, tmp_path: Path
) -> None:
    log = restored(disaster, tmp_path / "home", None)
    old_key = (disaster.folder / "home" / "keys" / "log.json").read_text()
    old = log["old"]
    assert isinstance(old, dict)
    kept = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    secret = old_key.split('"private_key_hex": "')[1][:64]
    assert not any(secret.encode() in path.read_bytes() for path in kept)
    [closed] = [path for path in kept if path.name.startswith("closed-")]
    assert origin_of(disaster.in_backup) in closed.read_text()
    assert str(old["vkey"]) in closed.read_text()
