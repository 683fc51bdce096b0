"""Persons and their proofs as rows.

In: a connection within a transaction. Out: fulfils `access.stores.people.PeopleStore`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from battery_passport.access.records.people import Passkey, Person, PersonStatus, SubjectKey
from battery_passport.adapters.sql.schema_access import (
    outside_identities,
    passkeys,
    persons,
    subject_keys,
)
from battery_passport.adapters.sql.upserts import insert_or_ignore
from battery_passport.foundation.clock import from_unix_ms, unix_ms


class SqlPeople:
    """Persons within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_subject_key(self, key: SubjectKey) -> None:
        """Save the wrapped key of a new subject."""
        row = {"subject_id": str(key.subject_id), "wrapped": key.wrapped}
        self._connection.execute(insert(subject_keys), [row])

    def subject_key(self, subject_id: UUID) -> SubjectKey | None:
        """Return a subject's wrapped key; None once it was erased."""
        query = select(subject_keys.c.wrapped).where(subject_keys.c.subject_id == str(subject_id))
        wrapped = self._connection.execute(query).scalar()
        return None if wrapped is None else SubjectKey(subject_id=subject_id, wrapped=wrapped)

    def delete_subject_key(self, subject_id: UUID) -> None:
        """Make what is sealed under the subject's key unreadable for good."""
        self._connection.execute(
            delete(subject_keys).where(subject_keys.c.subject_id == str(subject_id))
        )

    def add_person(self, person: Person) -> None:
        """Save a new person."""
        self._connection.execute(insert(persons), [_person_row(person)])

    def person(self, person_id: UUID) -> Person | None:
        """Return the person of that id."""
        return self._person(persons.c.person_id == str(person_id))

    def person_by_lookup(self, email_lookup: bytes) -> Person | None:
        """Return the person whose address has that keyed hash."""
        return self._person(persons.c.email_lookup == email_lookup)

    def save_person(self, person: Person) -> None:
        """Save a person's changed values."""
        statement = update(persons).where(persons.c.person_id == str(person.person_id))
        self._connection.execute(statement.values(_person_row(person)))

    def add_passkey(self, passkey: Passkey) -> bool:
        """Save a passkey; False if the credential is known already."""
        if self.passkey(passkey.credential_id) is not None:
            return False
        row = {
            "credential_id": passkey.credential_id,
            "person_id": str(passkey.person_id),
            "public_key": passkey.public_key,
            "sign_count": passkey.sign_count,
            "label": passkey.label,
            "added_at_ms": unix_ms(passkey.added_at),
            "last_used_at_ms": None,
        }
        self._connection.execute(insert(passkeys), [row])
        return True

    def passkey(self, credential_id: bytes) -> Passkey | None:
        """Return the passkey of that credential id."""
        query = select(passkeys).where(passkeys.c.credential_id == credential_id)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _passkey(row)

    def passkeys_of(self, person_id: UUID) -> list[Passkey]:
        """Return a person's passkeys in the order they were added."""
        query = select(passkeys).where(passkeys.c.person_id == str(person_id))
        query = query.order_by(passkeys.c.added_at_ms, passkeys.c.credential_id)
        return [_passkey(row) for row in self._connection.execute(query).mappings()]

    def note_passkey_use(self, credential_id: bytes, sign_count: int, moment: datetime) -> None:
        """Save the counter that an authenticator showed, and when."""
        statement = update(passkeys).where(passkeys.c.credential_id == credential_id)
        values = {"sign_count": sign_count, "last_used_at_ms": unix_ms(moment)}
        self._connection.execute(statement.values(values))

    def remove_passkey(self, person_id: UUID, credential_id: bytes) -> bool:
        """Forget a person's passkey; False if it is not his."""
        statement = delete(passkeys).where(
            passkeys.c.credential_id == credential_id, passkeys.c.person_id == str(person_id)
        )
        return self._connection.execute(statement).rowcount == 1

    def remove_passkeys(self, person_id: UUID) -> None:
        """Forget every passkey of a person."""
        self._connection.execute(delete(passkeys).where(passkeys.c.person_id == str(person_id)))

    def outside_person(self, provider_id: UUID, subject_lookup: bytes) -> UUID | None:
        """Return the person that a provider knows under that subject."""
        query = select(outside_identities.c.person_id).where(
            outside_identities.c.provider_id == str(provider_id),
            outside_identities.c.subject_lookup == subject_lookup,
        )
        found = self._connection.execute(query).scalar()
        return None if found is None else UUID(found)

    def link_outside_person(
        self, provider_id: UUID, subject_lookup: bytes, person_id: UUID
    ) -> None:
        """Remember whom a provider's subject stands for; the first answer stays."""
        row = {
            "provider_id": str(provider_id),
            "subject_lookup": subject_lookup,
            "person_id": str(person_id),
        }
        insert_or_ignore(self._connection, outside_identities, [row])

    def unlink_outside_persons(self, person_id: UUID) -> None:
        """Forget under which subjects providers know a person."""
        self._connection.execute(
            delete(outside_identities).where(outside_identities.c.person_id == str(person_id))
        )

    def _person(self, condition: Any) -> Person | None:
        row = self._connection.execute(select(persons).where(condition)).mappings().first()
        return None if row is None else _person(row)


def _person_row(person: Person) -> dict[str, object]:
    return {
        "person_id": str(person.person_id),
        "email_lookup": person.email_lookup,
        "sealed_email": person.sealed_email,
        "sealed_name": person.sealed_name,
        "language": person.language,
        "status": person.status.value,
        "password_hash": person.password_hash,
        "created_at_ms": unix_ms(person.created_at),
    }


def _person(row: RowMapping) -> Person:
    return Person(
        person_id=UUID(row["person_id"]),
        email_lookup=row["email_lookup"],
        sealed_email=row["sealed_email"],
        sealed_name=row["sealed_name"],
        language=row["language"],
        status=PersonStatus(row["status"]),
        password_hash=row["password_hash"],
        created_at=from_unix_ms(row["created_at_ms"]),
    )


def _passkey(row: RowMapping) -> Passkey:
    used = row["last_used_at_ms"]
    return Passkey(
        credential_id=row["credential_id"],
        person_id=UUID(row["person_id"]),
        public_key=row["public_key"],
        sign_count=row["sign_count"],
        label=row["label"],
        added_at=from_unix_ms(row["added_at_ms"]),
        last_used_at=None if used is None else from_unix_ms(used),
    )
