"""The contracts of an installation that is its consortium's only member: the embedded ledger's.

In: the chain and three keys. Out: the address of the anchors contract, with the role to use it.
"""

import hashlib
from dataclasses import dataclass

from battery_passport.adapters.evm.accounts import AccountKey, address_of, sign_digest
from battery_passport.adapters.evm.artefact import CHECKPOINT_ANCHORS, CONSORTIUM, load_artefact
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.deployment import (
    ContractSet,
    Founding,
    are_deployed,
    code_at,
    contracts_of,
    deploy_contracts,
)
from battery_passport.adapters.evm.errors import TransactionRefused
from battery_passport.adapters.evm.node import AddressBook, ChainNode, octets
from battery_passport.adapters.evm.sending import Call, Sender
from battery_passport.ledger.memory import MemoryOutgoing
from battery_passport.ledger.onchain.decisions import RoleChange
from battery_passport.ledger.onchain.messages import NOBODY, consortium_domain
from battery_passport.ledger.onchain.roles import PASSPORT_ROLES, anchoring_role
from battery_passport.ledger.onchain.typed_data import digest_of
from battery_passport.ledger.ports import OutgoingTransactions

FIRST_RELEASE_CODE = bytes.fromhex(
    "cdc49662bcb4f3c6692ecdae081c55c1e0ba8eb018eb06a0ec2223ac67c4b117"
)
"""SHA-256 of the code of the first release's anchors contract."""

_ROLE_GAS = 200_000
_FAR_AHEAD_S = (1 << 48) - 1
"""A deadline is against decisions left lying; this one is carried out in the same breath."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKeys:
    """`deployer` makes the addresses, `member` decides, `anchorer` is the anchoring account."""

    deployer: AccountKey
    member: AccountKey
    anchorer: str


class OwnContracts:
    """Fulfils `anchors.AnchorContract`."""

    def __init__(
        self,
        node: ChainNode,
        addresses: AddressBook,
        keys: OwnKeys,
        *,
        origin_hash: bytes,
        outgoing: OutgoingTransactions | None = None,
    ) -> None:
        """`addresses` may know an anchors contract of the first release, to be gone on with."""
        self._node = node
        self._addresses = addresses
        self._keys = keys
        self._role = anchoring_role(origin_hash)
        self._earlier_name = f"{CHECKPOINT_ANCHORS}/{origin_hash.hex()}"
        self._outgoing = outgoing or MemoryOutgoing()
        self._deployer = ChainAccount(keys.deployer, chain_id=node.chain_id)
        self.contracts: ContractSet = contracts_of(self._deployer)

    def address(self) -> str | None:
        """Return the anchors contract's address, or None if the log cannot be anchored in it yet.

        Raises: WrongContract, ChainUnavailable.
        """
        if not are_deployed(self._node, self.contracts) or not self._may_anchor():
            return None
        return self.contracts.anchors

    def earlier(self) -> str | None:
        """Return the address of the first release's contract for this log, if it is there."""
        address = self._addresses.address_of(self._earlier_name)
        if address is None:
            return None
        code = code_at(self._node, address)
        return address if hashlib.sha256(code).digest() == FIRST_RELEASE_CODE else None

    def deploy(self) -> str:
        """Return the anchors contract's address, after deploying and giving the role if need be.

        Raises: WrongContract, TransactionRefused, ChainUnavailable.
        """
        member = address_of(self._keys.member.public_key)
        founding = Founding(
            members=[member],
            threshold=1,
            roles=[*((role, member) for role in PASSPORT_ROLES), (self._role, self._keys.anchorer)],
            earlier_anchors=self.earlier() or NOBODY,
        )
        deploy_contracts(self._node, self._deployer, founding, outgoing=self._outgoing)
        if not self._may_anchor():
            # A restored backup anchors under a new origin.
            self._give_role()
        return self.contracts.anchors

    def _may_anchor(self) -> bool:
        return bool(self._ask("hasRole", self._role, self._keys.anchorer))

    def _give_role(self) -> None:
        decision = RoleChange(
            role=self._role,
            account=self._keys.anchorer,
            granted=True,
            nonce=int(str(self._ask("nonce"))),
            deadline=_FAR_AHEAD_S,
        )
        domain = consortium_domain(self._node.chain_id, self.contracts.consortium)
        approval = (
            address_of(self._keys.member.public_key),
            sign_digest(self._keys.member, digest_of(domain, decision)),
        )
        data = load_artefact(CONSORTIUM).call("changeRole", decision.values, [approval])
        sender = Sender(self._node, self._deployer, self._outgoing)
        sent = sender.send([Call(data=data, gas=_ROLE_GAS, to=self.contracts.consortium)])
        if not all(each.succeeded for each in sent):
            raise TransactionRefused("The consortium did not give the role of anchoring.")

    def _ask(self, function: str, *arguments: object) -> object:
        artefact = load_artefact(CONSORTIUM)
        data = artefact.call(function, *arguments)
        call = {"to": self.contracts.consortium, "data": f"0x{data.hex()}"}
        answer = octets(self._node.request("eth_call", [call, "latest"]))
        return artefact.result(function, answer)[0]
