"""The given real files go through mapping, batches and table without losing or bending a value."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from battery_passport.adapters.tabular.files import TabularFile, file_pieces
from battery_passport.adapters.tabular.mappings import load_mapping, shipped_mappings
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope, seal_batch
from battery_passport.telemetry.importing import ImportIdentity, import_batches, import_boot_id
from battery_passport.telemetry.mapping.conversion import convert_rows
from battery_passport.telemetry.mapping.matching import choose_mapping
from battery_passport.telemetry.model import NULL, Samples
from battery_passport.telemetry.quality.checking import check_quality
from battery_passport.telemetry.quality.model import QualityMemory
from battery_passport.telemetry.table import TelemetryTable, assemble_table
from tests.factories.telemetry import SEED, make_claims

VEHICLES = ("01", "03", "06", "08", "10")


def import_file(path: Path, mapping_name: str) -> list[bytes]:
    mapping = load_mapping(mapping_name)
    identity = ImportIdentity(
        device_id=UUID(int=7),
        battery_ref=b"battery-16-bytes",
        boot_id=import_boot_id(
            file_pieces(path), declaration=mapping.declaration, battery_ref=b"battery-16-bytes"
        ),
        assumptions=mapping.assumptions,
    )
    rows = convert_rows(TabularFile(path), mapping)
    return list(import_batches(rows, identity=identity, signing_key=SEED))


def table_of(encoded: list[bytes]) -> TelemetryTable:
    return assemble_table(decode_batch(open_envelope(batch)) for batch in encoded)


@pytest.mark.parametrize("number", VEHICLES)
def test_ev10_charge_adds_up_to_its_label(shared: Path, number: str) -> None:
    labels = json.loads((shared / "data/ev10/labels.json").read_text())
    label = next(entry for entry in labels if entry["vehicle"] == int(number))
    encoded = import_file(shared / f"data/ev10/vehicle_{number}.parquet", "ev10")
    table = table_of(encoded)
    assert 10 <= len(encoded) <= 60
    segments = table.columns["segment"]
    last_rows = np.flatnonzero(np.append(segments[1:] != segments[:-1], True))
    charged_ah = table.columns["charged_uah"][last_rows].sum() * 1e-6
    assert charged_ah == pytest.approx(label["sum_q_Ah"], abs=1e-4)
    assert int(table.columns["current_ma"].min()) < 0
    assert np.diff(table.sampled_at_ms).min() == 1_000


def test_ev10_state_of_charge_is_known_at_segment_ends_only(shared: Path) -> None:
    table = table_of(import_file(shared / "data/ev10/vehicle_01.parquet", "ev10"))
    known = table.columns["bms_soc_permyriad"][table.columns["bms_soc_permyriad"] != NULL]
    assert known[:4].tolist() == [0, 900, 900, 2_100]
    assert known.size == 2 * 11
    assert any("no clock" in text for text in table.assumptions)


def test_importing_a_file_twice_gives_the_same_bytes(shared: Path) -> None:
    path = shared / "data/ev10/vehicle_01.parquet"
    assert import_file(path, "ev10") == import_file(path, "ev10")


def test_cars_are_told_apart_by_their_values(shared: Path, tmp_path: Path) -> None:
    for car in ("car1", "car2"):
        path = tmp_path / f"unnamed-{car}.parquet"
        path.symlink_to(shared / f"data/packfault/{car}.parquet")
        chosen = choose_mapping(TabularFile(path), shipped_mappings())
        assert chosen.name == f"packfault-{car}"


def test_car2_temperatures_lose_their_offset_and_sentinels_stay(shared: Path) -> None:
    encoded = import_file(shared / "data/packfault/car2.parquet", "packfault-car2")
    table = table_of(encoded)
    probes = table.columns["probe_temperature_dc"]
    assert int(np.median(probes)) in range(100, 400)
    assert np.median(probes.max(axis=1) - table.columns["temperature_max_dc"]) == 0
    assert int(np.count_nonzero(table.columns["cell_voltage_mv"] == 0)) == 463
    assert int(table.columns["insulation_kohm"].max()) == 5_000
    first = datetime(2019, 4, 15, 9, 42, 30, tzinfo=UTC)
    assert from_unix_ms(int(table.sampled_at_ms[0])) == first
    flags = Counter[str]()
    for batch in encoded:
        findings, _ = check_quality(decode_batch(open_envelope(batch)), QualityMemory())
        for each in findings:
            flags[each.kind] += each.count if each.column == "cell_voltage_mv" else 0
    assert flags["sentinel"] == 463
    assert flags["out-of-range"] == 0


@pytest.mark.parametrize(("samples_a_batch", "limit_bytes"), [(60, 24), (600, 14)])
def test_car1_samples_are_small(shared: Path, samples_a_batch: int, limit_bytes: int) -> None:
    source = TabularFile(shared / "data/packfault/car1.parquet")
    (samples, *_) = convert_rows(source, load_mapping("packfault-car1"))
    sizes = [len(batch) for batch in _batches_of(samples, samples_a_batch)]
    assert sum(sizes) / (len(sizes) * samples_a_batch) <= limit_bytes


def _batches_of(samples: Samples, count: int) -> Iterator[bytes]:
    # One batch in seven is enough to tell, and quick.
    for start in range(0, samples.sampled_at_ms.shape[0] - count, 7 * count):
        rows = slice(start, start + count)
        part = Samples(
            sampled_at_ms=samples.sampled_at_ms[rows],
            columns={name: values[rows] for name, values in samples.columns.items()},
        )
        collected_at = from_unix_ms(int(part.sampled_at_ms[-1]))
        claims = make_claims(sequence=start, collected_at=collected_at)
        assumptions = load_mapping("packfault-car1").assumptions
        yield seal_batch(claims=claims, samples=part, signing_key=SEED, assumptions=assumptions)
