"""The monitor: of this home in slices, of another log by its address; both name what is wrong."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from battery_passport.adapters.evm.anchor_events import AnchorEvents
from battery_passport.adapters.sql.row_digest import register
from battery_passport.adapters.witness.client import LogClient
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.monitoring.home_monitor import STATE_FILE, HomeMonitor
from battery_passport.assembly.monitoring.log_monitor import LogMonitor
from battery_passport.assembly.state_file import StateFile
from battery_passport.foundation.strict_json import parse_json_object
from battery_passport.proof.trust import TrustFile, parse_trust
from tests.factories.big_home import Mix, fill
from tests.factories.chain import require_engine
from tests.factories.installation import run
from tests.factories.ledger import make_log
from tests.factories.made_up_cars import enrol, opened, send
from tests.integration.support.homes import TestHome
from tests.integration.support.servers import running_server

pytestmark = pytest.mark.integration

MIX = Mix(leaves=1_200, batteries=6, events=30, passports=12, groups_a_checkpoint=1)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    require_engine()
    with opened(tmp_path / "home") as one:
        fill(one, MIX)
        yield one


def test_a_round_is_made_of_slices(installation: Installation) -> None:
    monitor, sizes = HomeMonitor(installation), []
    while not (standing := monitor.run(for_s=0)).rounds:
        sizes.append(standing.checked)
    assert sizes == sorted(set(sizes))
    assert len(sizes) >= 4
    assert (standing.finding, standing.checked) == (None, standing.size)
    # A second round goes on with what came in meanwhile, in another process as well.
    send(installation, enrol(installation, "late"), range(3))
    installation.pipeline.settle()
    installation.anchoring.anchor_now()
    again = HomeMonitor(installation).run(for_s=60)
    assert (again.rounds, again.size) == (2, standing.size + 3)


def test_a_finding_stays_until_the_state_is_removed(installation: Installation) -> None:
    with sqlite3.connect(installation.home.database) as connection:
        register(connection)
        connection.execute("UPDATE batches SET received_at_ms = received_at_ms + 1")
    connection.close()
    told = run(installation, "monitor", seconds="30")
    assert "is filed under values that its own bytes contradict" in str(told["finding"])
    with sqlite3.connect(installation.home.database) as connection:
        register(connection)
        connection.execute("UPDATE batches SET received_at_ms = received_at_ms - 1")
    connection.close()
    assert run(installation, "monitor", seconds="30")["finding"] == told["finding"]
    (installation.home.folder / STATE_FILE).unlink()
    assert run(installation, "monitor", seconds="30")["finding"] is None


def test_a_history_rewritten_behind_the_monitor_is_noticed(installation: Installation) -> None:
    """What was seen of the log is remembered outside the database."""
    monitor = HomeMonitor(installation)
    monitor.run(for_s=0)
    file = StateFile(installation.home.folder / STATE_FILE)
    document = file.read()
    state = document["state"]
    assert isinstance(state, dict)
    subtrees = state["subtrees"]
    assert isinstance(subtrees, list)
    file.write({**document, "state": {**state, "subtrees": ["00" * 32, *subtrees[1:]]}})
    assert monitor.run(for_s=60).finding is not None


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestHome, str, TrustFile]]:
    require_engine()
    folder = tmp_path_factory.mktemp("followed")
    with opened(folder / "home") as one:
        fill(one, MIX)
        trust = str(run(one, "trust-export")["content"])
    home = TestHome(folder / "home")
    with running_server(home) as server:
        yield home, f"http://127.0.0.1:{server.port}", parse_trust(trust.encode())


def test_another_log_is_rebuilt_from_its_tiles(
    followed: tuple[TestHome, str, TrustFile], tmp_path: Path
) -> None:
    home, url, trust = followed
    chain = parse_json_object((home.folder / "run" / "chain.json").read_bytes())
    events = AnchorEvents(str(chain["url"]), contract=trust.chain.contract, origin=trust.log.origin)
    file = StateFile(tmp_path / "state.json")
    monitor = LogMonitor(LogClient(f"{url}/log"), trust.log, file, events)
    first = monitor.look()
    assert (first.finding, first.size >= MIX.leaves, first.anchors >= 1) == (None, True, True)
    assert first.epochs >= 1
    assert LogMonitor(LogClient(f"{url}/log"), trust.log, file, events).look() == first


def test_a_log_that_forgets_is_found(
    followed: tuple[TestHome, str, TrustFile], tmp_path: Path
) -> None:
    _home, url, trust = followed
    for size in (10_000, 300):
        file = StateFile(tmp_path / "state.json")
        file.write({"size": size, "root": "00" * 32, "finding": None})
        finding = LogMonitor(LogClient(f"{url}/log"), trust.log, file).look().finding
        assert finding is not None
        assert str(size) in finding
    foreign = make_log(size=4).trust
    other = StateFile(tmp_path / "other.json")
    assert LogMonitor(LogClient(f"{url}/log"), foreign, other).look().finding is not None
