"""Whatever a city does with the contracts, what was promised of them holds after every step.

In: random sequences of acts, right and wrong, by everybody. Out: a model in Python that the chain
agrees with after each: nothing moves without both signatures, status follows the table only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from battery_passport.adapters.evm.artefact import (
    CHECKPOINT_ANCHORS,
    CONSORTIUM,
    PASSPORT_REGISTRY,
)
from battery_passport.ledger.onchain.decisions import MemberChange, RoleChange
from battery_passport.ledger.onchain.messages import (
    NOBODY,
    Cancellation,
    Objection,
    OwnershipTransfer,
    Rebinding,
    ResponsibilityTransfer,
    StatusChange,
)
from battery_passport.ledger.onchain.roles import ISSUER, RESPONSIBLE_OPERATOR
from battery_passport.ledger.onchain.statuses import (
    RECORDED_BY,
    SECOND_LIVES,
    StatusCode,
    needs_evidence,
)
from tests.factories.contracts import (
    ALICE,
    ANCHORER,
    BOB,
    ISSUER_PARTY,
    MEMBERS,
    ORIGIN_HASH,
    OTHER_ISSUER,
    PERMITTED,
    PRODUCER_ORGANISATION,
    REBINDING_DELAY_S,
    RECYCLING,
    ROLES,
    STRANGER,
    WASTE_OP,
    ContractWorld,
    Party,
    Refused,
)

PARTIES = (
    ALICE, BOB, STRANGER, ISSUER_PARTY, OTHER_ISSUER, PERMITTED, WASTE_OP, RECYCLING,
    PRODUCER_ORGANISATION,
)  # fmt: skip
OF_HOLDER = False
EVIDENCE = b"\x0e" * 32
ANYBODY = st.sampled_from(PARTIES)
SMALL = st.integers(0, 3)
TARGET = st.sampled_from((StatusCode.WASTE, StatusCode.RECYCLED)) | st.sampled_from(StatusCode)
RECORDER = st.sampled_from((WASTE_OP, RECYCLING)) | ANYBODY
WRONG = st.sampled_from(
    ("right", "right", "right", "giver", "taker", "nonce", "late", "chain", "executor")
)


@dataclass
class Expected:
    """What the model says of a passport."""

    holder: Party
    responsible: Party
    status: StatusCode
    nonce: int = 0
    responsible_nonce: int = 0
    successors: int = 0

    def words(self) -> bytes:
        """Return the record's words on the chain, up to the one of the batch."""
        members: tuple[int | str, ...] = (
            self.holder.address, self.nonce, self.status, 0, self.successors,
            self.responsible.address, self.responsible_nonce,
        )  # fmt: skip
        return b"".join(word(each) for each in members)


def word(value: int | str) -> bytes:
    """Return a number or an address as a word."""
    number = int(value, 16) if isinstance(value, str) else int(value)
    return number.to_bytes(32, "big")


@dataclass
class Model:
    """What the model says of the world."""

    tokens: dict[bytes, Expected] = field(default_factory=dict)
    members: list[Party] = field(default_factory=lambda: list(MEMBERS))
    threshold: int = 2
    decisions: int = 0
    roots: list[bytes] = field(default_factory=list)
    roles: set[tuple[bytes, str]] = field(
        default_factory=lambda: {(role, party.address) for role, party in ROLES}
    )


