"""Opening what is sealed about a person, for himself and for letters to him.

In: a desk and a person. Out: his data in clear, as long as the answer takes.
"""

from uuid import UUID

from battery_passport.access.desk import Desk
from battery_passport.access.errors import LinkNotUsable
from battery_passport.access.names import address_key
from battery_passport.access.records.people import Person, PersonStatus, Profile, SubjectKey

EMAIL, NAME = "email", "name"


def email_lookup(desk: Desk, address: str) -> bytes:
    """Return what a person is found by."""
    return desk.sealing.lookup("email", address_key(address))


def key_of(desk: Desk, subject_id: UUID) -> SubjectKey:
    """Return the key that a subject's data is sealed under. Raises: LinkNotUsable if erased."""
    key = desk.people.subject_key(subject_id)
    if key is None:
        raise LinkNotUsable("The data behind this has been erased.")
    return key


def profile_of(desk: Desk, person: Person) -> Profile:
    """Return a person's data in clear."""
    key = key_of(desk, person.person_id)
    return Profile(
        person_id=person.person_id,
        name=desk.sealing.unseal(key, NAME, person.sealed_name),
        email=desk.sealing.unseal(key, EMAIL, person.sealed_email),
        language=person.language,
    )


def active_person(desk: Desk, person_id: UUID) -> Person | None:
    """Return the person if the account may be used."""
    person = desk.people.person(person_id)
    return person if person is not None and person.status is PersonStatus.ACTIVE else None


def person_at(desk: Desk, address: str) -> Person | None:
    """Return the active person with that e-mail address."""
    person = desk.people.person_by_lookup(email_lookup(desk, address))
    return person if person is not None and person.status is PersonStatus.ACTIVE else None
