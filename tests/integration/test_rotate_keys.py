"""Keys are changed, and what was signed, sealed or sent before stays what it was."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from battery_passport.access.acts import parse_act_record
from battery_passport.adapters.sealing.aes_gcm import AesGcmSealing, SealBroken
from battery_passport.adapters.sql.people import SqlPeople
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.gateways.identity import GatewayName, open_gateway
from battery_passport.assembly.installation import Installation, register_importer
from battery_passport.assembly.intake import admit_batch
from battery_passport.assembly.operations.keys import ROTATABLE, UnknownKey
from battery_passport.assembly.rewrapping import rewrap
from battery_passport.credentials.jws import parse_jws
from battery_passport.foundation.errors import VerificationFailed
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.trust import parse_trust
from battery_passport.proof.verification import verify_bundle
from battery_passport.telemetry.envelope import seal_batch
from battery_passport.telemetry.model import BatchClaims
from tests.factories.chain import require_engine
from tests.factories.installation import installed, run
from tests.integration.support.effects import reading
from tests.integration.support.fleet import BOOT_ID, FIRST_SAMPLE_AT, driving_samples
from tests.integration.support.homes import TestHome
from tests.integration.support.servers import running_server

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("rotate-keys")]

RATING: JsonObject = {"rated_capacity_ah": 100.0, "cells_in_series": 8, "chemistry": "NMC"}
SUBJECT = UUID("01900000-0000-7000-8000-000000000001")


def _proof(installation: Installation, alias: str) -> tuple[bytes, bytes]:
    """Issue a version, and return its proof and the trust file of that moment."""
    run(installation, "passport-issue", battery=alias)
    bundle = run(installation, "bundle", battery=alias)
    return str(bundle["content"]).encode(), _trust(installation)


def _trust(installation: Installation) -> bytes:
    return str(run(installation, "trust-export")["content"]).encode()


def test_what_an_old_issuer_signed_verifies_under_the_new_trust_file(tmp_path: Path) -> None:
    require_engine()
    with installed(tmp_path) as installation:
        run(installation, "battery-add", battery="first", **RATING)
        run(installation, "battery-add", battery="second", **RATING)
        before, old_trust = _proof(installation, "first")
        told = run(installation, "keys-rotate", name="issuer")
        run(installation, "keys-rotate", name="diagnostics")
        after, new_trust = _proof(installation, "second")
        assert run(installation, "audit")["finding"] is None
    with installed(tmp_path) as opened_again:
        assert _trust(opened_again) == new_trust
    verify_bundle(before, old_trust)
    verify_bundle(before, new_trust)
    verify_bundle(after, new_trust)
    with pytest.raises(VerificationFailed):
        verify_bundle(after, old_trust)
    keys = [(each.purpose, each.key.key_id) for each in parse_trust(new_trust).keys]
    assert keys[:2] == [("passport", told["new"]), ("passport", told["old"])]
    assert len(set(keys)) == 4


def test_a_second_change_keeps_the_first_key_known_too(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        names = [run(installation, "keys-rotate", name="diagnostics") for _ in range(3)]
        trusted = parse_trust(_trust(installation)).keys
    known = {each.key.key_id for each in trusted if each.purpose == "health-statement"}
    assert known == {str(name) for told in names for name in (told["old"], told["new"])}
    assert len(known) == 4


def _imported(installation: Installation, sequence: int) -> bytes:
    """Return a batch as an import makes it with today's key."""
    keys = installation.keys
    device_id = register_importer(installation.database, keys, installation.clock.now())
    with installation.database.read() as connection:
        battery = RegistryStore(connection).battery_by_alias("first")
    assert battery is not None
    claims = BatchClaims(
        device_id=device_id,
        boot_id=BOOT_ID,
        sequence=sequence,
        collected_at=FIRST_SAMPLE_AT,
        monotonic_ms=0,
        backfill=True,
        battery_ref=battery.battery_ref,
    )
    samples = driving_samples(first_ms=1_790_000_000_000)
    return seal_batch(claims=claims, samples=samples, signing_key=keys.importer.sign)


