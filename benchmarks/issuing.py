"""Passports issued, logged and anchored end to end, beside the bare signing of the same passport.

In: an installation made for it and a thousand batteries. Out: passports a second and their share of
the raw rate of the same run; transactions a second that the same chain takes.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.finding import Registration, find_or_register
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.operations.registry import add_model
from battery_passport.assembly.settings import load_settings
from battery_passport.credentials.sd_jwt import issue_sd_jwt
from battery_passport.credentials.status_list import StatusPlace
from battery_passport.registry.model import Battery
from battery_passport.registry.rules import make_rating
from benchmarks.figures import Figure
from tests.integration.support.homes import REPOSITORY

MODEL = REPOSITORY / "docs" / "samples" / "model-demo-ncm.json"
BATTERIES = 1_000
AT_ONCE = 250
"""Versions issued in one transaction; all of a round end under one checkpoint and one anchor."""

ROUNDS = 3
TRANSACTIONS = 50
GOAL_RATIO = 0.5
PLACE = StatusPlace(uri="http://localhost:8000/status/AAAAAAAAAAAAAAAAAAAAAA", index=70_000)


def measure(folder: Path) -> list[Figure]:
    """Return the rates; each round measures both, so that a busy machine slows both."""
    with _installation(folder) as installation:
        batteries = _batteries(installation)
        installation.anchoring.anchor_now()  # the chain starts and takes the contract
        sign = _raw_signing(installation, batteries[0])
        rounds = []
        for _ in range(ROUNDS):
            raw = BATTERIES / _seconds(lambda: [sign() for _ in range(BATTERIES)])
            issued = BATTERIES / _seconds(lambda: _issue(installation, batteries))
            rounds.append((raw, issued))
        anchored = _seconds(lambda: _issue(installation, batteries[:1]))
        chained = _transactions_per_s(installation, batteries)
    raws, rates = zip(*rounds, strict=True)
    share = statistics.median(issued / raw for raw, issued in rounds)
    return [
        Figure(name="SD-JWT of one passport, signing alone", value=max(raws), unit="/s"),
        Figure(name="passports issued, logged and anchored", value=max(rates), unit="/s"),
        Figure(name="their share of signing alone", value=share, unit="", goal=GOAL_RATIO),
        Figure(name="a version issued, logged and anchored by itself", value=anchored, unit="s"),
        Figure(name="anchoring transactions on the same chain", value=chained, unit="/s"),
    ]


def _issue(installation: Installation, batteries: list[Battery]) -> None:
    for start in range(0, len(batteries), AT_ONCE):
        with installation.database.write() as connection:
            portion = batteries[start : start + AT_ONCE]
            installation.issuer.issue_many(connection, portion, installation.clock.now())
    installation.pipeline.settle()
    checkpoint = installation.anchoring.anchor_now()
    assert checkpoint is not None
    assert checkpoint.head.size >= len(batteries)


def _transactions_per_s(installation: Installation, batteries: list[Battery]) -> float:
    """Return how fast checkpoints that waited are anchored, each by a transaction of its own."""
    for battery in batteries[:TRANSACTIONS]:
        with installation.database.write() as connection:
            installation.issuer.issue(connection, battery, installation.clock.now())
        installation.pipeline.settle()
        installation.anchoring.sign_checkpoint()
    return TRANSACTIONS / _seconds(installation.anchoring.anchor_now)


def _raw_signing(installation: Installation, battery: Battery) -> Callable[[], object]:
    """Return what signs the very content of a version, and does nothing else."""
    with installation.database.read() as connection:
        content, _ = installation.issuer.content(connection, battery, installation.clock.now())
    public, signer = {**content.public, **PLACE.as_members()}, installation.keys.issuer
    return lambda: issue_sd_jwt(public, content.sections, signer, within="credentialSubject")


def _batteries(installation: Installation) -> list[Battery]:
    model = str(json.loads(MODEL.read_bytes())["name"])
    nothing = make_rating(rated_capacity_ah=None, cells_in_series=None, chemistry=None)
    registration = Registration(model_name=model, rating=nothing)
    add_model(installation, {"file": MODEL.read_text("utf-8")})
    moment = installation.clock.now()
    with installation.database.write() as connection:
        store = RegistryStore(connection)
        return [
            find_or_register(store, f"bench-{number}", registration, moment)[0]
            for number in range(BATTERIES)
        ]


@contextmanager
def _installation(folder: Path) -> Iterator[Installation]:
    with opened_installation(load_settings({"BATTERY_PASSPORT_HOME": str(folder)})) as opened:
        yield opened


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
