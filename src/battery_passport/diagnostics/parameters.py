"""The constants of `usable-capacity` version 1; a statement repeats them.

In: nothing. Out: one frozen table. A published version's constants never change: another choice is
another version. How each was chosen: docs/explanation/diagnostics.md.
"""

from dataclasses import asdict, dataclass

from battery_passport.foundation.strict_json import JsonObject


@dataclass(frozen=True, slots=True)
class Parameters:
    """Units: as the names end; `_sd` is a standard deviation, of SoC unless a unit follows."""

    # Which samples belong together.
    longest_step_s: float = 150.0
    longest_pause_s: float = 86_400.0
    largest_pause_jump_ratio: float = 0.03
    largest_pause_step_v: float = 0.03
    reversal_ratio: float = 0.03
    shortest_leg_ratio: float = 0.10
    stillness_ratio: float = 0.005
    settling_s: float = 3_600.0
    newest_days: int = 180
    most_legs: int = 120
    whole_ratio: float = 0.8
    fewest_legs: int = 5

    # How far a state of charge can be trusted.
    bms_reading_sd: float = 0.015
    bms_end_sd: float = 0.02
    bms_middle_bend: float = -0.026
    bms_middle_sd: float = 0.04
    bms_middle_flat_sd: float = 0.06
    display_reading_sd: float = 0.03
    rounding_sd: float = 0.003
    voltage_empty_sd: float = 0.05
    voltage_full_sd: float = 0.08
    voltage_shape_sd: float = 0.025
    voltage_shape_reach_ratio: float = 0.15
    voltage_reading_sd_v: float = 0.006
    unknown_chemistry_factor: float = 1.5

    # How far the counted charge can be trusted.
    current_gain_sd: float = 0.015
    current_offset_sd_per_h: float = 0.001
    pause_sd: float = 0.003

    # Voltage under load, in volts at a current that would fill the battery in an hour.
    resistance_instant_v: float = 0.083
    resistance_minute_v: float = 0.05
    resistance_ten_minutes_v: float = 0.035
    resistance_common_sd_ratio: float = 0.4
    resistance_reading_sd_ratio: float = 0.25

    # What is believed before any measurement, and what counts as determined.
    prior_health_ratio: float = 0.90
    prior_health_sd_ratio: float = 0.15
    plausible_low_ratio: float = 0.3
    plausible_high_ratio: float = 2.0
    smallest_capacity_ah: float = 0.5
    largest_capacity_ah: float = 5_000.0
    outlier_sds: float = 3.5
    usual_misfit: float = 2.706
    largest_relative_sd: float = 0.14

    def as_json(self) -> JsonObject:
        """Return the constants by name."""
        return asdict(self)


V1 = Parameters()
