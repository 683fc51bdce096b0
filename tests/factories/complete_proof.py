"""An installation that proves all there is: state, status, two witnesses, five validators.

In: nothing. Out: bundles with every part, and the means to spoil each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from battery_passport.credentials.status_list import (
    PLACES,
    Status,
    StatusPlace,
    pack_statuses,
    sign_status_list,
)
from battery_passport.foundation.digests import random_salt, sha256
from battery_passport.ledger.entry import entry_bytes
from battery_passport.ledger.finality.model import FinalityProof
from battery_passport.ledger.memory import MemoryTileStore
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.ledger.note import SignedNote, parse_note, sign_note
from battery_passport.ledger.note_keys import Cosigner
from battery_passport.ledger.state_proof import StateProof
from battery_passport.ledger.state_tiles import StateTree, write_leaves
from battery_passport.ledger.state_tree import StateEpoch, StateLeaf
from battery_passport.ledger.tlog_proof import LogTrust
from battery_passport.proof.assembling import BundleAssembler
from battery_passport.proof.model import PASSPORT
from battery_passport.proof.ports import IssuedCredential, ProvenState
from battery_passport.proof.records import parse_record_bytes
from battery_passport.proof.trust import CONSORTIUM_ENGINE, ChainTrust, TrustFile
from tests.factories.finality import (
    CONTRACT,
    NETWORK,
    BlockPlan,
    ProofPlan,
    Validators,
    make_log,
    make_proof,
    make_result,
    make_validators,
)
from tests.factories.proof import BATTERY, ISSUED_AT, SECTIONS, Installation, passport_payload

LIST_URI = "https://passport.example.org/status/c3RhdHVzIGxpc3QgMQ"
PLACE = StatusPlace(uri=LIST_URI, index=4_711)
OTHER_BATTERIES = 12
STATUS_AT = ISSUED_AT + timedelta(hours=1)
EPOCH_AT = ISSUED_AT + timedelta(minutes=20)


@dataclass
class CompleteInstallation(Installation):
    """Fulfils the ports of proof, and shows with each bundle all that can be shown."""

    witnesses: Sequence[Cosigner] = field(
        default_factory=lambda: [
            Cosigner.from_seed(f"witness.example/{n}", bytes([n]) * 32, now_s=lambda: 1_795_000_000)
            for n in (1, 2)
        ]
    )
    validators: Validators = field(default_factory=lambda: make_validators(5))

    def __post_init__(self) -> None:
        super().__post_init__()
        self.statuses: dict[int, int] = {17: Status.REVOKED, 18: Status.SUSPENDED}
        self.epochs: list[tuple[StateTree, StateEpoch, bytes, int]] = []

    def trust(self, **changes: Any) -> TrustFile:
        """Return trust anchors with the witnesses, of whom both are needed, and the validators."""
        keys = tuple(each.key for each in self.witnesses)
        values: dict[str, Any] = {
            "log": LogTrust(self.origin, self.note_signer.key, keys, len(keys)),
            "chain": ChainTrust(CONSORTIUM_ENGINE, 26_331, CONTRACT, NETWORK),
            "validator_sets": (self.validators.trusted_from(1),),
            "requires_state": True,
            "requires_status": True,
        }
        return super().trust(**{**values, **changes})

    def add_passport(self, payload: dict[str, Any] | None = None) -> IssuedCredential:
        """Issue a version with a place in the status list."""
        found = payload or {**passport_payload(), **PLACE.as_members()}
        return self.add(PASSPORT, found, sections=SECTIONS)

    def open_epoch(self) -> None:
        """Log the state tree over other batteries' passports and the newest of ours."""
        others = [
            StateLeaf(key=sha256(b"battery %d" % n)[:16], seq=n + 1, cred=sha256(b"%d" % n))
            for n in range(OTHER_BATTERIES)
        ]
        record = parse_record_bytes(self.issued[PASSPORT].record)
        ours = StateLeaf(key=record.key, seq=record.seq, cred=record.cred)
        store, salt = MemoryTileStore(), random_salt()
        tree = StateTree(store, write_leaves(store, 0, [*others, ours]))
        epoch = StateEpoch(
            number=len(self.epochs) + 1, as_of=EPOCH_AT, size=tree.size, root=tree.root()
        )
        indices = self.log.sequence([entry_bytes(salt, sha256(epoch.encode()))]).indices
        self.epochs.append((tree, epoch, salt, indices[0]))

    def assemble(self, *, sections: tuple[str, ...] = (), with_evidence: bool = False) -> bytes:
        """Return a bundle with everything in it."""
        assembler = BundleAssembler(self, self, evidence=self, trust=self.trust(), further=self)
        return assembler.assemble(BATTERY, sections=sections, with_evidence=with_evidence)

    # -- The ports ---------------------------------------------------------------------------

    def anchored_checkpoint(self, *, covering: int) -> SignedCheckpoint:
        checkpoint = super().anchored_checkpoint(covering=covering)
        note = parse_note(checkpoint.note)
        cosigned = sign_note(note.text, self.witnesses).signatures
        signatures = (*note.signatures[:1], *cosigned)
        return replace(checkpoint, note=SignedNote(note.text, signatures).encode())

    def state(self, key: bytes, *, under_size: int) -> ProvenState | None:
        covered = [each for each in self.epochs if each[3] < under_size]
        if not covered:
            return None
        tree, epoch, salt, log_index = covered[-1]
        index = tree.find(key)
        assert index is not None
        proof = StateProof(epoch=epoch, index=index, path=tree.path(index))
        return ProvenState(leaf=tree.leaf(index), proof=proof, salt=salt, log_index=log_index)

    def status(self, place: StatusPlace) -> str | None:
        return self.status_token(place.uri)

    def status_token(self, uri: str = LIST_URI, **changes: Any) -> str:
        """Return the list as a token."""
        terms: dict[str, Any] = {"moment": STATUS_AT, **changes}
        return sign_status_list(uri, pack_statuses(PLACES, self.statuses), self.issuer, **terms)

    def finality(self, checkpoint: SignedCheckpoint) -> FinalityProof | None:
        return self.finality_of(checkpoint)

    def finality_of(self, checkpoint: SignedCheckpoint, **changes: Any) -> FinalityProof:
        """Return what the validators agreed on about a checkpoint."""
        head = checkpoint.head
        log = make_log(origin=self.origin, root=head.root, size=head.size, **changes)
        block = BlockPlan(validators=self.validators)
        return make_proof(ProofPlan(block=block, result=make_result(logs=[log])))


def complete_installation() -> CompleteInstallation:
    """Return an installation with a passport, a statement of three batches, and an epoch."""
    installation = CompleteInstallation()
    installation.add_passport()
    installation.add_statement([b"batch one", b"batch two", b"batch three" * 40])
    installation.open_epoch()
    return installation
