"""The contracts in an EVM of the test's own process: parties that sign, batteries that are theirs.

In: nothing. Out: a world whose calls give results, or raise `Refused` with the contract's error.
"""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import coincurve
import pyrevm
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from battery_passport.adapters.evm.artefact import (
    CHECKPOINT_ANCHORS,
    CONSORTIUM,
    PASSPORT_REGISTRY,
    load_artefact,
)
from battery_passport.ledger.onchain.batch_tree import PassportLeaf, batch_tree
from battery_passport.ledger.onchain.messages import (
    NOBODY,
    BatchIssue,
    SecondLife,
    anchors_domain,
    consortium_domain,
    registry_domain,
)
from battery_passport.ledger.onchain.roles import (
    ISSUER,
    PERMITTED_OPERATOR,
    RECYCLER,
    RESPONSIBLE_OPERATOR,
    WASTE_OPERATOR,
    anchoring_role,
)
from battery_passport.ledger.onchain.state import TokenState
from battery_passport.ledger.onchain.statuses import StatusCode
from battery_passport.ledger.onchain.typed_data import Domain, TypedMessage, digest_of

CHAIN_ID = 31_900
START_S = 1_800_000_000
REBINDING_DELAY_S = 60
ORIGIN_HASH = hashlib.sha256(b"log.example").digest()
NAMES = (CONSORTIUM, CHECKPOINT_ANCHORS, PASSPORT_REGISTRY)


class Refused(Exception):
    """A contract refused a call; the text is the name of its error."""


@dataclass(frozen=True)
class Party:
    """Somebody with a key."""

    name: str
    key: coincurve.PrivateKey = field(repr=False, compare=False)
    address: str

    @classmethod
    def of(cls, name: str) -> "Party":
        key = coincurve.PrivateKey(hashlib.sha256(f"party {name}".encode()).digest())
        point = key.public_key.format(compressed=False)[1:]
        return cls(name, key, to_checksum_address(keccak(point)[-20:]))

    def sign(self, domain: Domain, message: TypedMessage) -> bytes:
        signature = self.key.sign_recoverable(digest_of(domain, message), hasher=None)
        return signature[:64] + bytes([27 + signature[64]])


MEMBERS = tuple(
    sorted(map(Party.of, ("city", "institute", "industry")), key=lambda p: int(p.address, 16))
)
ISSUER_PARTY, OTHER_ISSUER = Party.of("issuer"), Party.of("other issuer")
PERMITTED, WASTE_OP, RECYCLING = Party.of("permitted"), Party.of("waste"), Party.of("recycler")
PRODUCER_ORGANISATION = Party.of("producer organisation")
ALICE, BOB, STRANGER = Party.of("alice"), Party.of("bob"), Party.of("stranger")
ANCHORER, RELAYER = Party.of("anchorer"), Party.of("relayer")
ROLES = (
    (ISSUER, ISSUER_PARTY),
    (ISSUER, OTHER_ISSUER),
    (ISSUER, PERMITTED),
    (PERMITTED_OPERATOR, PERMITTED),
    (WASTE_OPERATOR, WASTE_OP),
    (RECYCLER, RECYCLING),
    (RESPONSIBLE_OPERATOR, PRODUCER_ORGANISATION),
    (RESPONSIBLE_OPERATOR, OTHER_ISSUER),
    (anchoring_role(ORIGIN_HASH), ANCHORER),
)


