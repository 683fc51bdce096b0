"""The constants of `charge-window` version 1.

In: nothing. Out: one frozen table. A published version's constants never change: another choice is
another version. They were chosen on trials with real cars, none of which is in this repository.
"""

from dataclasses import asdict, dataclass

from battery_passport.foundation.strict_json import JsonObject


@dataclass(frozen=True, slots=True)
class Constants:
    """Units: as the names end; `_sd` is a standard deviation; charge as a ratio of the rated."""

    # The curve within a stretch.
    knot_spacing_ratio: float = 0.03
    bend_penalty: float = 3e-3
    resistance_instant_v: float = 0.083
    resistance_minute_v: float = 0.05
    resistance_ten_minutes_v: float = 0.035
    resistance_penalty: float = 1.0
    # The curves of known cars, over the state of charge.
    library_knots: int = 100
    shape_sd_v: float = 0.015
    shape_reach_ratio: float = 0.12
    offset_sd_v: float = 0.010
    knot_sd_v: float = 0.006
    own_shape_sd_v: float = 0.003
    own_offset_sd_v: float = 0.003
    own_usual_cars: int = 5
    # The state of charge that the BMS states.
    bms_bend: float = -0.026
    bms_wander_sd: float = 0.032
    bms_reading_sd: float = 0.010
    # Health.
    lowest_health_ratio: float = 0.62
    highest_health_ratio: float = 1.16
    health_step_ratio: float = 0.01
    health_sd_ratio: float = 0.07
    starts: int = 40
    shortest_window_ratio: float = 0.08
    # Few known cars.
    fewest_cars: int = 5
    trial_windows: int = 8

    def as_json(self) -> JsonObject:
        """Return every constant by name."""
        return asdict(self)


V1 = Constants()
NAME = "charge-window"
VERSION = "1"
