"""What diagnostics must find out by itself, and how large it is: fixed before any method was tuned.

In: nothing. Out: constants, each with its reason. A change here is a change of the examination, to
be made for a reason of its own and never because a detector does better after it.

Marks: [paper] a published figure; [real] seen in the real cars of the shared data; [ours] a choice.
"""

from typing import Final

# Cells when new -----------------------------------------------------------------------------------
CELL_CAPACITY_SIGMA: Final = 0.006
"""[ours] Cells sorted for one pack differ by about half a percent."""
CELL_CHARGE_SIGMA: Final = 0.0025
"""[ours] Balancing leaves a quarter of a percent: 2 to 3 mV on the slopes of an NCM cell."""
CELL_RESISTANCE_SIGMA: Final = 0.035
CELL_SENSOR_SIGMA_MV: Final = 0.7
CELL_NOISE_SIGMA_MV: Final = 0.55
"""[ours] Below the step of 1 mV, so that its rounding shows, as it does in real telematics."""
SPREAD_GROWTH: Final = 4.0
"""[ours] So much more spread of capacity and resistance for each share of capacity lost."""

# Packs and their ageing ---------------------------------------------------------------------------
FRESH_CAPACITY_MEAN: Final = 1.012
FRESH_CAPACITY_SIGMA: Final = 0.010
"""[ours] Makers rate a little below what they build."""
AGEING_PACE_SIGMA: Final = 0.28
"""[paper] A fleet of 22,700 cars loses 1.5 to 3.0 % a year: a lognormal of that width does so."""
OCV_LITHIUM_SHARE: Final = 0.7
"""[ours] OCV drift: of the capacity lost, so much narrows the anode's window, which moves its steps
along the curve. A library of curves of new batteries is therefore wrong for old ones."""
OCV_BLOCK_DAYS: Final = 30
"""The curve is drawn anew once in so many days."""

# The BMS's own errors -----------------------------------------------------------------------------
SOC_BEND_MEAN: Final = -0.026
SOC_BEND_SIGMA: Final = 0.032
SOC_UNREST_SIGMA: Final = 0.010
"""[real] Mean, spread between cars and unrest from day to day of the BMS's reading in the ten real
cars of EV10: stated = z + 4·bend·z·(1 - z)."""
SOH_BIAS_MEAN: Final = 0.012
SOH_BIAS_SIGMA: Final = 0.018
"""[ours] A BMS flatters: its state of health lies a point high, give or take two."""

# Faults -------------------------------------------------------------------------------------------
DRIFT_CAPACITY_LOSS: Final = (0.10, 0.20)
DRIFT_RESISTANCE_GAIN: Final = (0.6, 1.6)
DRIFT_DAYS: Final = (15.0, 50.0)
"""[real] A cell of a real car fell from -15 to -133 mV within 25 days. Ours loses capacity and
gains resistance over about as long: up to 120 mV when nearly empty, little when full."""

LEAK_PER_DAY: Final = (0.0008, 0.004)
LEAK_MOST: Final = 0.09
"""[ours] An inner short of some 150 to 800 Ω takes 0.08 to 0.4 % of charge a day; at 9 % in all the
balancing of the others keeps pace with it."""

ISOLATION_END_OHM_PER_V: Final = (60.0, 420.0)
ISOLATION_DAYS: Final = (3.0, 30.0)
"""[paper] UN R100 asks for 100 Ω/V and 500 Ω/V: ours end on either side of the lower one, none
above the upper one. Healthy cars show 1,501 to 3,000 kΩ [real]."""

RUNAWAY_SILENCE_HOURS: Final = (3.0, 12.0)
RUNAWAY_LASTS_S: Final = (150, 300)
RUNAWAY_SPREAD_S: Final = (6.0, 20.0)
RUNAWAY_HOTTEST_CELSIUS: Final = (95.0, 180.0)
"""[real] A real car, parked at 78 %, said nothing for eleven hours; then voltages collapsed, a
probe read 109 °C and the insulation fell, with no precursor at all."""

RESET_SOH_RATIO: Final = 1.0
RESET_RELEARN_DAYS: Final = 75
"""[ours] After a reset a BMS states 100 % until it has learned anew; its counters begin at 0."""

BMS_LATE_SHARE: Final = 0.85
"""[real] The BMS of the car with the drifting cell warned (level 3) 21 days after a robust
deviation showed it: ours warns at level 2 when so much of a fault's way is done, then at 3."""