class City:
    """Acts that anybody may try; each says what must have come of it."""

    def __init__(self, world: ContractWorld) -> None:
        self.world = world
        self.model = Model()

    def key(self, index: int) -> bytes | None:
        keys = list(self.model.tokens)
        return keys[index % len(keys)] if keys else None

    def attempt(self, allowed: bool, act: Callable[[], object]) -> bool:
        """Carry an act out; it succeeds exactly if the model allows it."""
        error = ""
        try:
            act()
        except Refused as refused:
            error = str(refused)
        assert bool(error) != allowed, error or "carried out what is not allowed"
        return allowed

    def register(self, issuer: Party, *, signed_by: Party | None = None) -> None:
        """Issue a batch of one and register it."""
        leaf = self.world.leaf()
        signer = signed_by or issuer
        batch = self.world.batch_message(leaf.leaf_hash, issuer=issuer)
        allowed = signer == issuer and self._has(issuer, ISSUER)
        signature = signer.sign(self.world.registry, batch)
        if self.attempt(
            allowed,
            lambda: self.world.call(PASSPORT_REGISTRY, "issueBatch", batch.values, signature),
        ):
            number = self.world.call(PASSPORT_REGISTRY, "batchCount")[0] - 1
            self.world.register(number, leaf)
            self.model.tokens[leaf.key] = Expected(issuer, issuer, StatusCode.ORIGINAL)

    def move(self, index: int, to: Party, wrong: str, *, duty: bool) -> None:
        """Move ownership or responsibility, perhaps with something wrong."""
        key = self.key(index)
        if key is None:
            return
        token = self.model.tokens[key]
        giver = token.responsible if duty else token.holder
        kind = ResponsibilityTransfer if duty else OwnershipTransfer
        message = kind(
            key=key,
            sender=giver.address,
            receiver=to.address,
            executor=STRANGER.address if wrong == "executor" else NOBODY,
            nonce=(token.responsible_nonce if duty else token.nonce) + (wrong == "nonce"),
            deadline=self.world.now_s - 1 if wrong == "late" else self.world.deadline,
        )
        domain = self.world.registry
        if wrong == "chain":
            domain = replace(domain, chain_id=domain.chain_id + 1)
        giving = (STRANGER if wrong == "giver" and giver != STRANGER else giver).sign(
            domain, message
        )
        taking = b"" if wrong == "taker" else to.sign(domain, message)
        allowed = (
            (wrong == "right" or (wrong == "giver" and giver == STRANGER))
            and to != giver
            and token.status is not StatusCode.RECYCLED
            and (not duty or self._has(to, RESPONSIBLE_OPERATOR))
        )
        function = "transferResponsibility" if duty else "transfer"
        if not self.attempt(
            allowed,
            lambda: self.world.call(PASSPORT_REGISTRY, function, message.values, giving, taking),
        ):
            return
        if duty:
            token.responsible, token.responsible_nonce = to, token.responsible_nonce + 1
        else:
            token.holder, token.nonce = to, token.nonce + 1

    def set_status(self, index: int, after: StatusCode, actor: Party, *, takes: bool) -> None:
        """Record a change of status with the holder's signature."""
        key = self.key(index)
        if key is None:
            return
        token = self.model.tokens[key]
        message = StatusChange(
            key=key, before=token.status, after=after, holder=token.holder.address,
            actor=actor.address, takes_responsibility=takes, evidence=EVIDENCE,
            nonce=token.nonce, deadline=self.world.deadline,
        )  # fmt: skip
        role = RECORDED_BY.get((token.status, after))
        allowed = role is not None and (role, actor.address) in self.model.roles
        signatures = [each.sign(self.world.registry, message) for each in (token.holder, actor)]
        if self.attempt(
            allowed,
            lambda: self.world.call(PASSPORT_REGISTRY, "setStatus", message.values, *signatures),
        ):
            token.status, token.nonce = after, token.nonce + 1
            if takes and actor != token.responsible:
                token.responsible, token.responsible_nonce = actor, token.responsible_nonce + 1

    def second_life(
        self, index: int, born: StatusCode, operator: Party, consenting: Party | None
    ) -> None:
        """Begin a new passport out of another; `consenting` signs in the holder's place."""
        key = self.key(index)
        if key is None or not self._has(operator, ISSUER):
            return
        token = self.model.tokens[key]
        evidence = EVIDENCE if needs_evidence(token.status) else bytes(32)
        leaf = self.world.leaf(status=born, predecessors=(key,), evidence=evidence)
        batch = self.world.issue([leaf], issuer=operator)
        signer = consenting or token.holder
        consent = self.world.consent(key, leaf, operator=operator, holder=signer)
        role = SECOND_LIVES.get((token.status, born))
        allowed = (
            signer == token.holder
            and role is not None
            and (role, operator.address) in self.model.roles
        )
        if self.attempt(allowed, lambda: self.world.register(batch, leaf, (), [consent])):
            token.nonce, token.successors = token.nonce + 1, token.successors + 1
            self.model.tokens[leaf.key] = Expected(operator, operator, born)

    def cancel(self, index: int, signer: Party, *, duty: bool) -> None:
        """Withdraw what was signed."""
        key = self.key(index)
        if key is None:
            return
        token = self.model.tokens[key]
        present = token.responsible if duty else token.holder
        word = Cancellation(
            key=key, signer=present.address, responsibility=duty,
            nonce=token.responsible_nonce if duty else token.nonce, deadline=self.world.deadline,
        )  # fmt: skip
        allowed = signer == present and token.status is not StatusCode.RECYCLED
        signature = signer.sign(self.world.registry, word)
        if self.attempt(
            allowed, lambda: self.world.call(PASSPORT_REGISTRY, "cancel", word.values, signature)
        ):
            token.responsible_nonce += duty
            token.nonce += not duty

    def rebind(self, index: int, to: Party, approvers: int, *, objection: bool) -> None:
        """Re-bind a holder's key by so many members, over an objection or not."""
        key = self.key(index)
        if key is None:
            return
        token = self.model.tokens[key]
        number = self.world.call(PASSPORT_REGISTRY, "rebindingOf", key, OF_HOLDER)[1]
        wish = Rebinding(
            key=key, responsibility=False, sender=token.holder.address, receiver=to.address,
            proposal=number, deadline=self.world.deadline,
        )  # fmt: skip
        members = sorted(self.model.members, key=lambda each: int(each.address, 16))[:approvers]
        approvals = self.world.approvals(self.world.registry, wish, members)
        allowed = (
            len(members) >= self.model.threshold
            and to != token.holder
            and token.status is not StatusCode.RECYCLED
        )
        proposed = self.attempt(
            allowed,
            lambda: self.world.call(
                PASSPORT_REGISTRY,
                "proposeRebinding",
                wish.values,
                to.sign(self.world.registry, wish),
                approvals,
            ),
        )
        if not proposed:
            return
        self._rebind(key, allowed=False)
        if objection:
            word = Objection(
                key=key, responsibility=False, proposal=number, deadline=self.world.deadline
            )
            signature = token.holder.sign(self.world.registry, word)
            arguments = (key, OF_HOLDER, word.deadline, signature)
            self.world.call(PASSPORT_REGISTRY, "objectToRebinding", *arguments)
        self.world.wait(REBINDING_DELAY_S)
        if self._rebind(key, allowed=not objection):
            token.holder, token.nonce = to, token.nonce + 1

    def _rebind(self, key: bytes, *, allowed: bool) -> bool:
        return self.attempt(
            allowed,
            lambda: self.world.call(PASSPORT_REGISTRY, "rebind", key, OF_HOLDER),
        )

    def change_members(
        self, joining: Party | None, leaving: int | None, threshold: int, approvers: int
    ) -> None:
        """Change members and threshold by so many of the present ones."""
        members = self.model.members
        gone = [] if leaving is None else [members[leaving % len(members)]]
        come = [] if joining is None else [joining]
        change = MemberChange(
            added=tuple(each.address for each in come),
            removed=tuple(each.address for each in gone),
            threshold=threshold,
            nonce=self.model.decisions,
            deadline=self.world.deadline,
        )
        signing = sorted(members, key=lambda each: int(each.address, 16))[:approvers]
        after = [each for each in members if each not in gone]
        joins = all(each not in after for each in come)
        count = len(after) + len(come)
        allowed = len(signing) >= self.model.threshold and joins and count >= threshold > count / 2
        approvals = self.world.approvals(self.world.consortium, change, signing)
        if self.attempt(
            allowed,
            lambda: self.world.call(CONSORTIUM, "changeMembers", change.values, approvals),
        ):
            self.model.members = after + come
            self.model.threshold = threshold
            self.model.decisions += 1

    def change_role(self, role: bytes, party: Party, approvers: int, *, granted: bool) -> None:
        """Give or take a role by so many members."""
        change = RoleChange(
            role=role, account=party.address, granted=granted, nonce=self.model.decisions,
            deadline=self.world.deadline,
        )  # fmt: skip
        signing = sorted(self.model.members, key=lambda each: int(each.address, 16))[:approvers]
        pair = (role, party.address)
        allowed = len(signing) >= self.model.threshold and (pair in self.model.roles) != granted
        approvals = self.world.approvals(self.world.consortium, change, signing)
        if self.attempt(
            allowed, lambda: self.world.call(CONSORTIUM, "changeRole", change.values, approvals)
        ):
            (self.model.roles.add if granted else self.model.roles.discard)(pair)
            self.model.decisions += 1

    def anchor(self, growth: int, *, right_root: bool, sender: Party) -> None:
        """Anchor a root behind the newest."""
        roots = self.model.roots
        size = max(0, len(roots) + growth)
        before = roots[-1] if roots else bytes(32)
        root = bytes([1, *size.to_bytes(31, "big")])
        given = before if right_root else b"\x55" * 32
        allowed = size == len(roots) + 1 and right_root and sender == ANCHORER
        if self.attempt(
            allowed,
            lambda: self.world.call(
                CHECKPOINT_ANCHORS, "anchor", ORIGIN_HASH, size, root, given, sender=sender
            ),
        ):
            roots.append(root)

    def check(self) -> None:
        """Compare the chain with the model, word by word."""
        model, world = self.model, self.world
        for key, expected in model.tokens.items():
            assert world.read(PASSPORT_REGISTRY, "tokenOf", key)[:224] == expected.words()
        assert not any(world.read(PASSPORT_REGISTRY, "tokenOf", b"\x01" * 32))
        threshold, count = model.threshold, len(model.members)
        assert count >= threshold > count / 2
        assert world.read(CONSORTIUM, "threshold") == word(threshold)
        assert world.read(CONSORTIUM, "nonce") == word(model.decisions)
        members = world.read(CONSORTIUM, "allMembers")
        listed = {members[at : at + 32] for at in range(64, len(members), 32)}
        assert listed == {word(each.address) for each in model.members}
        assert world.read(CHECKPOINT_ANCHORS, "count", ORIGIN_HASH) == word(len(model.roots))
        if model.roots:
            newest = world.read(CHECKPOINT_ANCHORS, "latest", ORIGIN_HASH)
            assert newest[32:64] == model.roots[-1]

    def _has(self, party: Party, role: bytes) -> bool:
        return (role, party.address) in self.model.roles


