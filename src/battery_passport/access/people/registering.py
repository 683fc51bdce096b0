"""Becoming a person here: a letter to the address, a link in it, and only then an account.

In: name, address and password as typed. Out: a letter, the same answer whether the address was
free or not; later the person. Source: OWASP ASVS 5.0 V6.3.8 (no telling which accounts exist).
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from battery_passport.access.desk import Desk
from battery_passport.access.errors import LinkNotUsable
from battery_passport.access.letters import LANGUAGES, Occasion, write_letter
from battery_passport.access.names import clean_address, clean_name
from battery_passport.access.people.passwords import check_password
from battery_passport.access.people.patience import Counted, bucket_of, count_attempt
from battery_passport.access.people.reading import EMAIL, NAME, email_lookup, key_of, person_at
from battery_passport.access.people.throttling import LETTERS_FROM_ONE, LETTERS_TO_ONE
from battery_passport.access.records.people import LinkUse, OneTimeLink, Person, PersonStatus
from battery_passport.access.tokens import new_secret, secret_digest
from battery_passport.foundation.uuid7 import new_uuid7

CONFIRM_WITHIN = timedelta(hours=24)
_USE = "confirm-address"
_PENDING = "pending-registration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """What somebody typed to register, checked and in one writing."""

    name: str
    email: str
    password: str
    language: str


def check_newcomer(*, name: str, email: str, password: str, language: str) -> Newcomer:
    """Return what was typed, checked.

    Raises: UnusableName, UnusableAddress, WeakPassword.
    """
    cleaned_name, address = clean_name(name), clean_address(email)
    return Newcomer(
        name=cleaned_name,
        email=address,
        password=check_password(password, email=address, name=cleaned_name),
        language=language if language in LANGUAGES else LANGUAGES[0],
    )


def count_letter(desk: Desk, *, email: str, source: str) -> None:
    """Count a letter to an address. Raises: TooManyAttempts."""
    count_attempt(
        desk,
        Counted(bucket_of(desk, "letters-to", email.lower()), LETTERS_TO_ONE),
        Counted(bucket_of(desk, "letters-from", source), LETTERS_FROM_ONE),
    )


def register(desk: Desk, newcomer: Newcomer, *, password_hash: str, source: str) -> None:
    """Send the letter that finishes a registration, or says that there is an account already.

    `source` is the network address that asked; it is only counted.
    Raises: TooManyAttempts.
    """
    count_letter(desk, email=newcomer.email, source=source)
    if person_at(desk, newcomer.email) is not None:
        desk.letters.append(
            write_letter(
                Occasion.ALREADY_REGISTERED,
                to=newcomer.email,
                language=newcomer.language,
                link=desk.address("/sign-in"),
            )
        )
        return
    token = _keep(desk, newcomer, password_hash)
    desk.letters.append(
        write_letter(
            Occasion.CONFIRM_ADDRESS,
            to=newcomer.email,
            language=newcomer.language,
            link=desk.address(f"/register/{token}"),
        )
    )


def _keep(desk: Desk, newcomer: Newcomer, password_hash: str) -> str:
    subject_id, token = new_uuid7(desk.moment), new_secret()
    key = desk.sealing.new_key(subject_id)
    desk.people.add_subject_key(key)
    pending = {
        "name": newcomer.name,
        "email": newcomer.email,
        "language": newcomer.language,
        "password_hash": password_hash,
    }
    desk.links.add_link(
        OneTimeLink(
            token_digest=secret_digest(token, use=_USE) or b"",
            use=LinkUse.CONFIRM_ADDRESS,
            subject_id=subject_id,
            sealed=desk.sealing.seal(key, _PENDING, json.dumps(pending)),
            expires_at=desk.moment + CONFIRM_WITHIN,
        )
    )
    return token


def confirm_registration(desk: Desk, token: str) -> Person:
    """Make the account that a letter's link stands for.

    Raises: LinkNotUsable.
    """
    digest = secret_digest(token, use=_USE)
    link = digest and desk.links.take_link(digest, LinkUse.CONFIRM_ADDRESS, desk.moment)
    if not link:
        raise LinkNotUsable("This link cannot be used, or no longer.")
    key = key_of(desk, link.subject_id)
    pending = json.loads(desk.sealing.unseal(key, _PENDING, link.sealed))
    if desk.people.person_by_lookup(email_lookup(desk, pending["email"])) is not None:
        raise LinkNotUsable("This link cannot be used, or no longer.")
    return add_person(
        desk,
        link.subject_id,
        name=pending["name"],
        email=pending["email"],
        language=pending["language"],
        password_hash=pending["password_hash"],
    )


def add_person(
    desk: Desk,
    person_id: UUID,
    *,
    name: str,
    email: str,
    language: str,
    password_hash: str | None,
) -> Person:
    """Save a person whose address is known to be his, sealed under a key made before or now."""
    key = desk.people.subject_key(person_id)
    if key is None:
        key = desk.sealing.new_key(person_id)
        desk.people.add_subject_key(key)
    person = Person(
        person_id=person_id,
        email_lookup=email_lookup(desk, email),
        sealed_email=desk.sealing.seal(key, EMAIL, email),
        sealed_name=desk.sealing.seal(key, NAME, name),
        language=language,
        status=PersonStatus.ACTIVE,
        password_hash=password_hash,
        created_at=desk.moment,
    )
    desk.people.add_person(person)
    return person
