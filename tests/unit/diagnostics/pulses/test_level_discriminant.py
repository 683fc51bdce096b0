"""The level of charge told by where trains of each level lie, on made-up cells."""

from dataclasses import replace

import numpy as np
import pytest

from battery_passport.diagnostics.pulses.level_discriminant import LevelDiscriminant
from battery_passport.diagnostics.pulses.method_3 import PulseMethod as PulseMethod3
from battery_passport.diagnostics.pulses.method_4 import PulseMethod
from battery_passport.diagnostics.pulses.model import KnownPulses
from tests.factories.pulses import LEVELS, made_up


@pytest.fixture(scope="module")
def learned() -> LevelDiscriminant:
    return LevelDiscriminant.learn(made_up(16, seed=1))


def test_levels_of_cells_never_seen_are_told(learned: LevelDiscriminant) -> None:
    asked = made_up(12, seed=2)
    found = learned.probabilities(asked.voltages_v)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    np.testing.assert_allclose(learned.levels, LEVELS)
    told = learned.levels[found.argmax(axis=1)]
    assert np.mean(np.abs(told - asked.level_ratio) < 0.01) > 0.95


def test_no_level_is_ruled_out(learned: LevelDiscriminant) -> None:
    unlike = made_up(1, seed=3).voltages_v + 0.3
    assert learned.probabilities(unlike).min() > 5e-4


def test_clamps_change_nothing(learned: LevelDiscriminant) -> None:
    asked = made_up(4, seed=5).voltages_v
    currents = np.repeat([0.0, 1.0, 0.0, -1.0, 0.0, 2.0, 0.0, -2.0, 0.0, 3.0, 0.0], 2)[1:]
    np.testing.assert_allclose(
        learned.probabilities(asked + 0.003 * currents), learned.probabilities(asked), atol=1e-6
    )


def test_cells_that_disagree_are_believed_less() -> None:
    alike = made_up(12, seed=6)
    apart_v = np.random.default_rng(7).normal(0.0, 0.08, 12)
    apart = replace(alike, voltages_v=alike.voltages_v + np.repeat(apart_v, len(LEVELS))[:, None])
    sure, unsure = LevelDiscriminant.learn(alike), LevelDiscriminant.learn(apart)
    most_sure, most_unsure = (
        float(found.probabilities(made_up(6, seed=8).voltages_v).max(axis=1).mean())
        for found in (sure, unsure)
    )
    assert most_unsure < most_sure


def test_a_level_known_of_one_cell_alone_does_not_break_it() -> None:
    known = made_up(5, seed=9)
    only = (known.level_ratio < 0.45) | (np.asarray(known.cells) == "cell-0")
    sparse = KnownPulses(
        known.voltages_v[only],
        known.health_ratio[only],
        known.level_ratio[only],
        [cell for cell, is_kept in zip(known.cells, only, strict=True) if is_kept],
    )
    found = LevelDiscriminant.learn(sparse).probabilities(known.voltages_v)
    assert np.isfinite(found).all()


def test_version_4_moves_only_the_weights_of_version_3() -> None:
    known, asked = made_up(8, seed=10), made_up(3, seed=11).voltages_v
    before, after = (
        version.learn(known).estimate(asked) for version in (PulseMethod3, PulseMethod)
    )
    np.testing.assert_array_equal(before.means, after.means)
    np.testing.assert_array_equal(before.deviations, after.deviations)
    told = LevelDiscriminant.learn(known).probabilities(asked)
    expected = before.weights * told
    np.testing.assert_allclose(after.weights, expected / expected.sum(axis=1, keepdims=True))
