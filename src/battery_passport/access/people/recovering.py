"""The way back in: a letter with a link that works once, and a new password.

In: an address; later the link's token and a password. Out: a letter in every case; no session left.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.desk import Desk
from battery_passport.access.errors import LinkNotUsable
from battery_passport.access.letters import Occasion, write_letter
from battery_passport.access.names import clean_address
from battery_passport.access.people.patience import Counted, bucket_of, forget_attempts
from battery_passport.access.people.reading import active_person, person_at, profile_of
from battery_passport.access.people.registering import count_letter
from battery_passport.access.people.throttling import ACCOUNT
from battery_passport.access.records.people import LinkUse, OneTimeLink, Person, Profile
from battery_passport.access.tokens import new_secret, secret_digest

RECOVER_WITHIN = timedelta(minutes=30)
_USE = "recover"


def ask_for_recovery(desk: Desk, *, email: str, source: str, language: str) -> None:
    """Send a letter to the address: with a link if it has an account, else saying that it has none.

    Raises: UnusableAddress, TooManyAttempts.
    """
    address = clean_address(email)
    count_letter(desk, email=address, source=source)
    person = person_at(desk, address)
    if person is None:
        link, occasion = desk.address("/register"), Occasion.NOT_REGISTERED
    else:
        link, occasion = recovery_link(desk, person), Occasion.RECOVER
        language = person.language
    desk.letters.append(write_letter(occasion, to=address, language=language, link=link))


def recovery_link(desk: Desk, person: Person) -> str:
    """Return a fresh link for setting a new password; older ones stop working."""
    token = new_secret()
    desk.links.drop_links(person.person_id)
    desk.links.add_link(
        OneTimeLink(
            token_digest=secret_digest(token, use=_USE) or b"",
            use=LinkUse.RECOVER,
            subject_id=person.person_id,
            sealed=b"",
            expires_at=desk.moment + RECOVER_WITHIN,
        )
    )
    return desk.address(f"/recover/{token}")


def recoverable(desk: Desk, token: str) -> Profile:
    """Return whose password a link lets be set, without using it up.

    Raises: LinkNotUsable.
    """
    digest = secret_digest(token, use=_USE)
    link = digest and desk.links.link(digest, LinkUse.RECOVER, desk.moment)
    person = active_person(desk, link.subject_id) if link else None
    if person is None:
        raise LinkNotUsable("This link cannot be used, or no longer.")
    return profile_of(desk, person)


def recover(desk: Desk, token: str, *, password_hash: str) -> UUID:
    """Set the new password, use the link up, and sign the person out everywhere.

    Raises: LinkNotUsable.
    """
    digest = secret_digest(token, use=_USE)
    link = digest and desk.links.take_link(digest, LinkUse.RECOVER, desk.moment)
    person = active_person(desk, link.subject_id) if link else None
    if person is None:
        raise LinkNotUsable("This link cannot be used, or no longer.")
    set_password(desk, person, password_hash=password_hash)
    return person.person_id


def set_password(
    desk: Desk, person: Person, *, password_hash: str, but_session: UUID | None = None
) -> None:
    """Save a new password, end the other sessions, tell the person by letter, leave a trace."""
    desk.people.save_person(replace(person, password_hash=password_hash))
    desk.sessions.end_all(person.person_id, but=but_session)
    desk.links.drop_links(person.person_id)
    profile = profile_of(desk, person)
    forget_attempts(desk, Counted(bucket_of(desk, "account", profile.email.lower()), ACCOUNT))
    desk.letters.append(
        write_letter(
            Occasion.PASSWORD_CHANGED,
            to=profile.email,
            language=profile.language,
            link=desk.address("/recover"),
        )
    )
    desk.acts.record(
        Act(name="password-changed", subject_id=person.person_id, actor_id=person.person_id),
        desk.moment,
    )
