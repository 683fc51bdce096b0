"""Air temperature in Busan: mild winters, warm summers, warm and cold spells.

In: the city's seed and days or moments. Out: °C.
The season is rounded to about 4 °C in January and 26 °C in August.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.clock import DAY_MS
from battery_passport.simulation.calendar import day_start_ms
from battery_passport.simulation.draws import Purpose, stream

_YEAR_MEAN_CELSIUS = 15.2
_YEAR_SWING_CELSIUS = 11.0
_WARMEST_DAY_OF_YEAR = 217.0
_DAY_SWING_CELSIUS = 3.6
_WARMEST_HOUR = 14.5
_SPELL_SIGMA_CELSIUS = 2.6
_SPELL_WEIGHTS = np.array([0.62, 0.48, 0.38, 0.31, 0.25, 0.20])
_BLOCK_DAYS = 1024


def daily_mean_celsius(seed: int, days: int) -> NDArray[np.float64]:
    """Return the mean temperature of each day from day 0 on; more days never alter earlier ones.

    Shape: (days,).
    """
    blocks = -(-days // _BLOCK_DAYS)
    return _whole_blocks(seed, blocks)[:days]


@lru_cache(maxsize=16)
def _whole_blocks(seed: int, blocks: int) -> NDArray[np.float64]:
    count = blocks * _BLOCK_DAYS
    day = np.arange(count)
    season = np.cos(2 * np.pi * (day - _WARMEST_DAY_OF_YEAR) / 365.2425)
    fresh = stream(seed, Purpose.WEATHER).standard_normal(count)
    spell = np.convolve(fresh, _SPELL_WEIGHTS)[:count]
    celsius: NDArray[np.float64] = (
        _YEAR_MEAN_CELSIUS + _YEAR_SWING_CELSIUS * season + _SPELL_SIGMA_CELSIUS * spell
    )
    return celsius


def air_celsius(seed: int, moment_ms: int) -> float:
    """Return the air temperature at a moment."""
    return float(air_celsius_at(seed, np.array([moment_ms], dtype=np.int64))[0])


def air_celsius_at(seed: int, moments_ms: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the air temperature at each moment of an ordered row. Shape: (moments,)."""
    since_first = moments_ms - day_start_ms(0)
    day, within = np.divmod(since_first, DAY_MS)
    last = int(day[-1]) if day.shape[0] else 0
    swing = np.cos(2 * np.pi * (within * 24 / DAY_MS - _WARMEST_HOUR) / 24)
    return np.asarray(daily_mean_celsius(seed, last + 1)[day] + _DAY_SWING_CELSIUS * swing)
