"""The audit: whatever is altered is named; nothing altered is intact."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from battery_passport.credentials.sd_jwt import SdJwt
from battery_passport.foundation.clock import FixedClock
from battery_passport.foundation.digests import random_salt, sha256
from battery_passport.foundation.encoding import base64url_encode
from battery_passport.foundation.strict_json import canonical_json, parse_json_object
from battery_passport.ledger.audit import TileWalk
from battery_passport.ledger.entry import entry_bytes, entry_hash
from battery_passport.ledger.memory import (
    MemoryAnchorLedger,
    MemoryCheckpointStore,
    MemoryTileStore,
)
from battery_passport.ledger.merkle import leaf_hash, tree_root
from battery_passport.ledger.model import Anchor, AnchorReceipt, SignedCheckpoint, TreeHead
from battery_passport.ledger.note_keys import Ed25519NoteSigner
from battery_passport.ledger.service import MerkleLog
from battery_passport.ledger.tiles import append_entries, append_leaves
from battery_passport.ledger.tlog_proof import LogTrust
from battery_passport.proof.audit import Audit, AuditReport
from battery_passport.proof.audit_state import AuditState, read_state
from battery_passport.proof.errors import StoredRecordAltered
from battery_passport.proof.growing_root import GrowingRoot
from battery_passport.proof.model import PASSPORT, record_of
from battery_passport.proof.ports import RememberedAnchor, StoredCosignature, StoredRecord
from tests.factories.credentials import make_sd_jwt
from tests.factories.proof import ISSUED_AT, LOG_KEY, Installation

CLOCK = FixedClock(ISSUED_AT)
SIGNER = Ed25519NoteSigner.from_seed("audited.example/log", bytes(range(32)))
TRUST = LogTrust("audited.example/log", SIGNER.key)
ISSUER = Installation().issuer


@dataclass
class Store:
    """A store in memory that a test may alter; fulfils the ports of the audit."""

    sequenced: list[StoredRecord] = field(default_factory=list)
    waiting: list[StoredRecord] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    signed: list[SignedCheckpoint] = field(default_factory=list)
    remembered: list[RememberedAnchor] = field(default_factory=list)
    cosigned: list[StoredCosignature] = field(default_factory=list)
    on_chain: list[AnchorReceipt] = field(default_factory=list)
    written: list[StoredRecord] = field(default_factory=list)
    newest: Anchor | None = None
    recorded_head: TreeHead | None = None

    def in_log_order(self, following: int = 0) -> Iterator[StoredRecord]:
        return iter(self.sequenced[following:])

    def pending(self) -> Iterator[StoredRecord]:
        return iter(self.waiting)

    def unannounced(self) -> Iterator[str]:
        return iter(self.stray)

    def head(self) -> TreeHead:
        return self.recorded_head or TreeHead(len(self.leaves), tree_root(self.leaves))

    def tiles(self, following: int, open_hashes: list[list[bytes]]) -> TileWalk:
        tiles = MemoryTileStore()
        append_entries(tiles, 0, self.entries)
        append_leaves(tiles, 0, b"".join(self.leaves))
        return TileWalk(tiles, len(self.leaves), following=following, open_hashes=open_hashes)

    @property
    def entries(self) -> list[bytes]:
        """Entries that give the leaves; for a forged leaf those of its own record."""
        return [entry_bytes(each.salt, each.digest) for each in self.written[: len(self.leaves)]]

    def checkpoints(self, *, beyond_size: int) -> Iterator[SignedCheckpoint]:
        return (each for each in self.signed if each.head.size > beyond_size)

    def remembered_anchors(self, *, beyond_size: int) -> Iterator[RememberedAnchor]:
        return (each for each in self.remembered if each.head.size > beyond_size)

    def cosignatures(self, *, beyond_size: int) -> Iterator[StoredCosignature]:
        return (each for each in self.cosigned if each.size > beyond_size)

    def latest(self) -> Anchor | None:
        return self.newest or (self.on_chain[-1].anchor if self.on_chain else None)

    def receipts(self, *, from_block: int) -> Iterator[AnchorReceipt]:
        return (each for each in self.on_chain if each.block_number >= from_block)

    def audit(self, state: AuditState | None = None) -> AuditReport:
        return Audit(self, self, self, trust=TRUST, state=state).run()


def batch_record(number: int) -> StoredRecord:
    octets = b"batch %d" % number
    return StoredRecord(
        kind="batch",
        name=f"B{number}",
        digest=sha256(octets),
        salt=random_salt(),
        log_index=None,
        record=octets,
    )


def passport_record(sd_jwt: SdJwt) -> StoredRecord:
    record = record_of(kind=PASSPORT, sequence=1, log_key=LOG_KEY, issuer_jwt=sd_jwt.issuer_jwt)
    return StoredRecord(
        kind="passport version",
        name="A1/1",
        digest=record.digest,
        salt=random_salt(),
        log_index=None,
        record=record.encode(),
        issuer_jwt=sd_jwt.issuer_jwt,
        disclosures=sd_jwt.disclosures,
    )


def remembered(receipt: AnchorReceipt) -> RememberedAnchor:
    return RememberedAnchor(
        head=receipt.anchor.head,
        number=receipt.anchor.number,
        block_number=receipt.block_number,
        block_hash=receipt.block_hash,
        transaction_hash=receipt.transaction_hash,
        anchored_at=receipt.anchor.anchored_at,
    )


def intact_store() -> Store:
    """Return a store of 21 records under three checkpoints, two of them anchored."""
    log = MerkleLog(MemoryTileStore(), MemoryCheckpointStore(), signer=SIGNER, clock=CLOCK)
    chain = MemoryAnchorLedger(CLOCK)
    store = Store()
    records = [batch_record(number) for number in range(21)]
    records[8] = passport_record(make_sd_jwt(ISSUER))
    for start, end in ((0, 5), (5, 16), (16, 21)):
        part = records[start:end]
        log.sequence([entry_bytes(each.salt, each.digest) for each in part])
        store.sequenced += [replace(each, log_index=start + n) for n, each in enumerate(part)]
        store.signed.append(log.make_checkpoint())
    for checkpoint in store.signed[:2]:
        store.remembered.append(remembered(chain.submit(checkpoint.head)))
    store.leaves = [log.leaf_hash(index) for index in range(21)]
    store.written = list(store.sequenced)
    store.on_chain = list(chain.receipts(from_block=0))
    store.waiting = [batch_record(99)]
    return store


def test_intact_store_is_counted() -> None:
    store = intact_store()
    report = store.audit()
    assert report.root == tree_root(store.leaves)
    assert (report.records, report.log_size, report.pending, report.erased) == (21, 21, 1, 0)
    assert (report.checkpoints, report.anchors) == (3, 2)
    assert report.as_json()["intact"] is True
    assert any("INTACT" in line for line in report.lines())


@pytest.mark.parametrize("index", range(21))
def test_one_changed_byte_names_the_record(index: int) -> None:
    store = intact_store()
    stored = store.sequenced[index]
    assert stored.record is not None
    altered = bytes([stored.record[0] ^ 1]) + stored.record[1:]
    store.sequenced[index] = replace(stored, record=altered)
    with pytest.raises(StoredRecordAltered, match=f" {stored.name} does not hold"):
        store.audit()


def _with_other_text(text: str) -> str:
    return text[:-1] + ("A" if text[-1] != "A" else "B")


def test_every_part_of_a_passport_version_is_named() -> None:
    stored = intact_store().sequenced[8]
    assert stored.issuer_jwt is not None
    assert stored.disclosures is not None
    name, encoded = next(iter(stored.disclosures.items()))
    others = {key: text for key, text in stored.disclosures.items() if key != name}
    for altered in (
        replace(stored, issuer_jwt=_with_other_text(stored.issuer_jwt)),
        replace(stored, issuer_jwt="x" + stored.issuer_jwt[1:]),
        replace(stored, disclosures={**others, name: _with_other_text(encoded)}),
        replace(stored, disclosures={**others, name: base64url_encode(b'["s","n",1]')}),
        replace(stored, disclosures={**others, "renamed": encoded}),
        replace(stored, disclosures=others),
    ):
        store = intact_store()
        store.sequenced[8] = replace(altered, salt=store.sequenced[8].salt)
        with pytest.raises(StoredRecordAltered, match="A1/1 does not hold"):
            store.audit()


@pytest.mark.parametrize(
    "change",
    [{"digest": bytes(32)}, {"salt": bytes(16)}, {"salt": b""}, {"record": None}],
)
def test_changed_outbox_row_names_the_record(change: dict[str, bytes | None]) -> None:
    store = intact_store()
    store.sequenced[3] = replace(store.sequenced[3], **change)  # type: ignore[arg-type]
    with pytest.raises(StoredRecordAltered, match="B3 does not hold"):
        store.audit()


def test_record_replaced_together_with_its_outbox_row_is_named() -> None:
    store = intact_store()
    store.sequenced[3] = replace(batch_record(77), log_index=3)
    with pytest.raises(StoredRecordAltered, match="B77 does not hold"):
        store.audit()


def test_record_replaced_together_with_row_and_leaf_breaks_the_next_checkpoint() -> None:
    store = intact_store()
    forged = replace(batch_record(77), log_index=3)
    store.sequenced[3] = forged
    store.leaves[3] = entry_hash(forged.salt, forged.digest)
    store.written[3] = forged
    with pytest.raises(
        StoredRecordAltered,
        match=r"(The checkpoint of|Anchor 0 .*) (5 entries )?commits to 5 entries",
    ):
        store.audit()


def test_cosignatures_are_checked_in_the_same_pass() -> None:
    store = intact_store()
    store.cosigned = [StoredCosignature(size=5, witness="w+00000000", line="no line")]
    with pytest.raises(StoredRecordAltered, match=r"cosignature of w\+00000000 on 5") as caught:
        store.audit()
    assert caught.value.at == 4
    store.cosigned = [StoredCosignature(size=6, witness="w+00000000", line="no line")]
    with pytest.raises(StoredRecordAltered, match="on 6 entries has no checkpoint"):
        store.audit()


def test_removed_record_is_noticed() -> None:
    for index in (0, 8, 20):
        store = intact_store()
        del store.sequenced[index]
        with pytest.raises(StoredRecordAltered, match=f"Log entry {index} has no record"):
            store.audit()


def test_record_beyond_or_twice_in_the_log_is_noticed() -> None:
    store = intact_store()
    store.sequenced.append(replace(batch_record(50), log_index=21))
    with pytest.raises(StoredRecordAltered, match="B50 is recorded as log entry 21"):
        store.audit()
    store = intact_store()
    store.sequenced.insert(4, store.sequenced[3])
    with pytest.raises(StoredRecordAltered, match="claims log entry 3"):
        store.audit()


def test_erased_record_is_counted_and_unannounced_record_named() -> None:
    store = intact_store()
    store.sequenced[2] = replace(store.sequenced[2], record=None, erased=True)
    assert store.audit().erased == 1
    store.stray = ["Event E7"]
    with pytest.raises(StoredRecordAltered, match="Event E7"):
        store.audit()


def test_altered_pending_record_is_named() -> None:
    store = intact_store()
    store.waiting = [replace(store.waiting[0], record=b"other")]
    with pytest.raises(StoredRecordAltered, match="B99"):
        store.audit()


def test_shortened_log_is_noticed() -> None:
    store = intact_store()
    del store.leaves[-1], store.sequenced[-1]
    with pytest.raises(StoredRecordAltered, match="commits to 21 entries"):
        store.audit()


def test_altered_tree_head_is_noticed() -> None:
    store = intact_store()
    store.recorded_head = TreeHead(21, bytes(32))
    with pytest.raises(StoredRecordAltered, match="recorded tree head"):
        store.audit()


def test_altered_checkpoint_is_named() -> None:
    store = intact_store()
    note = store.signed[1].note
    store.signed[1] = replace(store.signed[1], note=note.replace(b"16\n", b"17\n"))
    with pytest.raises(StoredRecordAltered, match="checkpoint of 16 entries does not hold"):
        store.audit()
    store = intact_store()
    store.signed[2] = replace(store.signed[2], head=TreeHead(20, bytes(32)))
    with pytest.raises(StoredRecordAltered, match="another size or root"):
        store.audit()


def test_altered_anchor_is_named() -> None:
    store = intact_store()
    store.on_chain[1] = altered_anchor(store.on_chain[1], head=TreeHead(16, bytes(32)))
    with pytest.raises(StoredRecordAltered):
        store.audit()
    store = intact_store()
    store.on_chain[1] = altered_anchor(store.on_chain[1], previous_root=bytes(32))
    with pytest.raises(StoredRecordAltered, match="Anchor 1 on the chain, in block 2, does not"):
        store.audit()
    store = intact_store()
    store.signed, store.remembered = [], []
    store.on_chain[1] = altered_anchor(store.on_chain[1], head=TreeHead(16, bytes(32)))
    with pytest.raises(StoredRecordAltered, match="Anchor 1 on the chain, in block 2 commits"):
        store.audit()


def altered_anchor(receipt: AnchorReceipt, **change: object) -> AnchorReceipt:
    return replace(receipt, anchor=replace(receipt.anchor, **change))  # type: ignore[arg-type]


def test_anchor_that_vanished_from_the_chain_is_noticed() -> None:
    store = intact_store()
    store.on_chain.pop()
    with pytest.raises(StoredRecordAltered, match="16 entries was anchored in block 2"):
        store.audit()
    store = intact_store()
    store.on_chain = [altered_anchor(store.on_chain[1], number=0, previous_root=bytes(32))]
    store.remembered = []
    with pytest.raises(StoredRecordAltered, match="5 entries was anchored"):
        store.audit()


@pytest.mark.parametrize(
    "change",
    [{"number": 7}, {"block_number": 9}, {"block_hash": b"\x01" * 32}, {"transaction_hash": b""}],
)
def test_note_that_differs_from_the_chain_is_named(change: dict[str, object]) -> None:
    store = intact_store()
    store.remembered[0] = replace(store.remembered[0], **change)  # type: ignore[arg-type]
    with pytest.raises(StoredRecordAltered, match="noted under another anchor than that of block"):
        store.audit()


def test_events_that_a_chain_keeps_back_are_noticed() -> None:
    store = intact_store()
    store.newest = replace(store.on_chain[1].anchor, number=2, head=TreeHead(21, bytes(32)))
    store.signed.pop()
    with pytest.raises(StoredRecordAltered, match="holds 3 anchors, but tells of 2"):
        store.audit()


def big_store(count: int) -> Store:
    records = [replace(batch_record(number), log_index=number) for number in range(count)]
    leaves = [entry_hash(each.salt, each.digest) for each in records]
    tree = GrowingRoot()
    for leaf in leaves:
        tree.append(leaf)
    head = TreeHead(count, tree.root())
    return Store(sequenced=records, written=list(records), leaves=leaves, recorded_head=head)


@pytest.mark.parametrize("stop_at", [256, 1_024, 66_048])
def test_an_audit_goes_on_where_another_stopped(stop_at: int) -> None:
    store = big_store(66_000 if stop_at > 66_000 else 2_000)
    first = Audit(store, store, store, trust=TRUST)
    for size in first.slices():
        if size >= min(stop_at, len(store.leaves)):
            break
    kept = read_state(parse_json_object(canonical_json(first.state.as_json())))
    assert kept == first.state
    whole, rest = store.audit(), store.audit(kept)
    assert rest == whole
    store.sequenced[kept.size + 3] = replace(store.sequenced[kept.size + 3], salt=bytes(16))
    with pytest.raises(StoredRecordAltered, match="does not hold"):
        store.audit(kept)


def test_a_history_rewritten_between_two_audits_is_noticed() -> None:
    store = big_store(2_000)
    first = Audit(store, store, store, trust=TRUST)
    next(first.slices())
    other = big_store(2_000)
    with pytest.raises(StoredRecordAltered, match=r"(head commits|does not give the hash above)"):
        other.audit(first.state)


def test_growing_root_is_the_root_by_definition() -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(70)]
    tree = GrowingRoot()
    assert tree.root() == tree_root([])
    for size, leaf in enumerate(leaves, start=1):
        tree.append(leaf)
        assert (tree.size, tree.root()) == (size, tree_root(leaves[:size]))


def test_audit_keeps_pace_and_tells_its_progress() -> None:
    count = 20_000
    store = big_store(count)
    told: list[int] = []
    started_s = time.perf_counter()
    Audit(store, store, store, trust=TRUST).run(told.append)
    # 10 million in an hour are 360 µs each, storage included; the rules alone may take a tenth.
    assert (time.perf_counter() - started_s) / count <= 36e-6
    assert told == [10_240, 20_000, 20_000]
