"""An imported file gives the same batches every time, cut where its data breaks off."""

from uuid import UUID

import numpy as np

from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope, verify_envelope
from battery_passport.telemetry.importing import (
    BatchCut,
    ImportIdentity,
    cut_samples,
    import_batches,
    import_boot_id,
)
from battery_passport.telemetry.model import Samples
from battery_passport.telemetry.table import assemble_table
from tests.factories.telemetry import COLLECTED_AT_MS, PUBLIC_KEY, SEED

MIDNIGHT_MS = 1_795_392_000_000
IDENTITY = ImportIdentity(
    device_id=UUID("01937f00-0000-7000-8000-0000000000c1"),
    battery_ref=b"battery-16-bytes",
    boot_id=b"boot-of-16-bytes",
    assumptions=("clock assumed",),
)


def samples(times_ms: list[int], **columns: list[int]) -> Samples:
    return Samples(
        sampled_at_ms=np.array(times_ms, dtype=np.int64),
        columns={name: np.array(values, dtype=np.int64) for name, values in columns.items()},
    )


def sizes(given: Samples, cut: BatchCut) -> list[int]:
    return [part.sampled_at_ms.shape[0] for part in cut_samples([given], cut=cut)]


def test_boot_id_binds_file_mapping_and_battery() -> None:
    # The first 16 bytes of SHA-256 of "filemappingbattery-16-bytes".
    expected = import_boot_id([b"filemapping"], declaration=b"", battery_ref=b"battery-16-bytes")
    found = import_boot_id([b"fi", b"le"], declaration=b"mapping", battery_ref=b"battery-16-bytes")
    assert found == expected
    assert len(found) == 16
    assert found != import_boot_id([b"file"], declaration=b"mapping", battery_ref=b"other")


def test_batches_are_cut_at_gaps_days_segments_and_the_size_limit() -> None:
    cut = BatchCut(samples=3, gap_ms=10_000)
    assert sizes(samples([0, 1, 2, 3, 4, 5, 6]), cut) == [3, 3, 1]
    assert sizes(samples([0, 10_000, 20_001]), cut) == [2, 1]
    assert sizes(samples([20_000, 0]), cut) == [1, 1]
    assert sizes(samples([MIDNIGHT_MS - 1, MIDNIGHT_MS]), cut) == [1, 1]
    assert sizes(samples([0, 1, 2], segment=[1, 1, 2]), cut) == [2, 1]


def test_pieces_make_no_difference_to_the_cut() -> None:
    times = [*range(50), *range(100_000, 100_020)]
    whole = samples(times)
    pieces = [samples(times[start : start + 7]) for start in range(0, len(times), 7)]
    cut = BatchCut(samples=16, gap_ms=10_000)
    assert [part.sampled_at_ms.tolist() for part in cut_samples(pieces, cut=cut)] == [
        part.sampled_at_ms.tolist() for part in cut_samples([whole], cut=cut)
    ]


def test_importing_twice_gives_the_same_signed_batches() -> None:
    times = [COLLECTED_AT_MS + 1_000 * row for row in range(10)]
    given = samples(times, current_ma=list(range(10)))
    cut = BatchCut(samples=4)
    once, again = (
        list(import_batches([given], identity=IDENTITY, signing_key=SEED, cut=cut))
        for _ in range(2)
    )
    assert once == again
    envelopes = [open_envelope(encoded) for encoded in once]
    for envelope in envelopes:
        verify_envelope(envelope, PUBLIC_KEY)
    claims = [envelope.claims for envelope in envelopes]
    assert [claim.sequence for claim in claims] == [0, 1, 2]
    assert [claim.monotonic_ms for claim in claims] == [3_000, 7_000, 9_000]
    assert all(claim.backfill and claim.boot_id == IDENTITY.boot_id for claim in claims)
    table = assemble_table(decode_batch(envelope) for envelope in envelopes)
    assert table.columns["current_ma"].tolist() == list(range(10))
    assert table.assumptions == ("clock assumed",)


def test_no_samples_give_no_batches() -> None:
    assert list(import_batches([], identity=IDENTITY, signing_key=SEED)) == []
    assert list(import_batches([samples([])], identity=IDENTITY, signing_key=SEED)) == []
