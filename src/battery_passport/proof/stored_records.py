"""One stored record against the digest it was announced and logged by.

In: a record with its outbox row. Out: nothing, or the error that names the record.
"""

from collections.abc import Iterator

from battery_passport.credentials.jws import parse_jws
from battery_passport.credentials.sd_jwt import DIGESTS_MEMBER, parse_disclosure
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.strict_json import JsonValue, parse_json
from battery_passport.ledger.entry import entry_hash
from battery_passport.proof.errors import StoredRecordAltered
from battery_passport.proof.ports import StoredRecord
from battery_passport.proof.records import parse_record_bytes


def check_stored_record(stored: StoredRecord) -> None:
    """Return if a record is what its outbox row announced. Raises: StoredRecordAltered."""
    if stored.record is None:
        if not stored.erased:
            raise _altered(stored, "its bytes are missing")
        return
    found = sha256(stored.record)
    if found != stored.digest:
        raise _altered(
            stored, f"its bytes have SHA-256 {found.hex()}, recorded was {stored.digest.hex()}"
        )
    if stored.issuer_jwt is not None:
        _check_credential(stored, stored.record, stored.issuer_jwt)


def check_entry(stored: StoredRecord, leaf: bytes) -> None:
    """Return if the log entry commits to the record. Raises: StoredRecordAltered."""
    if stored.buried_leaf is not None:
        if stored.buried_leaf != leaf:
            raise _altered(stored, "its tombstone is of another entry")
        return
    try:
        expected = entry_hash(stored.salt, stored.digest)
    except BatteryPassportError as error:
        raise _altered(stored, error.message) from error
    if expected != leaf:
        raise _altered(
            stored,
            f"its salt and digest give entry hash {expected.hex()}, "
            f"the log holds {leaf.hex()} at {stored.log_index}",
        )


def _check_credential(stored: StoredRecord, record: bytes, issuer_jwt: str) -> None:
    try:
        named = parse_record_bytes(record).cred
        found = sha256(issuer_jwt.encode())
        if found != named:
            raise _altered(
                stored, f"its credential has SHA-256 {found.hex()}, its record {named.hex()}"
            )
        _check_disclosures(stored, parse_json(parse_jws(issuer_jwt).payload))
    except StoredRecordAltered:
        raise
    except BatteryPassportError as error:
        raise _altered(stored, error.message) from error


def _check_disclosures(stored: StoredRecord, payload: JsonValue) -> None:
    expected = set(_digests(payload))
    for name, encoded in (stored.disclosures or {}).items():
        disclosure = parse_disclosure(encoded)
        if disclosure.digest not in expected:
            raise _altered(stored, f"the disclosure of its part {name!r} is not what was signed")
        if disclosure.name != name:
            raise _altered(stored, f"its part {disclosure.name!r} is stored as {name!r}")
        expected.remove(disclosure.digest)
    if expected and not stored.erased:
        raise _altered(stored, f"{len(expected)} of its disclosures are missing")


def _digests(value: JsonValue) -> Iterator[str]:
    """Yield every digest of a disclosure in a payload of ours, which has no hidden elements."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == DIGESTS_MEMBER and isinstance(member, list):
                yield from (digest for digest in member if isinstance(digest, str))
            else:
                yield from _digests(member)
    elif isinstance(value, list):
        for element in value:
            yield from _digests(element)


def _altered(stored: StoredRecord, reason: str) -> StoredRecordAltered:
    return StoredRecordAltered(f"The {stored.kind} {stored.name} does not hold: {reason}.")
