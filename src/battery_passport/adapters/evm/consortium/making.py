"""Makes a network: keys of every member, one genesis that all agree on, configuration.

In: the node program, a folder, a plan. Out: the members' nodes, ready to start.
Keys made here lie in clear in each node's folder: for demonstrations, and for tests.
"""

import json
import shutil
import socket
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from battery_passport.adapters.evm.consortium.configuration import (
    INSECURE_KEYRING,
    application_configuration,
    client_configuration,
    comet_configuration,
)
from battery_passport.adapters.evm.consortium.genesis import settle_genesis
from battery_passport.adapters.evm.consortium.model import (
    COIN,
    LOOPBACK,
    UNIT,
    MemberNode,
    MemberPorts,
    NetworkPlan,
)
from battery_passport.adapters.evm.consortium.program import NodeProgram, as_words

ACCOUNT = "member"
"""The name of a member's account in its own keyring."""

KEYRING = {"keyring-backend": INSECURE_KEYRING}
_ACCOUNT_KEY = {**KEYRING, "algo": "eth_secp256k1"}


def free_ports(count: int) -> list[MemberPorts]:
    """Return ports of loopback that nobody listens on now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(4 * count)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        ports = [each.getsockname()[1] for each in sockets]
    return [MemberPorts(*ports[start : start + 4]) for start in range(0, len(ports), 4)]


def make_network(program: NodeProgram, folder: Path, plan: NetworkPlan) -> list[MemberNode]:
    """Return the nodes of a new network, each in a folder of its member's name.

    Raises: NodeProgramFailed.
    """
    ports = free_ports(len(plan.members))
    nodes = [
        make_node(program, folder / slug, slug, ports=each, network=plan.network)
        for slug, each in zip(plan.members, ports, strict=True)
    ]
    agree_genesis(program, nodes, plan)
    for node in nodes:
        configure(node, peers=nodes, network=plan.network, block_interval_s=plan.block_interval_s)
    return nodes


def make_node(
    program: NodeProgram, folder: Path, slug: str, *, ports: MemberPorts, network: str
) -> MemberNode:
    """Return a node with keys of its own. Raises: NodeProgramFailed."""
    program.order(folder, "init", slug, *as_words({"chain-id": network}))
    # The program settles how stake is counted only where this file names the chain.
    (folder / "config" / "client.toml").write_text(client_configuration(network, ports))
    added = program.answer(folder, "keys", "add", ACCOUNT, *as_words(_ACCOUNT_KEY))
    return MemberNode(
        slug=slug,
        folder=folder,
        ports=ports,
        node_id=program.order(folder, "comet", "show-node-id").strip(),
        account=str(added["address"]),
    )


def agree_genesis(program: NodeProgram, nodes: Sequence[MemberNode], plan: NetworkPlan) -> None:
    """Give every node the one genesis: its members, their stake and the consortium's rules.

    Raises: NodeProgramFailed.
    """
    first = nodes[0]
    genesis = genesis_file(first.folder)
    settled = settle_genesis(json.loads(genesis.read_text()), deployers=plan.deployers)
    genesis.write_text(json.dumps(settled))
    for node in nodes:
        given = f"{(plan.share.staked + plan.share.given_away) * UNIT}{COIN}"
        program.order(first.folder, "genesis", "add-genesis-account", node.account, given)
    gathered = first.folder / "config" / "gentx"
    gathered.mkdir(exist_ok=True)
    for node in nodes:
        if node is not first:
            shutil.copyfile(genesis, genesis_file(node.folder))
        _stake(program, node, plan, gathered / f"{node.slug}.json")
    program.order(first.folder, "genesis", "collect-gentxs")
    program.order(first.folder, "genesis", "validate-genesis")
    give_genesis(genesis, (node.folder for node in nodes[1:]))


def genesis_file(folder: Path) -> Path:
    """Return where a node keeps the genesis document."""
    return folder / "config" / "genesis.json"


def give_genesis(genesis: Path, folders: Iterable[Path]) -> None:
    """Copy a genesis document to other nodes."""
    for folder in folders:
        shutil.copyfile(genesis, genesis_file(folder))


def configure(
    node: MemberNode, *, peers: Iterable[MemberNode], network: str, block_interval_s: float
) -> None:
    """Write a node's configuration files."""
    others = [each.peer_address for each in peers if each.slug != node.slug]
    comet = comet_configuration(
        node.slug, node.ports, peers=others, block_interval_s=block_interval_s
    )
    folder = node.folder / "config"
    (folder / "config.toml").write_text(comet)
    (folder / "app.toml").write_text(application_configuration(node.ports))
    (folder / "client.toml").write_text(client_configuration(network, node.ports))


def _stake(program: NodeProgram, node: MemberNode, plan: NetworkPlan, document: Path) -> None:
    """Write the member's signed promise of its stake."""
    options = {
        **KEYRING,
        "chain-id": plan.network,
        "gas-prices": f"0{COIN}",
        "output-document": document,
    }
    amount = f"{plan.share.staked * UNIT}{COIN}"
    program.order(node.folder, "genesis", "gentx", ACCOUNT, amount, *as_words(options))
