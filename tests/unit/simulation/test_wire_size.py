"""What the city's samples weigh on the wire."""

from datetime import timedelta

import pytest

from battery_passport.device_agent.sealing import sealed_history
from battery_passport.simulation.charge_windows import charge_windows
from battery_passport.telemetry.envelope import open_envelope
from tests.factories.simulation import PRESENT, make_city, make_identity

GOAL_BYTES = 45


@pytest.mark.parametrize("samples_per_batch", [60, 600])
def test_a_whole_sample_of_96_cells_weighs_little(
    samples_per_batch: int, capsys: pytest.CaptureFixture[str]
) -> None:
    car = make_city().cars[0]
    assert car.model.cells_in_series == 96
    assert car.model.cell_step_mv == 1
    windows = charge_windows(car, PRESENT - timedelta(days=30), PRESENT)
    batches = list(
        sealed_history(
            make_identity(), windows, boot_id=bytes(16), samples_per_batch=samples_per_batch
        )
    )
    samples = sum(open_envelope(encoded).sample_count for encoded in batches)
    each = sum(len(encoded) for encoded in batches) / samples
    with capsys.disabled():
        print(f"\n{each:.1f} B a sample of 96 cells, {samples_per_batch} a batch, signed")  # noqa: T201
    assert samples > 2_000
    assert each <= GOAL_BYTES
