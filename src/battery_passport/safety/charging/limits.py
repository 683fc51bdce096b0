"""The limit that holds: the least of what driver, site and safety say.

In: three limits. Out: one.
"""

from battery_passport.safety.charging.model import Limit, Limits

NOT_AT_ALL = Limit(power_w=0.0)
"""What safety says where nothing may flow."""


def effective_limit(limits: Limits) -> Limit:
    """Return the least of the three in power and in charge; None only where all are."""
    parts = (limits.wish, limits.site, limits.safety)
    return Limit(
        power_w=_least([part.power_w for part in parts]),
        soc_ratio=_least([part.soc_ratio for part in parts]),
    )


def _least(values: list[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)
