"""Prints the tutorial's made-up charge: a battery of 100 Ah when new, now at 90 Ah, from 6 to 97 %.

In: nothing. Out: CSV on stdout, one line every ten seconds; current is negative while charging.
"""

from datetime import UTC, datetime, timedelta

CAPACITY_AH = 90.0
CURRENT_A = -27.0
STEP_S = 10


def main() -> None:
    """Print the charge."""
    moment = datetime(2026, 6, 1, 1, tzinfo=UTC)
    soc_percent = 6.0
    print("time,current_a,cell_mean_v,soc_percent")
    while soc_percent < 97.0:
        voltage = 3.42 + 0.0072 * soc_percent
        print(f"{moment:%Y-%m-%dT%H:%M:%SZ},{CURRENT_A},{voltage:.4f},{soc_percent:.1f}")
        soc_percent += -CURRENT_A * STEP_S / 3_600 / CAPACITY_AH * 100
        moment += timedelta(seconds=STEP_S)


if __name__ == "__main__":
    main()
