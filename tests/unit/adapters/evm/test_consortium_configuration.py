"""A validator's configuration and the network's genesis: what listens, and what costs nothing.

In: ports, peers, a genesis of the node's own. Out: TOML and JSON that say what they must.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from battery_passport.adapters.evm.consortium.configuration import (
    application_configuration,
    client_configuration,
    comet_configuration,
)
from battery_passport.adapters.evm.consortium.encoding import moment
from battery_passport.adapters.evm.consortium.genesis import rules, settle_genesis
from battery_passport.adapters.evm.consortium.model import MEMBERS, MemberPorts, Share
from battery_passport.ledger.errors import ChainUnavailable
from tools import consortium_member

PORTS = MemberPorts(peers=1, comet=2, ethereum=3, events=4)
PEER = "ab" * 20 + "@host.example:26656"


def addresses(value: Any) -> Iterator[str]:
    """Yield every text that names a place to listen at."""
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from addresses(inner)
        elif name in ("laddr", "address", "ws-address", "pprof_laddr") and inner:
            yield inner


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_nothing_but_peers_is_heard_from_outside(host: str) -> None:
    comet = tomllib.loads(
        comet_configuration("city", PORTS, peers=[PEER], block_interval_s=1.0, peers_host=host)
    )
    app = tomllib.loads(application_configuration(PORTS))
    heard = [*addresses(comet), *addresses(app)]
    assert f"tcp://{host}:1" in heard
    assert all("127.0.0.1" in each for each in heard if not each.endswith(":1"))
    assert comet["p2p"]["persistent_peers"] == PEER
    assert not comet["p2p"]["pex"]
    assert comet["p2p"]["allow_duplicate_ip"] == (host == "127.0.0.1")
    assert comet["consensus"]["timeout_commit"] == "1000ms"
    for section in ("api", "grpc", "grpc-web"):
        assert not app[section]["enable"]
    assert app["minimum-gas-prices"] == "0atest"


def test_keys_in_clear_are_for_demonstrations_only() -> None:
    asked = tomllib.loads(client_configuration("a-network", PORTS))
    kept = tomllib.loads(client_configuration("a-network", PORTS, keyring="file"))
    assert (asked["keyring-backend"], kept["keyring-backend"]) == ("test", "file")
    assert asked["chain-id"] == "a-network"


def genesis() -> dict[str, Any]:
    """Return a document that has a place for every rule."""
    document: dict[str, Any] = {}
    for path in rules(()):
        *folders, name = path.split(".")
        place = document
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = "as the node has it"
    return document


def test_every_rule_finds_its_place_or_the_network_is_not_made() -> None:
    settled = settle_genesis(genesis(), deployers=["0x" + "11" * 20])
    create = settled["app_state"]["evm"]["params"]["access_control"]["create"]
    assert create["access_control_list"] == ["0x" + "11" * 20]
    assert "as the node has it" not in str(settled)
    changed = genesis()
    del changed["app_state"]["mint"]["minter"]["inflation"]
    with pytest.raises(KeyError, match="inflation"):
        settle_genesis(changed, deployers=[])


@pytest.mark.parametrize("members", [4, len(MEMBERS)])
def test_no_member_alone_can_stop_the_network(members: int) -> None:
    share = Share()
    most = share.staked + share.given_away
    assert 3 * most < share.staked * members + share.given_away


def test_times_are_read_to_the_nanosecond() -> None:
    assert moment("1970-01-02T00:00:01Z") == (86_401, 0)
    assert moment("2026-11-23T11:32:48.19957Z") == (1_795_433_568, 199_570_000)
    with pytest.raises(ChainUnavailable):
        moment("2026-11-23T11:32:48+01:00")


def test_a_members_files_are_written_beside_its_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--home", str(tmp_path), "--name", "city", "--network", "n", "--peers", PEER]
    assert consortium_member.main(words) == 2
    (tmp_path / "config").mkdir()
    assert consortium_member.main([*words[:-1], "not-a-peer"]) == 2
    assert consortium_member.main(words) == 0
    comet = tomllib.loads((tmp_path / "config" / "config.toml").read_text())
    assert comet["p2p"]["laddr"] == "tcp://0.0.0.0:26656"
    client = tomllib.loads((tmp_path / "config" / "client.toml").read_text())
    assert client["keyring-backend"] == "file"
    assert "evmd init" in capsys.readouterr().err
