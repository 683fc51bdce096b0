"""The two configuration files of a validator.

In: ports, peers, the pace of blocks. Out: TOML; what is not named keeps the node's default.
"""

from collections.abc import Mapping, Sequence

from battery_passport.adapters.evm.consortium.model import (
    COIN,
    EVM_CHAIN_ID,
    LOOPBACK,
    MemberPorts,
)

INSECURE_KEYRING = "test"
"""The node's keyring that lies in clear: for demonstrations and tests."""

_Section = Mapping[str, str | int | float | bool]


def comet_configuration(
    moniker: str,
    ports: MemberPorts,
    *,
    peers: Sequence[str],
    block_interval_s: float,
    peers_host: str = LOOPBACK,
) -> str:
    """Return config.toml: consensus and its network.

    `peers_host` is where other members' nodes are listened for; everything else is on loopback.
    """
    on_one_machine = peers_host == LOOPBACK
    return _toml(
        {
            "": {"moniker": moniker, "log_level": "error", "db_backend": "goleveldb"},
            "rpc": {
                "laddr": f"tcp://{LOOPBACK}:{ports.comet}",
                "pprof_laddr": "",
                "max_open_connections": 100,
            },
            "p2p": {
                "laddr": f"tcp://{peers_host}:{ports.peers}",
                "persistent_peers": ",".join(peers),
                "persistent_peers_max_dial_period": "2s" if on_one_machine else "30s",
                # Members know each other; nobody is found, and nobody finds them.
                "pex": False,
                "addr_book_strict": not on_one_machine,
                "allow_duplicate_ip": on_one_machine,
            },
            "mempool": {"size": 5_000, "cache_size": 10_000},
            "consensus": {
                "timeout_commit": _duration(block_interval_s),
                "create_empty_blocks": True,
            },
            "tx_index": {"indexer": "kv"},
            "instrumentation": {"prometheus": False},
        }
    )


def application_configuration(ports: MemberPorts) -> str:
    """Return app.toml: the Ethereum side; everything else that could listen is off."""
    return _toml(
        {
            "": {"minimum-gas-prices": f"0{COIN}", "pruning": "default"},
            "api": {"enable": False},
            "grpc": {"enable": False},
            "grpc-web": {"enable": False},
            "evm": {"evm-chain-id": EVM_CHAIN_ID},
            "json-rpc": {
                "enable": True,
                "address": f"{LOOPBACK}:{ports.ethereum}",
                "ws-address": f"{LOOPBACK}:{ports.events}",
                "api": "eth,net,web3",
                "allow-insecure-unlock": False,
            },
        }
    )


def client_configuration(
    network: str, ports: MemberPorts, *, keyring: str = INSECURE_KEYRING
) -> str:
    """Return client.toml: what a member's own orders need."""
    return _toml(
        {
            "": {
                "chain-id": network,
                "keyring-backend": keyring,
                "output": "json",
                "node": f"tcp://{LOOPBACK}:{ports.comet}",
                "broadcast-mode": "sync",
            }
        }
    )


def _duration(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"


def _toml(sections: Mapping[str, _Section]) -> str:
    lines = ["# Written by the battery passport platform; see deploy/consortium/README.md."]
    for name, section in sections.items():
        lines += ["", f"[{name}]"] if name else [""]
        lines += [f"{key} = {_value(value)}" for key, value in section.items()]
    return "\n".join(lines) + "\n"


def _value(value: str | float | bool) -> str:  # noqa: FBT001 - a TOML value
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
