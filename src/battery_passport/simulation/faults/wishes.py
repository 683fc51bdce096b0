"""How much shall go wrong, as a person writes it: a word, or kinds with their shares.

In: text such as `usual`, `none`, `many` or `drifting-cell=0.1,bms-reset=0.05`. Out: a `FaultPlan`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.simulation.errors import InvalidCity
from battery_passport.simulation.fault_model import FaultKind, FaultPlan, usual_faults

WORDS: Mapping[str, float] = MappingProxyType({"none": 0.0, "usual": 1.0, "many": 5.0})


def wished_faults(text: str, *, first_day: int, last_day: int) -> FaultPlan:
    """Return the plan of faults between two days. Raises: InvalidCity."""
    if text in WORDS:
        return usual_faults(first_day, last_day, times=WORDS[text])
    shares = tuple(_share(part) for part in text.split(","))
    if sum(share for _kind, share in shares) > 1:
        raise InvalidCity(f"The shares in {text!r} are more than the whole.")
    return FaultPlan(first_day=first_day, last_day=last_day, shares=shares)


def _share(part: str) -> tuple[FaultKind, float]:
    name, _sign, number = part.partition("=")
    try:
        kind, share = FaultKind(name.strip()), float(number)
    except ValueError as error:
        known = ", ".join([*WORDS, *(f"{kind}=SHARE" for kind in FaultKind)])
        raise InvalidCity(f"{part!r} is no fault with its share: {known}.") from error
    if not 0 <= share <= 1:
        raise InvalidCity(f"The share in {part!r} is not between 0 and 1.")
    return kind, share
