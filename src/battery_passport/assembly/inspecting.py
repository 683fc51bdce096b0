"""What inspection bodies stated to have measured of a battery, as it was signed.

In: a read transaction. Out: the newest statement that stands, or each of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.assembly.recorded import opened_payload
from battery_passport.foundation.digests import sha256
from battery_passport.lifecycle.measurement import Measurement
from battery_passport.proof.measurement import read_measurement
from battery_passport.proof.model import MEASUREMENT_STATEMENT
from battery_passport.registry.model import Battery


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectorMeasurement:
    """A measurement statement: what it says, who signed it when, and where it is in the log.

    `measurement` has the nine items, the capacity test and the instrument. `number` counts a
    battery's measurement statements from 1; `log_index` is None until the log has taken it in.
    """

    measurement: Measurement
    issuer: str
    number: int
    signed_at: datetime
    credential_sha256: str
    log_index: int | None


def newest_measurement(connection: Connection, battery: Battery) -> InspectorMeasurement | None:
    """Return a battery's newest measurement that nothing superseded or withdrew."""
    stored = standing_statement(connection, battery.battery_id)
    if stored is None:
        return None
    payload = opened_payload(stored)
    fact = FactStore(connection).by_digest(sha256(stored.record))
    return InspectorMeasurement(
        measurement=read_measurement(payload),
        issuer=str(payload["issuer"]),
        number=stored.sequence,
        signed_at=stored.issued_at,
        credential_sha256=digest_of(stored).hex(),
        log_index=None if fact is None else fact.log_index,
    )


def standing_statement(connection: Connection, battery_id: UUID) -> StoredCredential | None:
    """Return the credential of a battery's newest measurement that stands."""
    superseded: set[tuple[str, str | None]] = set()
    for stored in reversed(list(statements_of(connection, battery_id))):
        payload = opened_payload(stored)
        measurement, issuer = read_measurement(payload), str(payload["issuer"])
        if (issuer, digest_of(stored).hex()) not in superseded and not measurement.withdraws:
            return stored
        superseded.add((issuer, measurement.supersedes))
    return None


def statements_of(connection: Connection, battery_id: UUID) -> Iterator[StoredCredential]:
    """Yield a battery's measurement statements, the oldest first."""
    return CredentialStore(connection).of_battery(MEASUREMENT_STATEMENT, battery_id)


def digest_of(stored: StoredCredential) -> bytes:
    """Return the hash by which records and later statements name a statement."""
    return sha256(stored.issuer_jwt.encode("ascii"))
