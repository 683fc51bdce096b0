"""The roles that the consortium gives.

In: nothing, or a log's origin. Out: 32-byte role names, as in the contracts.
"""

from eth_utils.crypto import keccak

ISSUER = keccak(b"battery-passport.issuer")
"""May issue passports: an operator that places batteries on the market."""

RESPONSIBLE_OPERATOR = keccak(b"battery-passport.responsible-operator")
"""May take over the duties of Art. 77(4)."""

PERMITTED_OPERATOR = keccak(b"battery-passport.permitted-operator")
"""May give waste batteries a second life, on evidence by Art. 73."""

WASTE_OPERATOR = keccak(b"battery-passport.waste-operator")
"""May record that a battery became waste."""

RECYCLER = keccak(b"battery-passport.recycler")
"""May record that a waste battery was recycled."""

PASSPORT_ROLES = (ISSUER, RESPONSIBLE_OPERATOR, PERMITTED_OPERATOR, WASTE_OPERATOR, RECYCLER)

_ANCHORER = b"CheckpointAnchors.anchorer"


def anchoring_role(origin_hash: bytes) -> bytes:
    """Return the role of anchoring the log with that SHA-256 of its origin."""
    # The ABI's form of (string, bytes32): where the text begins, the hash, length, padded text.
    length = len(_ANCHORER).to_bytes(32, "big")
    head = (64).to_bytes(32, "big") + origin_hash
    return keccak(head + length + _ANCHORER.ljust(32, b"\0"))
