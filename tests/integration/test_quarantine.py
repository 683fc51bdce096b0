"""People look into batches whose number was known with other bytes, and say what they found."""

from pathlib import Path
from typing import Any

import pytest

from battery_passport.adapters.sql.evidence import Outcome
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.assembly.operations.quarantine import (
    JUDGEMENTS,
    UnknownJudgement,
    UnknownQuarantinedBatch,
)
from battery_passport.cli.verbs import build_parser
from battery_passport.foundation.digests import sha256
from battery_passport.telemetry.envelope import seal_batch
from tests.factories.installation import run
from tests.factories.made_up_cars import Car, enrol, opened, send
from tests.factories.telemetry import COLLECTED_AT_MS, make_claims, make_samples


def contradict(installation: Installation, car: Car, *, count: int) -> bytes:
    """Send other samples under the number 0, and return the batch."""
    claims = make_claims(device_id=car.device_id, battery_ref=car.battery_ref)
    samples = make_samples(start_ms=COLLECTED_AT_MS - 10_000_000, count=count)
    encoded = seal_batch(claims=claims, samples=samples, signing_key=car.seed)
    batch = admit_batch(encoded, DeviceDirectory(installation.database), installation.clock.now())
    assert store_group(installation.database, [batch]) == [Outcome.QUARANTINED]
    return encoded


def test_a_contradiction_is_listed_shown_and_judged(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as installation:
        car = enrol(installation, "car-1")
        assert run(installation, "quarantine-list")["batches"] == []
        assert send(installation, car, range(2)) == [Outcome.STORED] * 2
        digest = sha256(contradict(installation, car, count=9)).hex()
        other = sha256(contradict(installation, car, count=3)).hex()
        listed = run(installation, "quarantine-list")["batches"]
        assert isinstance(listed, list)
        assert {line["digest"] for line in listed} == {digest, other}
        shown: dict[str, Any] = {**run(installation, "quarantine-show", batch=digest[:9])}
        assert (shown["battery"], shown["sequence"]) == ("car-1", 0)
        assert shown["first_digest"] == sha256(car.batch(0)).hex()
        assert (shown["put_aside"]["samples"], shown["came_first"]["samples"]) == (9, 5)
        assert "cell_voltage_mv" in shown["differs_in"]
        assert "battery_ref" not in shown["differs_in"]
        assert shown["judgement"] is None
        run(installation, "quarantine-judge", batch=digest, judgement="unexplained")
        run(installation, "quarantine-judge", batch=digest, judgement="cloned-key")
        judged = run(installation, "quarantine-show", batch=digest)
        assert judged["judgement"] == "cloned-key"
        assert run(installation, "quarantine-show", batch=other)["judgement"] is None
        # Two judgements stand in the log, and nothing else of the evidence has changed.
        assert run(installation, "audit")["finding"] is None
        with pytest.raises(UnknownQuarantinedBatch):
            run(installation, "quarantine-show", batch="ffffffff")
        with pytest.raises(UnknownQuarantinedBatch):
            run(installation, "quarantine-show", batch="no digest")
        with pytest.raises(UnknownJudgement):
            run(installation, "quarantine-judge", batch=digest, judgement="fine")


def test_the_command_line_offers_every_judgement() -> None:
    for judgement in JUDGEMENTS:
        given = build_parser().parse_args(["quarantine", "judge", "ab", "--as", judgement])
        assert given.judgement == judgement