ROLE = st.sampled_from(sorted({role for role, _ in ROLES[:-1]}))


class Contracts(RuleBasedStateMachine):
    """The same acts, chosen and shrunk by Hypothesis."""

    def __init__(self) -> None:
        super().__init__()
        self.city = City(ContractWorld())

    @initialize()
    def begin(self) -> None:
        self.city.register(ISSUER_PARTY)

    @rule(issuer=ANYBODY, signed_by=st.none() | ANYBODY)
    def register(self, issuer: Party, signed_by: Party | None) -> None:
        self.city.register(issuer, signed_by=signed_by)

    @rule(index=SMALL, to=ANYBODY, wrong=WRONG, duty=st.booleans())
    def move(self, index: int, to: Party, wrong: str, duty: bool) -> None:
        self.city.move(index, to, wrong, duty=duty)

    @rule(index=SMALL, after=TARGET, actor=RECORDER, takes=st.booleans())
    def set_status(self, index: int, after: StatusCode, actor: Party, takes: bool) -> None:
        self.city.set_status(index, after, actor, takes=takes)

    @rule(
        index=SMALL,
        born=st.sampled_from((StatusCode.REPURPOSED, StatusCode.REUSED, StatusCode.REMANUFACTURED)),
        operator=ANYBODY,
        consenting=st.none() | ANYBODY,
    )
    def second_life(
        self, index: int, born: StatusCode, operator: Party, consenting: Party | None
    ) -> None:
        self.city.second_life(index, born, operator, consenting)

    @rule(index=SMALL, signer=ANYBODY, duty=st.booleans())
    def cancel(self, index: int, signer: Party, duty: bool) -> None:
        self.city.cancel(index, signer, duty=duty)

    @rule(index=SMALL, to=ANYBODY, approvers=st.integers(0, 4), objection=st.booleans())
    def rebind(self, index: int, to: Party, approvers: int, objection: bool) -> None:
        self.city.rebind(index, to, approvers, objection=objection)

    @rule(
        joining=st.none() | ANYBODY,
        leaving=st.none() | SMALL,
        threshold=st.integers(0, 5),
        approvers=st.integers(0, 5),
    )
    def change_members(
        self, joining: Party | None, leaving: int | None, threshold: int, approvers: int
    ) -> None:
        self.city.change_members(joining, leaving, threshold, approvers)

    @rule(role=ROLE, party=ANYBODY, approvers=st.integers(0, 4), granted=st.booleans())
    def change_role(
        self,
        role: bytes,
        party: Party,
        approvers: int,
        granted: bool,
    ) -> None:
        self.city.change_role(role, party, approvers, granted=granted)

    @rule(growth=st.integers(-1, 1), right_root=st.booleans(), sender=ANYBODY | st.just(ANCHORER))
    def anchor(self, growth: int, right_root: bool, sender: Party) -> None:
        self.city.anchor(growth, right_root=right_root, sender=sender)

    @invariant()
    def the_chain_is_as_the_model_says(self) -> None:
        self.city.check()


SEQUENCES = 100_000
SHORT = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=[*HealthCheck]
)


def test_a_few_sequences() -> None:
    run_state_machine_as_test(Contracts, settings=SHORT)


@pytest.mark.long
def test_a_hundred_thousand_sequences() -> None:
    """Takes some half an hour on one core."""
    run_state_machine_as_test(
        Contracts,
        settings=settings(SHORT, max_examples=SEQUENCES, stateful_step_count=6),
    )
