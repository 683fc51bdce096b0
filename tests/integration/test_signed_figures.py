"""Figures beside health, from batches to a passport and to a stranger who recomputes them.

In: an installation with one car of a declared model. Out: statements, values by reader, proofs.
"""

import json
from typing import Any
from uuid import UUID

import nacl.bindings
import pytest

from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.evidence.holding import held_digests
from battery_passport.assembly.explorer.beginnings import BEGINNINGS
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.credentials.jws import parse_jws
from battery_passport.foundation.strict_json import JsonObject, parse_json_object
from battery_passport.proof.recomputation import recompute_bundle
from battery_passport.proof.verification import verify_bundle
from battery_passport.telemetry.envelope import seal_batch
from battery_passport.web.explorer.record_views import RecordKind
from tests.factories.figures import drive_and_charge
from tests.factories.installation import installed, run
from tests.factories.reading_city import MODEL, battery_of
from tests.factories.telemetry import SEED, make_claims

pytestmark = pytest.mark.integration
CAR = "figured"
DAYS = range(1, 9)


def send_days(installation: Installation) -> list[bytes]:
    """Enrol a car and send its days; return its batches."""
    run(installation, "model-add", file=MODEL.read_text("utf-8"))
    run(installation, "battery-add", battery=CAR, model="demo-ncm")
    public_key: bytes = nacl.bindings.crypto_sign_seed_keypair(SEED)[0]
    told = run(installation, "device-add", battery=CAR, public_key=public_key.hex())
    batches = [
        seal_batch(
            claims=make_claims(
                sequence=day,
                device_id=UUID(str(told["device"])),
                battery_ref=bytes.fromhex(str(told["battery_ref"])),
            ),
            samples=drive_and_charge(day),
            signing_key=SEED,
        )
        for day in DAYS
    ]
    directory, now = DeviceDirectory(installation.database), installation.clock.now()
    store_group(installation.database, [admit_batch(each, directory, now) for each in batches])
    return batches


Thread = tuple[dict[str, Any], ...]


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    """Two diagnoses, what two readers see, the files of a proof, and how much is held."""
    with installed(tmp_path_factory.mktemp("home")) as installation:
        batches = send_days(installation)
        first = run(installation, "diagnose", battery=CAR)
        again = run(installation, "diagnose", battery=CAR)
        run(installation, "passport-issue", battery=CAR)
        shown = [
            run(installation, "passport-show", battery=CAR, audience=audience)
            for audience in ("public", "legitimate-interest", "authority")
        ]
        files = [
            run(installation, "bundle", battery=CAR, evidence=True),
            run(installation, "trust-export"),
        ]
        with installation.database.read() as connection:
            held = held_digests(connection, [battery_of(installation, CAR).battery_id])
    return (
        dict(first),
        dict(again),
        *map(dict, shown),
        *map(dict, files),
        {"held": len(held), "sent": len(batches)},
    )


def numbers(shown: dict[str, Any]) -> dict[int, JsonObject]:
    return {each["number"]: each for each in shown["values"]}


def test_a_diagnosis_states_its_figures_once(thread: Thread) -> None:
    first, again = thread[0], thread[1]
    assert first["figures_statement"] == again["figures_statement"] == 1
    power = first["figures"]["power"]
    assert power["at_20_percent"]["low_kw"] < power["at_20_percent"]["value_kw"]
    assert first["figures"]["resistance"]["value_mohm"] == first["resistance"]["value_mohm"]
    assert first["figures"]["usage"]["charged_kwh"] == first["usage"]["charged_kwh"]


def test_the_passport_is_filled_for_those_who_may_see_it(thread: Thread) -> None:
    public, interested, authority = (numbers(each) for each in thread[2:5])
    assert {53, 55, 70, 71} <= set(interested)
    assert not {53, 55, 70, 71} & (set(public) | set(authority))
    assert interested[55]["source"] == "figures-statement:1"
    assert interested[55]["method"] == "step-resistance 1"
    interval: Any = interested[55]["interval"]
    value: Any = interested[55]["value"]
    assert interval["low"] < value < interval["high"]


def test_the_ledgers_pages_tell_what_each_statement_rests_on(thread: Thread) -> None:
    bundle = json.loads(str(thread[5]["content"]))
    health, figures = (
        parse_json_object(parse_jws(each["credential"].rstrip("~")).payload)
        for each in bundle["statements"]
    )
    told = BEGINNINGS[RecordKind.STATEMENT](health)
    assert told.method.startswith("usable-capacity")
    rests_on = BEGINNINGS[RecordKind.FIGURES](figures)
    assert rests_on.figures >= 4
    assert 0 < rests_on.batches <= len(bundle["batches"])


def test_a_stranger_verifies_and_recomputes_all_of_it(thread: Thread) -> None:
    bundle, trust = (str(each["content"]).encode() for each in thread[5:7])
    assert verify_bundle(bundle, trust).as_json()["statements"] == 2
    report = recompute_bundle(bundle, trust)
    assert [each["format"] for each in report.statements] == ["bp-health/v1", "bp-figures/v1"]
    assert report.batches == thread[7]["sent"]


def test_what_the_newest_figures_rest_on_is_held(thread: Thread) -> None:
    assert thread[7]["held"] == thread[7]["sent"]