def test_a_new_importer_is_a_new_device_and_the_old_ones_batches_stay_good(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        run(installation, "battery-add", battery="first", **RATING)
        before = _imported(installation, 1)
        run(installation, "keys-rotate", name="importer")
        after = _imported(installation, 1)
        directory, now = DeviceDirectory(installation.database), installation.clock.now()
        admitted = [admit_batch(each, directory, now) for each in (before, after)]
    assert admitted[0].device_id != admitted[1].device_id


def _sealing(installation: Installation) -> AesGcmSealing:
    keys = installation.keys
    return AesGcmSealing(
        wrapping_secret=keys.personal_data_secret, lookup_secret=keys.lookup_secret
    )


def _add_subject(installation: Installation) -> bytes:
    sealing = _sealing(installation)
    key = sealing.new_key(SUBJECT)
    with installation.database.write() as connection:
        SqlPeople(connection).add_subject_key(key)
    return sealing.seal(key, "name", "김하늘")


def _unsealed(installation: Installation, sealing: AesGcmSealing, sealed: bytes) -> str:
    with installation.database.read() as connection:
        key = SqlPeople(connection).subject_key(SUBJECT)
    assert key is not None
    return sealing.unseal(key, "name", sealed)


def test_personal_data_open_with_the_new_key_and_no_more_with_the_old(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        sealed, old = _add_subject(installation), _sealing(installation)
        assert run(installation, "keys-rotate", name="personal-data")["rewrapped"] == 1
        assert _unsealed(installation, _sealing(installation), sealed) == "김하늘"
        with pytest.raises(SealBroken):
            _unsealed(installation, old, sealed)


def test_a_change_interrupted_after_its_commit_is_finished_at_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installed(tmp_path) as installation:
        sealed = _add_subject(installation)
        keystore = installation.keystore

        def power_cut(_self: object, _name: str, _farewell: JsonObject | None = None) -> None:
            raise InterruptedError

        with monkeypatch.context() as patch:
            patch.setattr(type(keystore), "adopt_next", power_cut)
            with pytest.raises(InterruptedError):
                rewrap(installation.database, keystore)
        assert keystore.has_next("personal-data")
    with installed(tmp_path) as opened_again:
        assert _unsealed(opened_again, _sealing(opened_again), sealed) == "김하늘"
        assert not opened_again.keystore.has_next("personal-data")


@pytest.mark.parametrize("name", ROTATABLE)
def test_every_change_stands_in_the_log(tmp_path: Path, name: str) -> None:
    with installed(tmp_path) as installation:
        run(installation, "keys-rotate", name=name)
    with reading(tmp_path / "records.sqlite") as connection:
        [(record,)] = connection.execute("SELECT record FROM audit_records").fetchall()
        query = "SELECT count(*) FROM facts WHERE kind = 'act-recorded' AND log_index IS NOT NULL"
        assert connection.execute(query).fetchone() == (1,)
    act = parse_act_record(record)
    # The log's key is announced first: tests/integration/test_rotate_log_key.py goes on.
    expected = "key-announced" if name == "log" else "key-rotated"
    assert (act.name, act.details["key"]) == (expected, name)


def test_an_unknown_key_is_named_and_nothing_happens(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        trust = _trust(installation)
        for name in ("lookup", "anchor", "../issuer", "issuer.retired"):
            with pytest.raises(UnknownKey, match="no key that can be changed"):
                run(installation, "keys-rotate", name=name)
        assert _trust(installation) == trust


def test_beside_a_server_signers_change_at_once_and_the_wrap_of_people_does_not(
    tmp_path: Path,
) -> None:
    home = TestHome(tmp_path / "home")
    with running_server(home) as server:
        server.ask("battery-add", {"battery": "first", **RATING})
        told = home.done("keys", "rotate", "issuer")
        trust = json.loads(str(server.ask("trust-export", {})["content"]))
        assert told["new"] in {each["jwk"]["kid"] for each in trust["keys"]}
        server.ask("passport-issue", {"battery": "first"})
        credential = server.ask("passport-export", {"battery": "first"})["content"]
        assert _key_of(str(credential)) == told["new"]
        refused = home.verb("keys", "rotate", "personal-data")
        assert refused.code == 3
        assert "Stop the server" in refused.err
    assert home.done("keys", "rotate", "personal-data")["rewrapped"] == 0


def _key_of(credential: str) -> str:
    return str(parse_jws(credential.partition("~")[0]).header["kid"])


def test_a_gateway_with_another_key_is_another_device(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        first = open_gateway(installation, GatewayName.OCPP)
        assert open_gateway(installation, GatewayName.OCPP).device_id == first.device_id
        told = run(installation, "keys-rotate", name="gateway-ocpp")
        second = open_gateway(installation, GatewayName.OCPP)
        other = open_gateway(installation, GatewayName.GBT32960)
        with installation.database.read() as connection:
            known = {each.device_id for each in RegistryStore(connection).all_devices()}
    assert len({first.device_id, second.device_id, other.device_id} & known) == 3
    assert told["old"] != told["new"]
