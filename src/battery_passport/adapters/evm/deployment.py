"""Deploys the set of contracts, once each, at addresses that follow from the deployer's key.

In: a node, a deployer, who founds the consortium. Out: the addresses, whatever was there before.
The deployer has no power over what it deployed; its key serves only to make the addresses known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from battery_passport.adapters.evm.artefact import (
    CHECKPOINT_ANCHORS,
    CONSORTIUM,
    PASSPORT_REGISTRY,
    load_artefact,
)
from battery_passport.adapters.evm.contract import ChainAccount, created_address
from battery_passport.adapters.evm.errors import TransactionRefused, WrongContract
from battery_passport.adapters.evm.node import ChainNode, octets
from battery_passport.adapters.evm.sending import Call, Sender
from battery_passport.ledger.memory import MemoryOutgoing
from battery_passport.ledger.onchain.messages import NOBODY
from battery_passport.ledger.ports import OutgoingTransactions

REBINDING_DELAY_S = 7 * 24 * 3600
"""How long an old key can object to a re-binding, in production."""

_ORDER = (CONSORTIUM, CHECKPOINT_ANCHORS, PASSPORT_REGISTRY)
_DEPLOY_GAS = 6_000_000


@dataclass(frozen=True, slots=True)
class ContractSet:
    """The addresses of the contracts that belong together."""

    consortium: str
    anchors: str
    registry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What the contracts are deployed with; everybody can read it on the chain.

    `roles` are pairs of role and account. `earlier_anchors` is the contract whose anchors are gone
    on with.
    """

    members: Sequence[str]
    threshold: int
    roles: Sequence[tuple[bytes, str]] = ()
    rebinding_delay_s: int = REBINDING_DELAY_S
    earlier_anchors: str = NOBODY


def contracts_of(deployer: ChainAccount) -> ContractSet:
    """Return the addresses of the set that an account deploys before it does anything else."""
    return contracts_of_address(deployer.address)


def contracts_of_address(deployer: str) -> ContractSet:
    """Return the addresses of the set that the account at an address deploys first."""
    consortium, anchors, registry = (
        created_address(deployer, nonce) for nonce in range(len(_ORDER))
    )
    return ContractSet(consortium, anchors, registry)


def are_deployed(node: ChainNode, contracts: ContractSet) -> bool:
    """Return whether all contracts are there. Raises: WrongContract, ChainUnavailable."""
    return _missing(node, contracts) == []


def deploy_contracts(
    node: ChainNode,
    deployer: ChainAccount,
    founding: Founding,
    *,
    outgoing: OutgoingTransactions | None = None,
) -> ContractSet:
    """Return the addresses of the contracts after deploying those that are not there yet.

    Raises: WrongContract if the account deployed something else before; TransactionRefused;
    ChainUnavailable, after which the call is made again.
    """
    contracts = contracts_of(deployer)
    sender = Sender(node, deployer, outgoing or MemoryOutgoing())
    sender.resume()
    missing = _missing(node, contracts)
    if not missing:
        return contracts
    if sender.next_nonce() != len(_ORDER) - len(missing):
        raise WrongContract(f"The deployer {deployer.address} has sent other transactions.")
    creations = _creations(contracts, founding)
    sender.send([Call(data=creations[name], gas=_DEPLOY_GAS) for name in missing])
    still = _missing(node, contracts)
    if still:
        raise TransactionRefused(f"{', '.join(still)} could not be deployed by {deployer.address}.")
    return contracts


def code_at(node: ChainNode, address: str) -> bytes:
    """Return the code at an address; empty if there is none. Raises: ChainUnavailable."""
    return octets(node.request("eth_getCode", [address, "latest"]))


def _creations(contracts: ContractSet, founding: Founding) -> dict[str, bytes]:
    return {
        CONSORTIUM: load_artefact(CONSORTIUM).creation(
            list(founding.members), founding.threshold, list(founding.roles)
        ),
        CHECKPOINT_ANCHORS: load_artefact(CHECKPOINT_ANCHORS).creation(
            contracts.consortium, founding.earlier_anchors
        ),
        PASSPORT_REGISTRY: load_artefact(PASSPORT_REGISTRY).creation(
            contracts.consortium, founding.rebinding_delay_s
        ),
    }


def _missing(node: ChainNode, contracts: ContractSet) -> list[str]:
    """Return the names of contracts that are not there, which are the last of the order."""
    places = (contracts.consortium, contracts.anchors, contracts.registry)
    missing = []
    for name, address in zip(_ORDER, places, strict=True):
        code = code_at(node, address)
        if not code:
            missing.append(name)
        elif not load_artefact(name).is_code(code):
            raise WrongContract(f"The code at {address} is not {name}.")
    return missing
