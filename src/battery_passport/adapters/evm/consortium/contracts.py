"""The contracts of a consortium of several members: deployed once, governed by k of n.

In: the chain, who founds, or the deployer's address alone. Out: where the log is anchored.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from battery_passport.adapters.evm.artefact import CONSORTIUM, load_artefact
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.deployment import (
    ContractSet,
    Founding,
    are_deployed,
    deploy_contracts,
)
from battery_passport.adapters.evm.errors import WrongContract
from battery_passport.adapters.evm.node import ChainNode, octets
from battery_passport.ledger.onchain.roles import PASSPORT_ROLES, anchoring_role

REBINDING_DELAY_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Founders:
    """Who founds a consortium: the members' addresses, who issues, who anchors."""

    members: Sequence[str]
    issuer: str
    """The member that issues passports, and is responsible for its batteries."""

    anchorers: Sequence[tuple[bytes, str]]
    """Who anchors which log: the SHA-256 of its origin, and an account."""

    rebinding_delay_s: int = REBINDING_DELAY_S

    @property
    def threshold(self) -> int:
        """How many members decide: more than half."""
        return len(self.members) // 2 + 1


def found_consortium(node: ChainNode, deployer: ChainAccount, founders: Founders) -> ContractSet:
    """Return the contracts, deployed now unless they are there.

    Raises: WrongContract, TransactionRefused, ChainUnavailable.
    """
    roles = [
        *((role, founders.issuer) for role in PASSPORT_ROLES),
        *((anchoring_role(log), account) for log, account in founders.anchorers),
    ]
    founding = Founding(
        members=list(founders.members),
        threshold=founders.threshold,
        roles=roles,
        rebinding_delay_s=founders.rebinding_delay_s,
    )
    return deploy_contracts(node, deployer, founding)


class ConsortiumContracts:
    """Fulfils `anchors.AnchorContract`: the members have deployed, and decide about roles."""

    def __init__(
        self, node: ChainNode, contracts: ContractSet, *, anchorer: str, origin_hash: bytes
    ) -> None:
        self._node = node
        self._contracts = contracts
        self._anchorer = anchorer
        self._role = anchoring_role(origin_hash)

    def address(self) -> str | None:
        """Return the anchors contract's address, or None until the log may be anchored in it.

        Raises: WrongContract, ChainUnavailable.
        """
        if not are_deployed(self._node, self._contracts) or not self._may_anchor():
            return None
        return self._contracts.anchors

    def earlier(self) -> str | None:
        """Return nothing: a consortium's first contract goes on with no other."""
        return None

    def deploy(self) -> str:
        """Return the anchors contract's address; nothing is deployed here.

        Raises: WrongContract if the members have not decided yet; ChainUnavailable.
        """
        address = self.address()
        if address is None:
            raise WrongContract(
                f"The consortium at {self._contracts.consortium} has not given {self._anchorer} "
                "the role of anchoring this log.",
                remedy="Ask the members: docs/how-to/run-a-consortium.md.",
            )
        return address

    def _may_anchor(self) -> bool:
        artefact = load_artefact(CONSORTIUM)
        data = artefact.call("hasRole", self._role, self._anchorer)
        call = {"to": self._contracts.consortium, "data": f"0x{data.hex()}"}
        answer = octets(self._node.request("eth_call", [call, "latest"]))
        return bool(artefact.result("hasRole", answer)[0])
