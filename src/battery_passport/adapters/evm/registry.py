"""The passport registry as an installation uses it: reads tokens, carries signed messages.

In: a node, the contracts' addresses, a sender of transactions. Out: tokens; messages carried out.
The sender's account has no power: the contract asks for the signatures of those concerned.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from battery_passport.adapters.evm.artefact import CONSORTIUM, PASSPORT_REGISTRY, load_artefact
from battery_passport.adapters.evm.deployment import ContractSet
from battery_passport.adapters.evm.errors import RegistryRefused, RpcRefused
from battery_passport.adapters.evm.node import ChainNode, octets, quantity
from battery_passport.adapters.evm.sending import Call, Sender
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.ledger.onchain.batch_tree import PassportLeaf
from battery_passport.ledger.onchain.messages import (
    BatchIssue,
    Objection,
    OwnershipTransfer,
    Rebinding,
    ResponsibilityTransfer,
    Revocation,
    StatusChange,
    registry_domain,
)
from battery_passport.ledger.onchain.state import IssuerProgress, PendingRebinding, TokenState
from battery_passport.ledger.onchain.statuses import StatusCode
from battery_passport.ledger.onchain.typed_data import Domain

_GAS = 600_000
_BLOCKS_AT_ONCE = 5_000
"""Nodes refuse to look for events over more blocks than some thousands."""
_NO_ROOT = bytes(32)

Approvals = Sequence[tuple[str, bytes]]
"""Members with their signatures, ascending by address."""

Consent = tuple[int, bytes]
"""A deadline, and the signature of a predecessor's holder under `SecondLife`."""


