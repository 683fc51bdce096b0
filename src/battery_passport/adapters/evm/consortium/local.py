"""A whole network on one machine: started, stopped, member by member; newcomers and leavers.

In: the node program, a folder, a plan. Out: running validators and their addresses.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

from battery_passport.adapters.evm.consortium.comet import CometReader
from battery_passport.adapters.evm.consortium.errors import ValidatorDown
from battery_passport.adapters.evm.consortium.making import (
    configure,
    free_ports,
    genesis_file,
    give_genesis,
    make_network,
    make_node,
)
from battery_passport.adapters.evm.consortium.model import MemberNode, NetworkPlan
from battery_passport.adapters.evm.consortium.process import ValidatorProcess
from battery_passport.adapters.evm.consortium.program import NodeProgram
from battery_passport.ledger.errors import ChainUnavailable

_DESCRIPTION = "network.json"
PATIENCE_S = 120.0
_PAUSE_S = 0.2


class LocalNetwork:
    """The validators of a network whose folders all lie under one."""

    def __init__(self, program: NodeProgram, folder: Path, nodes: Sequence[MemberNode]) -> None:
        self.program = program
        self.folder = folder
        self.nodes = {node.slug: node for node in nodes}
        description = json.loads((folder / _DESCRIPTION).read_text())
        self.network: str = description["network"]
        self._block_interval_s: float = description["block_interval_s"]
        self._running: dict[str, ValidatorProcess] = {}

    @classmethod
    def make(cls, program: NodeProgram, folder: Path, plan: NetworkPlan) -> "LocalNetwork":
        """Return a new network. Raises: NodeProgramFailed."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        nodes = make_network(program, folder, plan)
        _describe(folder, plan.network, plan.block_interval_s, nodes)
        return cls(program, folder, nodes)

    @classmethod
    def found(cls, program: NodeProgram, folder: Path) -> "LocalNetwork | None":
        """Return the network that was made in a folder, if one was made to the end.

        It listens on other ports than before: the old ones may be taken.
        """
        description = folder / _DESCRIPTION
        if not description.exists():
            return None
        told = json.loads(description.read_text())
        ports = free_ports(len(told["members"]))
        nodes = [
            MemberNode(
                slug=each["slug"],
                folder=folder / each["slug"],
                ports=own,
                node_id=each["node_id"],
                account=each["account"],
            )
            for each, own in zip(told["members"], ports, strict=True)
        ]
        for node in nodes:
            configure(
                node,
                peers=nodes,
                network=told["network"],
                block_interval_s=told["block_interval_s"],
            )
        _describe(folder, told["network"], told["block_interval_s"], nodes)
        return cls(program, folder, nodes)

    @contextmanager
    def running(self) -> Iterator["LocalNetwork"]:
        """Run every validator while the block lasts. Raises: ValidatorDown."""
        try:
            for slug in self.nodes:
                self.start(slug)
            self.wait_for_height(2)
            yield self
        finally:
            self.stop_all()

    def start(self, slug: str) -> None:
        """Start a member's validator, if it does not run. Raises: ValidatorDown."""
        process = self._running.get(slug)
        if process is None or not process.is_running():
            folder = self.nodes[slug].folder
            self._running[slug] = ValidatorProcess(self.program, folder, network=self.network)

    def stop(self, slug: str) -> None:
        """End a member's validator in order."""
        self._running.pop(slug).stop()

    def kill(self, slug: str) -> None:
        """End a member's validator as a power failure would."""
        self._running.pop(slug).kill()

    def stop_all(self) -> None:
        """End every validator in order, all at once."""
        for process in self._running.values():
            process.ask_to_stop()
        for process in self._running.values():
            process.stop()
        self._running.clear()

    def wipe(self, slug: str) -> None:
        """Take a stopped member's whole chain away, as a new disk would; its keys stay.

        The record of its last vote stays too: a validator that forgets it could vote twice.
        """
        folder = self.nodes[slug].folder / "data"
        for path in folder.iterdir():
            if path.name != "priv_validator_state.json":
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def add_node(self, slug: str) -> MemberNode:
        """Return the node of a newcomer, which knows the others and the genesis.

        Raises: NodeProgramFailed.
        """
        others = list(self.nodes.values())
        node = make_node(
            self.program,
            self.folder / slug,
            slug,
            ports=free_ports(1)[0],
            network=self.network,
        )
        give_genesis(genesis_file(others[0].folder), [node.folder])
        configure(node, peers=others, network=self.network, block_interval_s=self._block_interval_s)
        self.nodes[slug] = node
        _describe(self.folder, self.network, self._block_interval_s, self.nodes.values())
        return node

    def running_slugs(self) -> list[str]:
        """Return the members whose validators run."""
        return [slug for slug, process in self._running.items() if process.is_running()]

    def height(self, slug: str) -> int:
        """Return a validator's newest height. Raises: ChainUnavailable."""
        reader = CometReader(self.nodes[slug].comet_url)
        try:
            return reader.height()
        finally:
            reader.close()

    def wait_for_height(self, height: int, *slugs: str, timeout_s: float = PATIENCE_S) -> None:
        """Return once validators, all that run if none is named, have that height.

        Raises: ValidatorDown.
        """
        for slug in slugs or self.running_slugs():
            self.wait_until(partial(self._has_height, slug, height), timeout_s=timeout_s)

    def _has_height(self, slug: str, height: int) -> bool:
        return self.height(slug) >= height

    def wait_until(self, happened: Callable[[], bool], *, timeout_s: float = PATIENCE_S) -> None:
        """Return once something happened on the network. Raises: ValidatorDown."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                if happened():
                    return
            except ChainUnavailable:
                pass
            if time.monotonic() > deadline:
                raise ValidatorDown(f"The network of {self.folder.name} did not get on in time.")
            time.sleep(_PAUSE_S)


def _describe(
    folder: Path, network: str, block_interval_s: float, nodes: Iterable[MemberNode]
) -> None:
    members = [
        {
            "slug": node.slug,
            "ports": asdict(node.ports),
            "node_id": node.node_id,
            "account": node.account,
        }
        for node in nodes
    ]
    description = {"network": network, "block_interval_s": block_interval_s, "members": members}
    draft = folder / f"{_DESCRIPTION}.new"
    draft.write_text(json.dumps(description, indent=2) + "\n")
    draft.replace(folder / _DESCRIPTION)
