"""Policy decisions a second: one by one, a passport's four points at once, and from memory.

In: the shipped policies, readers made at random from a seed. Out: rates beside the goal, printed.
Run as `python -m benchmarks.policy`.
"""

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from battery_passport.access.model import (
    Principal,
    PrincipalKind,
    Purpose,
    Resource,
    ResourceKind,
    Role,
)
from battery_passport.access.policy.model import AccessRequest
from battery_passport.access.policy.reading import ANNEX_POINTS
from battery_passport.access.policy.remembering import RememberingDecider
from battery_passport.adapters.cedar.decider import shipped_decider
from benchmarks.figures import Figure

GOAL_PER_S = 4_000
"""What the engine gives with parsed policies; a passport page asks four questions."""

READERS = 400
SECONDS = 2.0


def measure(_folder: Path) -> list[Figure]:
    """Return decisions a second for each way of asking."""
    passports = [_passport(random.Random(seed)) for seed in range(READERS)]
    engine = shipped_decider()
    remembering = RememberingDecider(engine)
    return [
        Figure(
            name="policy: asked one by one",
            value=_rate(passports, lambda asked: [engine.decide(each) for each in asked]),
            unit="decisions/s",
        ),
        Figure(
            name="policy: four points at once",
            value=_rate(passports, engine.decide_many),
            unit="decisions/s",
            goal=GOAL_PER_S,
        ),
        Figure(
            name="policy: from memory",
            value=_rate(passports, remembering.decide_many),
            unit="decisions/s",
        ),
    ]


def _rate(
    passports: Sequence[Sequence[AccessRequest]],
    ask: Callable[[Sequence[AccessRequest]], object],
) -> float:
    for asked in passports:
        ask(asked)
    count, started_s = 0, time.perf_counter()
    while time.perf_counter() - started_s < SECONDS:
        for asked in passports:
            ask(asked)
            count += len(asked)
    return count / (time.perf_counter() - started_s)


def _passport(chance: random.Random) -> list[AccessRequest]:
    """Return what a page asks before it shows one passport to one reader."""
    principal = Principal(
        kind=PrincipalKind.PERSON,
        person_id=UUID(int=chance.getrandbits(128)),
        organisation_id=UUID(int=chance.getrandbits(128)),
        region="busan",
        roles=frozenset({Role.OWNER, chance.choice(list(Role))}),
    )
    battery_id, owner_id = (UUID(int=chance.getrandbits(128)) for _ in range(2))
    purpose = chance.choice(list(Purpose))
    return [
        AccessRequest(
            principal=principal,
            action="passport.read",
            resource=Resource(
                kind=ResourceKind.BATTERY,
                battery_id=battery_id,
                owner_id=owner_id,
                responsible_id=principal.organisation_id,
                region="busan",
                annex_point=point,
            ),
            purpose=purpose,
        )
        for point in ANNEX_POINTS
    ]
