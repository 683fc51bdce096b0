"""The log's key is changed under its old name: old proofs hold, the old key signs nothing more."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from battery_passport.assembly.cosigning import NotCosignedYet
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.keys import load_keys
from battery_passport.assembly.settings import load_settings
from battery_passport.foundation.errors import VerificationFailed
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.checkpoint import Checkpoint, sign_checkpoint
from battery_passport.ledger.errors import MalformedNote, NoteNotSigned
from battery_passport.ledger.model import TreeHead
from battery_passport.ledger.note_keys import Ed25519NoteSigner
from battery_passport.ledger.tlog_proof import LogTrust, RetiredKey, open_log_checkpoint
from battery_passport.proof.trust import parse_trust
from battery_passport.proof.verification import verify_bundle
from tests.factories.chain import require_engine
from tests.factories.installation import installed, run
from tests.factories.javascript_verifier import Question, ask_javascript
from tests.integration.support.homes import TestHome
from tests.integration.support.servers import running_server
from tests.integration.support.witnesses import WitnessProcess, found_witness, running

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("rotate-log-key")]

RATING: JsonObject = {"rated_capacity_ah": 100.0, "cells_in_series": 8, "chemistry": "NMC"}
ORIGIN = "battery-passport/0123456789abcdef/log"


def proof_of(installation: Installation, alias: str) -> tuple[bytes, bytes]:
    """Register a battery, issue its passport; return its proof and the trust file of now."""
    run(installation, "battery-add", battery=alias, **RATING)
    run(installation, "passport-issue", battery=alias)
    bundle = str(run(installation, "bundle", battery=alias)["content"]).encode()
    return bundle, trust_of(installation)


def trust_of(installation: Installation) -> bytes:
    return str(run(installation, "trust-export")["content"]).encode()


def rotate(installation: Installation) -> JsonObject:
    """Announce the next key and let it follow at once."""
    announced = run(installation, "keys-rotate", name="log")["announced"]
    changed = run(installation, "keys-rotate", name="log")
    assert changed["new"] == announced
    return changed


def test_old_proofs_hold_under_the_new_trust_file(tmp_path: Path) -> None:
    require_engine()
    with installed(tmp_path) as installation:
        origin = installation.keys.log.name
        first, first_trust = proof_of(installation, "first")
        changed = rotate(installation)
        second, second_trust = proof_of(installation, "second")
        rotate(installation)
        third, third_trust = proof_of(installation, "third")
        assert run(installation, "audit")["finding"] is None
    with installed(tmp_path) as opened_again:
        assert trust_of(opened_again) == third_trust
        assert opened_again.keys.log.name == origin
        assert run(opened_again, "audit")["finding"] is None
    log = parse_trust(third_trust).log
    assert (log.origin, len(log.retired)) == (origin, 2)
    assert log.retired[1].key.text() == changed["old"]
    assert log.retired[1].until_size == changed["until-size"]
    for bundle, trusts in (
        (first, (first_trust, second_trust, third_trust)),
        (second, (second_trust, third_trust)),
        (third, (third_trust,)),
    ):
        for trust in trusts:
            verify_bundle(bundle, trust)
    for bundle, trust in ((second, first_trust), (third, first_trust), (third, second_trust)):
        with pytest.raises(VerificationFailed):
            verify_bundle(bundle, trust)
    files = {"1": first, "2": second, "3": third}
    files |= {"t1": first_trust, "t2": second_trust, "t3": third_trust}
    pairs = [Question(of, by) for of in ("1", "2", "3") for by in ("t1", "t2", "t3")]
    told = ask_javascript(files, pairs)
    held = [pair for pair, answer in zip(pairs, told, strict=True) if "code" not in answer]
    # Each holds under the trust file of its time and under later ones.
    assert held == [pair for pair in pairs if pair.bundle <= pair.trust[1:]]


def test_a_new_log_begins_under_a_name_of_its_own(tmp_path: Path) -> None:
    """The line of keys ends where a key was thrown away: the next one follows no other."""
    with installed(tmp_path) as installation:
        first = installation.keys.log.name
        rotate(installation)
        assert installation.keys.log.name == first
        installation.keystore.discard("log")
        keys = load_keys(installation.keystore)
        assert keys.log.name != first
        assert keys.retired_log == ()


def test_a_running_server_keeps_its_key(tmp_path: Path) -> None:
    require_engine()
    home = TestHome(tmp_path / "home")
    with running_server(home) as server:
        assert "announced" in server.ask("keys-rotate", {"name": "log"})
        assert home.verb("keys", "rotate", "log").code == 3
    told = home.done("keys", "rotate", "log")
    assert told["old"] != told["new"]


def test_a_witness_follows_over_the_change(tmp_path: Path) -> None:
    require_engine()
    with installed(tmp_path / "home") as installation:
        key = installation.keys.log.key
        announced = str(run(installation, "keys-rotate", name="log")["announced"])
    witness = found_witness(tmp_path / "witness", "w.example/1", key)
    with running(witness), witnessed(tmp_path / "home", witness) as installation:
        assert parse_trust(_proven(installation, "first")).log.log_key == key
        run(installation, "keys-rotate", name="log")
        with pytest.raises(NotCosignedYet):
            proof_of(installation, "second")
    witness.home.done("witness", "--log", announced)
    with running(witness), witnessed(tmp_path / "home", witness) as installation:
        assert parse_trust(_proven(installation, "third")).log.log_key.text() == announced


@contextmanager
def witnessed(home: Path, witness: WitnessProcess) -> Iterator[Installation]:
    """Open an installation whose proofs need a witness's cosignature."""
    settings = {
        "BATTERY_PASSPORT_HOME": str(home),
        "BATTERY_PASSPORT_WITNESSES": witness.setting,
        "BATTERY_PASSPORT_WITNESSES_REQUIRED": "1",
    }
    with opened_installation(load_settings(settings)) as installation:
        yield installation


def _proven(installation: Installation, alias: str) -> bytes:
    bundle, trust = proof_of(installation, alias)
    verify_bundle(bundle, trust)
    return trust


def signer(seed: int) -> Ed25519NoteSigner:
    return Ed25519NoteSigner.from_seed(ORIGIN, bytes([seed]) * 32)


def signed(by: Ed25519NoteSigner, size: int) -> bytes:
    checkpoint = Checkpoint(origin=ORIGIN, head=TreeHead(size=size, root=b"r" * 32))
    return sign_checkpoint(checkpoint, [by])


def test_a_retired_key_counts_for_no_larger_log() -> None:
    old, new, stranger = signer(1), signer(2), signer(3)
    trust = LogTrust(ORIGIN, new.key, retired=(RetiredKey(old.key, until_size=10),))
    assert open_log_checkpoint(signed(old, 10), trust).head.size == 10
    assert open_log_checkpoint(signed(new, 11), trust).head.size == 11
    for note in (signed(old, 11), signed(stranger, 5)):
        with pytest.raises(NoteNotSigned):
            open_log_checkpoint(note, trust)
    forged = signed(old, 10).replace(b"\n10\n", b"\n9\n")
    with pytest.raises((NoteNotSigned, MalformedNote)):
        open_log_checkpoint(forged, trust)