class ContractWorld:
    """Consortium (2 of 3), anchors and registry, freshly deployed."""

    def __init__(self, *, chain_id: int = CHAIN_ID, threshold: int = 2) -> None:
        self.now_s = START_S
        self._numbers = itertools.count(1)
        env = pyrevm.Env(cfg=pyrevm.CfgEnv(chain_id=chain_id))
        self.evm = pyrevm.EVM(env, spec_id="CANCUN")
        self.chain_id = chain_id
        self.gas: dict[str, int] = {}
        self.addresses: dict[str, str] = {}
        self.wait(0)
        grants = [(role, party.address) for role, party in ROLES]
        self.deploy(CONSORTIUM, [each.address for each in MEMBERS], threshold, grants)
        self.deploy(CHECKPOINT_ANCHORS, self.addresses[CONSORTIUM], NOBODY)
        self.deploy(PASSPORT_REGISTRY, self.addresses[CONSORTIUM], REBINDING_DELAY_S)

    @property
    def deadline(self) -> int:
        return self.now_s + 600

    @property
    def registry(self) -> Domain:
        return registry_domain(self.chain_id, self.addresses[PASSPORT_REGISTRY])

    @property
    def consortium(self) -> Domain:
        return consortium_domain(self.chain_id, self.addresses[CONSORTIUM])

    @property
    def anchors(self) -> Domain:
        return anchors_domain(self.chain_id, self.addresses[CHECKPOINT_ANCHORS])

    def wait(self, seconds: int) -> None:
        self.now_s += seconds
        self.evm.set_block_env(
            pyrevm.BlockEnv(number=1, timestamp=self.now_s, gas_limit=1_000_000_000)
        )

    def deploy(self, name: str, *arguments: object, remember: bool = True) -> str:
        code = load_artefact(name).creation(*arguments)
        try:
            address = str(self.evm.deploy(RELAYER.address, code))
        except RuntimeError as error:
            raise refusal(name, error) from None
        if remember:
            self.addresses[name] = address
        self.gas[f"deploy {name}"] = self._result.gas_used
        return address

    def call(
        self, name: str, function: str, *arguments: object, sender: Party = RELAYER, at: str = ""
    ) -> tuple[Any, ...]:
        """Return what a call gives; what it changes stays. Raises: Refused."""
        artefact = load_artefact(name)
        data = artefact.call(function, *arguments)
        try:
            answer = self.evm.message_call(
                sender.address, at or self.addresses[name], calldata=data
            )
        except RuntimeError as error:
            raise refusal(name, error) from None
        self.gas[function] = self._result.gas_used
        return artefact.result(function, bytes(answer))

    def read(self, name: str, function: str, *arguments: bytes) -> bytes:
        """Return a reading call's answer as it is: words of 32 bytes, arguments likewise."""
        data = load_artefact(name).selectors[function] + b"".join(arguments)
        answer = self.evm.message_call(RELAYER.address, self.addresses[name], calldata=data)
        return bytes(answer)

    @property
    def _result(self) -> pyrevm.ExecutionResult:
        result = self.evm.result
        assert result is not None
        return result

    def events(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the events of the last call."""
        shapes = load_artefact(name).event_shapes
        by_topic = {shape.topic: (event, shape) for event, shape in shapes.items()}
        found = []
        for log in self._result.logs:
            topics = [bytes.fromhex(topic.removeprefix("0x")) for topic in log.topics]
            event, shape = by_topic[topics[0]]
            found.append((event, shape.read(topics, bytes(log.data[1]))))
        return found

    def approvals(
        self, domain: Domain, message: TypedMessage, members: Sequence[Party] = MEMBERS[:2]
    ) -> list[tuple[str, bytes]]:
        return [(each.address, each.sign(domain, message)) for each in members]

    def token(self, key: bytes) -> TokenState:
        """Return a registered passport, or one with status NONE."""
        fields = self.call(PASSPORT_REGISTRY, "tokenOf", key)[0]
        holder, nonce, status, revoked, successors, responsible, responsible_nonce, batch = fields
        predecessors = self.call(PASSPORT_REGISTRY, "predecessorsOf", key)[0]
        return TokenState(
            key=key,
            holder=to_checksum_address(holder),
            nonce=nonce,
            status=StatusCode(status),
            revoked=revoked,
            successors=successors,
            responsible=to_checksum_address(responsible),
            responsible_nonce=responsible_nonce,
            batch=batch,
            predecessors=tuple(predecessors),
        )

    def new_key(self) -> bytes:
        return hashlib.sha256(b"key %d" % next(self._numbers)).digest()

    def leaf(self, **changes: Any) -> PassportLeaf:
        leaf = PassportLeaf(key=self.new_key(), status=StatusCode.ORIGINAL, commitment=b"\x0c" * 32)
        return replace(leaf, **changes)

    def batch_message(
        self, root: bytes, *, issuer: Party = ISSUER_PARTY, size: int = 1
    ) -> BatchIssue:
        count, newest = self.call(PASSPORT_REGISTRY, "issuedBy", issuer.address)[0]
        before = self.call(PASSPORT_REGISTRY, "batchAt", newest)[0][0] if count else bytes(32)
        return BatchIssue(
            issuer=issuer.address,
            root=root,
            previous_root=before,
            size=size,
            nonce=count,
            deadline=self.deadline,
        )

    def issue(self, leaves: Sequence[PassportLeaf], *, issuer: Party = ISSUER_PARTY) -> int:
        """Issue a batch and return its number."""
        message = self.batch_message(
            batch_tree([each.leaf_hash for each in leaves]).root, issuer=issuer, size=len(leaves)
        )
        signature = issuer.sign(self.registry, message)
        number: int = self.call(PASSPORT_REGISTRY, "issueBatch", message.values, signature)[0]
        return number

    def register(
        self,
        batch: int,
        leaf: PassportLeaf,
        proof: Sequence[bytes] = (),
        consents: Sequence[tuple[int, bytes]] = (),
    ) -> None:
        arguments = (batch, leaf.values, list(proof), list(consents))
        self.call(PASSPORT_REGISTRY, "register", *arguments)

    def registered(self, *, issuer: Party = ISSUER_PARTY, **changes: Any) -> bytes:
        """Return the key of a passport that was issued and registered just now."""
        leaf = self.leaf(**changes)
        self.register(self.issue([leaf], issuer=issuer), leaf)
        return leaf.key

    def consent(
        self, predecessor: bytes, leaf: PassportLeaf, *, operator: Party, holder: Party
    ) -> tuple[int, bytes]:
        """Return a holder's consent to a second life."""
        message = SecondLife(
            predecessor=predecessor,
            successor=leaf.key,
            status=leaf.status,
            operator=operator.address,
            nonce=self.token(predecessor).nonce,
            deadline=self.deadline,
        )
        return (message.deadline, holder.sign(self.registry, message))


def refusal(name: str, error: RuntimeError) -> Refused:
    text = str(error)
    if "output: 0x" not in text:
        return Refused(text)
    data = bytes.fromhex(text.partition("output: 0x")[2].partition(" ")[0])
    return Refused(load_artefact(name).error_name(data) or text)
