"""Writes the configuration of one member's validator: `python -m tools.consortium_member --help`.

In: the node's folder, the network's name, the other members' addresses. Out: its three files.
docs/how-to/join-the-consortium.md is the runbook that this belongs to.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from battery_passport.adapters.evm.consortium.configuration import (
    application_configuration,
    client_configuration,
    comet_configuration,
)
from battery_passport.adapters.evm.consortium.model import MemberPorts

PORTS = MemberPorts(peers=26_656, comet=26_657, ethereum=8_545, events=8_546)
KEYRING = "file"
BLOCK_INTERVAL_S = 1.0
_PEER = re.compile(r"[0-9a-f]{40}@[\w.:\[\]-]+:\d{1,5}")


def main(arguments: Sequence[str]) -> int:
    """Return 0 once the files are written."""
    given = _parser().parse_args(arguments)
    peers = [peer.strip() for peer in given.peers.split(",") if peer.strip()]
    wrong = [peer for peer in peers if not _PEER.fullmatch(peer)]
    folder = given.home / "config"
    if wrong or not folder.is_dir():
        reason = f"{wrong[0]!r} is no id@host:port" if wrong else f"{folder} is not there"
        print(f"consortium-member: {reason}; run `evmd init` first", file=sys.stderr)
        return 2
    comet = comet_configuration(
        given.name,
        PORTS,
        peers=peers,
        block_interval_s=BLOCK_INTERVAL_S,
        peers_host=given.listen,
    )
    (folder / "config.toml").write_text(comet, encoding="utf-8")
    (folder / "app.toml").write_text(application_configuration(PORTS), encoding="utf-8")
    client = client_configuration(given.network, PORTS, keyring=KEYRING)
    (folder / "client.toml").write_text(client, encoding="utf-8")
    print(f"written: {folder}/config.toml, app.toml, client.toml")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", type=Path, required=True, help="the node's folder")
    parser.add_argument("--name", required=True, help="the member's short name")
    parser.add_argument("--network", required=True, help="the network's name (chain id)")
    parser.add_argument("--peers", required=True, help="other members: id@host:port, with commas")
    parser.add_argument("--listen", default="0.0.0.0", help="address that peers reach")  # noqa: S104
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
