"""The import contracts and the folders of the package tell the same story."""

import configparser
from pathlib import Path

import pytest

# From left to right as data flows; a folder to the right may import one to its left, never back.
FLOW = (
    {"foundation"},
    {"credentials"},
    {"registry"},
    {"access"},
    {"telemetry"},
    {"diagnostics", "safety"},
    {"lifecycle"},
    {"passport", "ledger"},
    {"proof"},
    {"marketplace"},
    {"adapters", "web", "simulation", "device_agent"},
    {"assembly"},
    {"cli"},
)
NOT_STAGES = {"adapters", "web", "simulation", "device_agent", "assembly", "cli"}


@pytest.fixture(scope="module")
def contracts(repository: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(repository / ".importlinter", encoding="utf-8")
    return parser


@pytest.fixture(scope="module")
def folders(repository: Path) -> set[str]:
    package = repository / "src" / "battery_passport"
    return {path.name for path in package.iterdir() if any(path.glob("*.py"))}


def listed(contracts: configparser.ConfigParser, contract: str, option: str) -> list[str]:
    lines = contracts[f"importlinter:contract:{contract}"][option].split("\n")
    return [line.strip() for line in lines if line.strip()]


def short(module: str) -> str:
    return module.strip().removeprefix("battery_passport.")


def test_layers_are_the_folders_that_exist_in_the_order_of_flow(
    contracts: configparser.ConfigParser, folders: set[str]
) -> None:
    layers = [
        {short(module) for module in line.split("|")}
        for line in listed(contracts, "flow", "layers")
    ]

    expected = [step & folders for step in reversed(FLOW) if step & folders]
    assert layers == expected


def test_every_folder_has_its_place_in_the_flow(folders: set[str]) -> None:
    assert folders <= set().union(*FLOW)


def test_every_stage_is_held_to_do_no_io(
    contracts: configparser.ConfigParser, folders: set[str]
) -> None:
    pure = {short(module) for module in listed(contracts, "pure", "source_modules")}

    assert pure == folders - NOT_STAGES


def test_io_libraries_are_forbidden(contracts: configparser.ConfigParser) -> None:
    forbidden = set(listed(contracts, "pure", "forbidden_modules"))

    assert {"sqlalchemy", "sqlite3", "starlette", "fastapi", "httpx", "duckdb", "web3"} <= forbidden


def test_all_adapters_are_held_apart(contracts: configparser.ConfigParser) -> None:
    assert listed(contracts, "adapters", "modules") == ["battery_passport.adapters.*"]


def test_circles_are_sought_in_the_whole_package(contracts: configparser.ConfigParser) -> None:
    assert listed(contracts, "acyclic", "ancestors") == ["battery_passport"]