class EvmPassportRegistry:
    """Fulfils `ledger.onchain.ports.PassportRegistry`."""

    def __init__(self, node: ChainNode, contracts: ContractSet, sender: Sender) -> None:
        self._node = node
        self._contracts = contracts
        self._sender = sender
        self._registry = load_artefact(PASSPORT_REGISTRY)
        self._consortium = load_artefact(CONSORTIUM)

    @property
    def domain(self) -> Domain:
        """The domain of messages that count in this registry."""
        return registry_domain(self._node.chain_id, self._contracts.registry)

    def token(self, key: bytes) -> TokenState | None:
        """Return what is known of a passport; None if none is registered under the key."""
        (token,) = self._ask("tokenOf", key)
        holder, nonce, status, revoked, successors, responsible, responsible_nonce, batch = token
        if StatusCode(status) is StatusCode.NONE:
            return None
        return TokenState(
            key=key,
            holder=holder,
            nonce=nonce,
            status=StatusCode(status),
            revoked=revoked,
            successors=successors,
            responsible=responsible,
            responsible_nonce=responsible_nonce,
            batch=batch,
        )

    def pending(self, key: bytes, *, responsibility: bool = False) -> PendingRebinding:
        """Return the re-binding that waits, and the number of the next proposal."""
        (receiver, ready_at_s, _nonce), following = self._ask("rebindingOf", key, responsibility)
        waits = int(receiver, 16) != 0
        return PendingRebinding(
            receiver=receiver if waits else None,
            ready_at=datetime.fromtimestamp(ready_at_s, UTC) if waits else None,
            next_proposal=following,
        )

    def progress(self, issuer: str) -> IssuerProgress:
        """Return how far an issuer has come."""
        ((count, newest),) = self._ask("issuedBy", issuer)
        root = self._ask("batchAt", newest)[0][0] if count else _NO_ROOT
        return IssuerProgress(count=count, newest_root=root)

    def members(self) -> tuple[tuple[str, ...], int]:
        """Return the members of the consortium and how many must agree."""
        return tuple(self._ask_consortium("allMembers")[0]), int(
            self._ask_consortium("threshold")[0]
        )

    def rebinding_delay_s(self) -> int:
        """Return how long an old key can object."""
        return int(self._ask("rebindingDelay")[0])

    def issue(self, issue: BatchIssue, signature: bytes) -> int:
        """Issue a batch and return its number among all."""
        number = int(self._ask("batchCount")[0])
        self._carry("issueBatch", issue.values, signature)
        return number

    def find_batch(self, issuer: str, root: bytes, *, from_block: int) -> int | None:
        """Return the number of an issuer's batch of that root, if it was issued since a block."""
        shape = self._registry.event_shapes["PassportIssued"]
        who = bytes.fromhex(issuer.removeprefix("0x")).rjust(32, b"\0")
        end = self.block_number()
        for first in range(from_block, end + 1, _BLOCKS_AT_ONCE):
            wanted: JsonValue = {
                "address": self._contracts.registry,
                "fromBlock": hex(first),
                "toBlock": hex(min(first + _BLOCKS_AT_ONCE - 1, end)),
                "topics": [f"0x{shape.topic.hex()}", None, f"0x{who.hex()}"],
            }
            for log in _logs(self._node.request("eth_getLogs", [wanted])):
                topics = [octets(each) for each in cast("list[JsonValue]", log["topics"])]
                event = shape.read(topics, octets(log["data"]))
                if event["root"] == root:
                    return int(event["batch"])
        return None

    def batch_root(self, number: int) -> bytes | None:
        """Return the root of a batch, or None if the chain has no such batch."""
        if number >= int(self._ask("batchCount")[0]):
            return None
        return bytes(self._ask("batchAt", number)[0][0])

    def block_number(self) -> int:
        """Return the number of the chain's newest block."""
        return quantity(self._node.request("eth_blockNumber"))

    def register(
        self,
        batch: int,
        leaf: PassportLeaf,
        proof: Sequence[bytes],
        consents: Sequence[Consent] = (),
    ) -> None:
        """Register a passport of a batch, with the consents of its predecessors' holders."""
        self._carry("register", batch, leaf.values, list(proof), list(consents))

    def set_status(self, change: StatusChange, of_holder: bytes, of_actor: bytes) -> None:
        """Change a battery's status."""
        self._carry("setStatus", change.values, of_holder, of_actor)

    def transfer_responsibility(
        self, move: ResponsibilityTransfer, giving: bytes, taking: bytes
    ) -> None:
        """Move responsibility."""
        self._carry("transferResponsibility", move.values, giving, taking)

    def revoke(self, revocation: Revocation, signature: bytes) -> None:
        """Mark a passport as withdrawn by its issuer."""
        self._carry("revoke", revocation.values, signature)

    def transfer(self, move: OwnershipTransfer, giving: bytes, taking: bytes) -> None:
        """Move ownership."""
        self._carry("transfer", move.values, giving, taking)

    def propose_rebinding(self, wish: Rebinding, of_new: bytes, approvals: Approvals) -> None:
        """Propose a new address for a lost key."""
        self._carry("proposeRebinding", wish.values, of_new, list(approvals))

    def object_to(self, objection: Objection, signature: bytes) -> None:
        """Stop a proposal."""
        key, side = objection.key, objection.responsibility
        self._carry("objectToRebinding", key, side, objection.deadline, signature)

    def rebind(self, key: bytes, *, responsibility: bool = False) -> None:
        """Carry a proposal out after its delay."""
        # Not asked first: a chain answers by the time of its newest block, which may be days old.
        self._send("rebind", self._registry.call("rebind", key, responsibility))

    def _carry(self, function: str, *arguments: object) -> None:
        """Ask the contract whether it would, and only then send the transaction."""
        data = self._registry.call(function, *arguments)
        self._call(self._contracts.registry, data)
        self._send(function, data)

    def _send(self, function: str, data: bytes) -> None:
        sent = self._sender.send([Call(data=data, gas=_GAS, to=self._contracts.registry)])
        if not all(each.succeeded for each in sent):
            raise RegistryRefused(f"The registry did not carry out {function}.")

    def _ask(self, function: str, *arguments: object) -> tuple[Any, ...]:
        data = self._registry.call(function, *arguments)
        return self._registry.result(function, self._call(self._contracts.registry, data))

    def _ask_consortium(self, function: str) -> tuple[Any, ...]:
        answer = self._call(self._contracts.consortium, self._consortium.call(function))
        return self._consortium.result(function, answer)

    def _call(self, to: str, data: bytes) -> bytes:
        call = {"from": self._sender.address, "to": to, "data": f"0x{data.hex()}"}
        try:
            return octets(self._node.request("eth_call", [call, "latest"]))
        except RpcRefused as error:
            name = self._registry.error_name(error.revert_data)
            name = name or self._consortium.error_name(error.revert_data)
            if not name:
                raise
            raise RegistryRefused(f"The registry refuses: {name}.") from error


def _logs(found: JsonValue) -> list[JsonObject]:
    return [log for log in found if isinstance(log, dict)] if isinstance(found, list) else []
