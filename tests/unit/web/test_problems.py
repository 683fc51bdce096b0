"""The map from error codes to problems covers every error of every stage."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import battery_passport
from battery_passport.foundation.errors import (
    BatteryPassportError,
    Misconfigured,
    TemporarilyUnavailable,
)
from battery_passport.web.problems import (
    PROBLEM_TYPES,
    problem_of,
    problem_of_status,
    problem_type_of,
)


def _import_everything() -> None:
    for module in pkgutil.walk_packages(battery_passport.__path__, "battery_passport."):
        if "__main__" not in module.name and ".migrations." not in module.name:
            importlib.import_module(module.name)


def _subclasses(error: type[BatteryPassportError]) -> Iterator[type[BatteryPassportError]]:
    for subclass in error.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _own(error: type[BatteryPassportError]) -> bool:
    return error.__module__.startswith("battery_passport.")


def test_every_error_has_a_problem_and_a_code_of_its_own() -> None:
    _import_everything()
    errors = {error for error in _subclasses(BatteryPassportError) if _own(error)}
    assert len(errors) > 10
    unmapped = [
        error.__name__
        for error in errors
        if problem_type_of(error).status == 500 and not issubclass(error, Misconfigured)
    ]
    assert unmapped == []
    codes = [error.code for error in errors]
    repeated = {
        code: sorted(error.__name__ for error in errors if error.code == code)
        for code in codes
        if codes.count(code) > 1
    }
    assert repeated == {}


def test_every_error_says_what_to_do() -> None:
    _import_everything()
    silent = [
        error.__name__
        for error in _subclasses(BatteryPassportError)
        if _own(error) and error.__module__.startswith("battery_passport.web") and not error.remedy
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("invalid-input", 422),
        ("malformed-identifier", 400),
        ("not-found", 404),
        ("conflict", 409),
        ("temporarily-unavailable", 503),
        ("verification-failed", 422),
        ("misconfigured", 500),
    ],
)
def test_known_codes_keep_their_status(code: str, status: int) -> None:
    assert PROBLEM_TYPES[code].status == status


def test_waiting_is_told_in_whole_seconds() -> None:
    problem = problem_of(TemporarilyUnavailable("Busy.", retry_after_s=0.2))
    assert problem.headers() == {"Retry-After": "1"}


def test_our_own_faults_tell_no_particulars() -> None:
    problem = problem_of(Misconfigured("The key file is missing.", remedy="Look at the disk."))
    assert (problem.status, problem.detail, problem.next_step) == (500, "", "")


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "page-not-found"), (405, "method-not-allowed"), (413, "invalid-input"), (500, "error")],
)
def test_a_bare_status_becomes_a_problem(status: int, code: str) -> None:
    assert problem_of_status(status).code == code
