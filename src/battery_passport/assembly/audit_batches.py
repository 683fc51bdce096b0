"""The audit of passports in the registry by what is stored here: batches, leaves, what opens them.

In: stored batches and leaves. Out: nothing, or the first that does not follow from its records.
"""

from collections.abc import Iterable

from battery_passport.adapters.sql.onchain import PreparedBatch
from battery_passport.adapters.sql.onchain_archive import ArchivedLeaf, LinkedLeaf
from battery_passport.foundation.digests import sha256
from battery_passport.ledger.onchain.batch_tree import batch_tree
from battery_passport.ledger.onchain.salted import commitment_of, onchain_key
from battery_passport.proof.errors import StoredRecordAltered


def name_of(batch: PreparedBatch) -> str:
    """Return how a finding speaks of a batch."""
    return f"The batch of passports {batch.root.hex()}"


def check_leaves(batch: PreparedBatch, leaves: Iterable[ArchivedLeaf]) -> None:
    """Return if the leaves are those of the batch and stand for their records.

    Raises: StoredRecordAltered.
    """
    hashes: list[bytes] = []
    for each in leaves:
        if each.linked is not None:
            _check_linked(batch, each, each.linked)
        hashes.append(each.leaf_hash)
    if len(hashes) != batch.size or batch_tree(hashes).root != batch.root:
        raise StoredRecordAltered(
            f"{name_of(batch)} does not follow from its leaves: {len(hashes)} are stored "
            f"of {batch.size}, or one is not as it was."
        )


def _check_linked(batch: PreparedBatch, archived: ArchivedLeaf, linked: LinkedLeaf) -> None:
    name = f"Leaf {archived.index} of the batch of passports {batch.root.hex()}"
    if linked.leaf.leaf_hash != archived.leaf_hash:
        raise StoredRecordAltered(f"{name} is not what was put into the batch.")
    if not _opens(linked):
        raise StoredRecordAltered(
            f"{name} does not open to the passport version {linked.credential_id}."
        )
    if not _is_keyed(linked):
        raise StoredRecordAltered(
            f"{name} is under another key than the battery {linked.battery_id} has."
        )


def _opens(linked: LinkedLeaf) -> bool:
    salt, record = linked.commitment_salt, linked.record
    if salt is None or record is None:
        return False
    return commitment_of(salt, sha256(record)) == linked.leaf.commitment


def _is_keyed(linked: LinkedLeaf) -> bool:
    salt, digest, first = linked.token_salt, linked.token_digest, linked.first_record
    if salt is None or digest is None or first is None:
        return False
    return (
        sha256(first) == digest
        and onchain_key(salt, digest) == linked.token_key
        and linked.token_key == linked.leaf.key
    )
