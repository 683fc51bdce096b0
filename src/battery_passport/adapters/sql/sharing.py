"""Owners, claim codes and consents at rest.

In: frozen values of `access.sharing`. Out: the same, found by battery, person or code.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Table, delete, func, insert, select, update

from battery_passport.access.sharing.model import (
    ClaimCode,
    CodeKind,
    Consent,
    ConsentPurpose,
    Ownership,
)
from battery_passport.adapters.sql.schema_sharing import (
    claim_attempts,
    claim_codes,
    consents,
    ownerships,
)
from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.foundation.uuid7 import new_uuid7


class OwnershipStore:
    """Fulfils `access.sharing.ports.Ownerships` within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self, battery_id: UUID) -> Ownership | None:
        """Return the ownership that a battery is in now."""
        query = select(ownerships).where(
            ownerships.c.battery_id == str(battery_id), ownerships.c.until_ms.is_(None)
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _ownership(row)

    def of_person(self, person_id: UUID) -> list[Ownership]:
        """Return a person's ownerships, ended ones too, the latest first."""
        query = select(ownerships).where(ownerships.c.person_id == str(person_id))
        rows = self._connection.execute(query.order_by(ownerships.c.since_ms.desc()))
        return [_ownership(row) for row in rows.mappings()]

    def begin(self, ownership: Ownership) -> None:
        """Save an ownership; a second one of the same battery breaks a unique index."""
        row = {
            "ownership_id": str(ownership.ownership_id),
            "battery_id": str(ownership.battery_id),
            "person_id": _id_text(ownership.person_id),
            "since_ms": unix_ms(ownership.since),
            "until_ms": _optional_ms(ownership.until),
        }
        self._connection.execute(insert(ownerships), [row])

    def end(self, battery_id: UUID, moment: datetime) -> None:
        """End the ownership that a battery is in now, if it is in one."""
        self._connection.execute(
            update(ownerships)
            .where(ownerships.c.battery_id == str(battery_id), ownerships.c.until_ms.is_(None))
            .values(until_ms=unix_ms(moment))
        )

    def forget(self, person_id: UUID) -> None:
        """Cut a person from his ownerships, which stay as times without a name."""
        _blank(self._connection, ownerships, "person_id", person_id)


class ClaimCodeStore:
    """Fulfils `access.sharing.ports.ClaimCodes` within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, code: ClaimCode) -> None:
        """Save a code by its hash."""
        row = {
            "code_id": str(code.code_id),
            "code_hash": code.code_hash,
            "battery_id": str(code.battery_id),
            "kind": code.kind.value,
            "made_by_person": _id_text(code.made_by_person),
            "made_by_organisation": _id_text(code.made_by_organisation),
            "made_at_ms": unix_ms(code.made_at),
            "expires_at_ms": unix_ms(code.expires_at),
        }
        self._connection.execute(insert(claim_codes), [row])

    def by_hash(self, code_hash: bytes) -> ClaimCode | None:
        """Return the code of that hash."""
        query = select(claim_codes).where(claim_codes.c.code_hash == code_hash)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _code(row)

    def use(self, code_id: UUID, moment: datetime) -> bool:
        """Mark a code as used; False if it was used before, even a moment ago."""
        done = self._connection.execute(
            update(claim_codes)
            .where(claim_codes.c.code_id == str(code_id), claim_codes.c.used_at_ms.is_(None))
            .values(used_at_ms=unix_ms(moment))
        )
        return done.rowcount == 1

    def withdraw_open(self, battery_id: UUID, moment: datetime) -> None:
        """Withdraw the codes of a battery that were not used yet."""
        self._connection.execute(
            update(claim_codes)
            .where(
                claim_codes.c.battery_id == str(battery_id),
                claim_codes.c.used_at_ms.is_(None),
                claim_codes.c.withdrawn_at_ms.is_(None),
            )
            .values(withdrawn_at_ms=unix_ms(moment))
        )

    def add_attempt(self, person_id: UUID, moment: datetime) -> None:
        """Remember a wrong guess."""
        row = {
            "attempt_id": str(new_uuid7(moment)),
            "person_id": str(person_id),
            "at_ms": unix_ms(moment),
        }
        self._connection.execute(insert(claim_attempts), [row])

    def attempts(self, person_id: UUID | None, since: datetime) -> int:
        """Return how many wrong guesses a person, or everybody, made since then."""
        query = select(func.count()).where(claim_attempts.c.at_ms >= unix_ms(since))
        if person_id is not None:
            query = query.where(claim_attempts.c.person_id == str(person_id))
        return int(self._connection.execute(query).scalar_one())

    def forget(self, person_id: UUID) -> None:
        """Cut a person from his codes and guesses."""
        _blank(self._connection, claim_codes, "made_by_person", person_id)
        where = claim_attempts.c.person_id == str(person_id)
        self._connection.execute(delete(claim_attempts).where(where))


class ConsentStore:
    """Fulfils `access.sharing.ports.Consents` within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def given(self, person_id: UUID, purpose: ConsentPurpose) -> Consent | None:
        """Return the consent that holds now."""
        query = select(consents).where(
            consents.c.person_id == str(person_id),
            consents.c.purpose == purpose.value,
            consents.c.withdrawn_at_ms.is_(None),
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _consent(row)

    def of_person(self, person_id: UUID) -> list[Consent]:
        """Return a person's consents, withdrawn ones too, the latest first."""
        query = select(consents).where(consents.c.person_id == str(person_id))
        rows = self._connection.execute(query.order_by(consents.c.given_at_ms.desc()))
        return [_consent(row) for row in rows.mappings()]

    def add(self, consent: Consent) -> None:
        """Save a consent; a second one to the same purpose breaks a unique index."""
        row = {
            "consent_id": str(consent.consent_id),
            "person_id": str(consent.person_id),
            "purpose": consent.purpose.value,
            "text_version": consent.text_version,
            "given_at_ms": unix_ms(consent.given_at),
            "withdrawn_at_ms": _optional_ms(consent.withdrawn_at),
        }
        self._connection.execute(insert(consents), [row])

    def withdraw(self, consent_id: UUID, moment: datetime) -> None:
        """End a consent."""
        self._connection.execute(
            update(consents)
            .where(consents.c.consent_id == str(consent_id))
            .values(withdrawn_at_ms=unix_ms(moment))
        )

    def forget(self, person_id: UUID) -> None:
        """Remove a person's consents."""
        self._connection.execute(delete(consents).where(consents.c.person_id == str(person_id)))


def _blank(connection: Connection, table: Table, column: str, person_id: UUID) -> None:
    statement = update(table).where(table.c[column] == str(person_id)).values({column: None})
    connection.execute(statement)


def _id_text(identity: UUID | None) -> str | None:
    return None if identity is None else str(identity)


def _identity(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _optional_ms(moment: datetime | None) -> int | None:
    return None if moment is None else unix_ms(moment)


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_unix_ms(milliseconds)


def _ownership(row: RowMapping) -> Ownership:
    return Ownership(
        ownership_id=UUID(row["ownership_id"]),
        battery_id=UUID(row["battery_id"]),
        person_id=_identity(row["person_id"]),
        since=from_unix_ms(row["since_ms"]),
        until=_moment(row["until_ms"]),
    )


def _code(row: RowMapping) -> ClaimCode:
    return ClaimCode(
        code_id=UUID(row["code_id"]),
        code_hash=row["code_hash"],
        battery_id=UUID(row["battery_id"]),
        kind=CodeKind(row["kind"]),
        made_by_person=_identity(row["made_by_person"]),
        made_by_organisation=_identity(row["made_by_organisation"]),
        made_at=from_unix_ms(row["made_at_ms"]),
        expires_at=from_unix_ms(row["expires_at_ms"]),
        used_at=_moment(row["used_at_ms"]),
        withdrawn_at=_moment(row["withdrawn_at_ms"]),
    )


def _consent(row: RowMapping) -> Consent:
    return Consent(
        consent_id=UUID(row["consent_id"]),
        person_id=UUID(row["person_id"]),
        purpose=ConsentPurpose(row["purpose"]),
        text_version=row["text_version"],
        given_at=from_unix_ms(row["given_at_ms"]),
        withdrawn_at=_moment(row["withdrawn_at_ms"]),
    )
