"""Passport records: the canonical bytes behind the log entry of one version.

In: a version's place and its credential. Out: record bytes; they name the battery by record key.
"""

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject, canonical_json

RECORD_VERSION = 1
RECORD_TYPE = "passport"


def passport_record(*, log_key: bytes, version: int, issuer_jwt: str) -> JsonObject:
    """Return the members of a version's record; the credential is named by its SHA-256."""
    return {
        "v": RECORD_VERSION,
        "type": RECORD_TYPE,
        "key": log_key.hex(),
        "seq": version,
        "cred": sha256(issuer_jwt.encode("ascii")).hex(),
    }


def passport_record_bytes(*, log_key: bytes, version: int, issuer_jwt: str) -> bytes:
    """Return the canonical JSON bytes whose hash stands in the log."""
    return canonical_json(passport_record(log_key=log_key, version=version, issuer_jwt=issuer_jwt))
