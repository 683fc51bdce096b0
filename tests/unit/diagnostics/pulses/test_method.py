"""Every version of the pulse method on made-up cells whose truth is known."""

import numpy as np
import pytest

from battery_passport.diagnostics.errors import TooFewCells
from battery_passport.diagnostics.pulses.chemistry import refusal
from battery_passport.diagnostics.pulses.method import PulseMethod
from battery_passport.diagnostics.pulses.method_2 import PulseMethod as PulseMethod2
from battery_passport.diagnostics.pulses.method_3 import PulseMethod as PulseMethod3
from battery_passport.diagnostics.pulses.method_4 import PulseMethod as PulseMethod4
from battery_passport.diagnostics.pulses.method_5 import PulseMethod as PulseMethod5
from battery_passport.diagnostics.pulses.mixture import intervals, joined_interval
from battery_passport.diagnostics.pulses.model import KnownPulses, Mixture
from battery_passport.diagnostics.pulses.sights import Lens, Sight
from battery_passport.diagnostics.pulses.unseen_cells import UnseenCellRegression
from tests.factories.pulses import LEVELS, made_up

Learned = PulseMethod | PulseMethod2 | PulseMethod3 | PulseMethod4 | PulseMethod5
Version = type[Learned]
VERSIONS = (PulseMethod, PulseMethod2, PulseMethod3, PulseMethod4, PulseMethod5)


@pytest.fixture(scope="module", params=VERSIONS, ids=("1", "2", "3", "4", "5"))
def learned(request: pytest.FixtureRequest) -> Learned:
    version: Version = request.param
    return version.learn(made_up(16, seed=1))


def test_cells_never_seen_are_judged(learned: Learned) -> None:
    asked = made_up(12, seed=2)
    found = intervals(learned.estimate(asked.voltages_v), share=0.9)
    values = np.array([each.value for each in found])
    low, high = np.array([each.low for each in found]), np.array([each.high for each in found])
    assert np.abs(values - asked.health_ratio).mean() < 0.01
    assert np.mean((low <= asked.health_ratio) & (asked.health_ratio <= high)) >= 0.85


def test_each_train_is_judged_by_itself(learned: Learned) -> None:
    asked = made_up(3, seed=3).voltages_v
    together = learned.estimate(asked)
    turned = learned.estimate(asked[::-1].copy())
    np.testing.assert_allclose(together.weights, turned.weights[::-1], atol=1e-9)
    np.testing.assert_allclose(together.means, turned.means[::-1], atol=1e-9)


@pytest.mark.parametrize("version", VERSIONS)
def test_learning_twice_gives_the_same(version: Version) -> None:
    known, asked = made_up(5, seed=4), made_up(1, seed=5).voltages_v
    first, second = (version.learn(known).estimate(asked) for _ in range(2))
    np.testing.assert_array_equal(first.means, second.means)


@pytest.mark.parametrize("version", VERSIONS)
def test_three_cells_are_too_few(version: Version) -> None:
    with pytest.raises(TooFewCells, match="3 cells"):
        version.learn(made_up(3, seed=6))


def test_errors_are_those_of_cells_left_out_in_turn() -> None:
    known, noise = made_up(6, seed=7), 1e-3
    cells = np.asarray(known.cells)
    points = Sight.fit(Lens("each", 1.0, 3.0, noise), known).points(
        known.voltages_v, known.level_ratio
    )
    targets = known.health_ratio - known.health_ratio.mean()
    whole = UnseenCellRegression.learn(points, targets, known.cells, noise=noise)
    ratios = []
    for cell in np.unique(cells):
        others, own = points[cells != cell], points[cells == cell]
        near, across, inside = _kernel(others, others), _kernel(own, others), _kernel(own, own)
        solved = np.linalg.solve(near + noise * np.eye(len(near)), across.T)
        variance = np.diag(inside - across @ solved) + noise
        ratios.append((targets[cells == cell] - solved.T @ targets[cells != cell]) ** 2 / variance)
    far = np.full((1, points.shape[1]), 1e3)
    (_, deviation) = whole.predict(far)
    expected = np.sqrt(np.concatenate(ratios).mean() * (1.0 + noise))
    assert deviation[0] == pytest.approx(expected, rel=1e-4)


def _kernel(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    apart = ((left[:, None, :] - right[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(np.exp(-0.5 * apart))


def test_intervals_of_a_mixture_are_its_quantiles() -> None:
    sure = Mixture(np.array([[1.0, 0.0]]), np.array([[0.8, 0.5]]), np.array([[0.02, 0.02]]))
    (one,) = intervals(sure, share=0.9)
    assert one.value == pytest.approx(0.8, abs=1e-3)
    assert one.high - one.low == pytest.approx(2 * 1.645 * 0.02, abs=1e-3)
    torn = Mixture(np.array([[0.5, 0.5]]), np.array([[0.8, 0.6]]), np.array([[0.02, 0.02]]))
    (wide,) = intervals(torn, share=0.9)
    assert wide.low < 0.6
    assert wide.high > 0.8


def test_trains_of_one_cell_narrow_its_interval() -> None:
    ten = Mixture(np.ones((10, 1)), np.full((10, 1), 0.8), np.full((10, 1), 0.02))
    joined = joined_interval(ten, share=0.9)
    (one, *_) = intervals(ten, share=0.9)
    assert joined.value == pytest.approx(0.8, abs=2e-3)
    assert one.high - one.low > joined.high - joined.low > 0.5 * (one.high - one.low)


def test_a_chemistry_with_a_flat_voltage_is_refused() -> None:
    assert refusal("LFP")
    assert refusal("lfp")
    assert refusal("NMC") is None
    assert refusal("LMO") is None


@pytest.mark.parametrize(("view", "moved_at_most"), [("unclamped logarithms", 1e-6), ("each", 9.9)])
def test_resistance_of_the_clamps_counts_only_where_it_is_looked_at(
    view: str, moved_at_most: float
) -> None:
    known = made_up(8, seed=8)
    sight = Sight.fit(Lens(view, 1.0, 1.0, 1e-3), known)
    currents = np.repeat([0.0, 1.0, 0.0, -1.0, 0.0, 2.0, 0.0, -2.0, 0.0, 3.0, 0.0], 2)[1:]
    clamped = known.voltages_v + 0.003 * currents
    moved = sight.points(clamped, known.level_ratio) - sight.points(
        known.voltages_v, known.level_ratio
    )
    assert np.abs(moved).max() <= moved_at_most
    assert view != "each" or np.abs(moved).max() > 0.01


def test_what_differs_between_cells_of_one_health_counts_less() -> None:
    known, random = made_up(30, seed=9), np.random.default_rng(10)
    own = np.repeat(random.normal(0.0, 0.02, 30), len(LEVELS))
    voltages = known.voltages_v.copy()
    voltages[:, 7] += own
    uneven = KnownPulses(voltages, known.health_ratio, known.level_ratio, known.cells)
    sight = Sight.fit(Lens("unlike cells", 1.0, 1.0, 1e-3), uneven)
    nudged, shifted = voltages[:1].copy(), voltages[:1].copy()
    nudged[0, 11] += 0.5 * voltages[:, 11].std()
    shifted[0, 7] += 0.5 * voltages[:, 7].std()
    level = known.level_ratio[:1]
    start = sight.points(voltages[:1], level)
    far = np.linalg.norm(sight.points(nudged, level) - start)
    near = np.linalg.norm(sight.points(shifted, level) - start)
    assert near < far / 2.0
