"""The evidence of a bundle: exactly the batches and device keys that its statements name.

In: a bundle and its opened statements. Out: nothing, or the first that is missing or surplus.
Only hashes are compared here; `recomputation` opens the batches.
"""

from collections.abc import Iterable, Mapping

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.errors import EvidenceMismatch
from battery_passport.proof.model import CLAIMS_OF, Bundle
from battery_passport.proof.statement import NamedEvidence, device_thumbprint, named_evidence


def check_evidence(bundle: Bundle, statements: Iterable[JsonObject]) -> int:
    """Return how many batches the bundle holds, each of them named by a statement.

    `statements` are the payloads of the bundle's statements, in their order.
    A bundle without evidence holds none; its statements are checked all the same.
    Raises: EvidenceMismatch; MalformedBundle.
    """
    kinds = [logged.record.type for logged in bundle.statements]
    named = [
        named_evidence(payload, kind)
        for payload, kind in zip(statements, kinds, strict=True)
        if kind in CLAIMS_OF
    ]
    if bundle.batches is None and bundle.device_keys is None:
        return 0
    if bundle.batches is None or bundle.device_keys is None or not named:
        raise EvidenceMismatch(
            "Batches, device keys and the statement that names them belong together."
        )
    _check_batches(bundle.batches, {digest for each in named for digest in each.batches})
    _check_device_keys(bundle.device_keys, named)
    return len(bundle.batches)


def _check_batches(batches: tuple[bytes, ...], expected: set[bytes]) -> None:
    missing = set(expected)
    for place, batch in enumerate(batches):
        digest = sha256(batch)
        if digest not in expected:
            raise EvidenceMismatch(
                f"Batch {place} has SHA-256 {digest.hex()}, which no statement names: "
                "it was altered or does not belong here."
            )
        if digest not in missing:
            raise EvidenceMismatch(f"Batch {digest.hex()} is there twice.")
        missing.remove(digest)
    if missing:
        raise EvidenceMismatch(
            f"{len(missing)} of {len(expected)} batches are missing, first {min(missing).hex()}."
        )


def _check_device_keys(keys: Mapping[str, tuple[bytes, ...]], named: list[NamedEvidence]) -> None:
    found = {
        (device, device_thumbprint(key)) for device, several in keys.items() for key in several
    }
    expected = {
        (device, thumbprint)
        for each in named
        for device, several in each.device_thumbprints.items()
        for thumbprint in several
    }
    for device, thumbprint in sorted(expected - found):
        there = sorted(own for name, own in found if name == device)
        raise EvidenceMismatch(
            f"The key of device {device!r} has thumbprint {', '.join(there) or None}, "
            f"the statement names {thumbprint}."
        )
    for device, _thumbprint in sorted(found - expected):
        raise EvidenceMismatch(f"The key of device {device!r} is named by no statement.")
