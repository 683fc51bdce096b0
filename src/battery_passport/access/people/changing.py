"""Changes that somebody makes to his own account.

In: what was typed. Out: the changed account; a new password ends every other session.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from battery_passport.access.desk import Desk
from battery_passport.access.errors import SignInRefused
from battery_passport.access.letters import LANGUAGES
from battery_passport.access.names import clean_name
from battery_passport.access.people.patience import (
    Counted,
    bucket_of,
    count_attempt,
    forget_attempts,
)
from battery_passport.access.people.reading import NAME, active_person, key_of
from battery_passport.access.people.recovering import set_password
from battery_passport.access.people.sessions import SignedIn
from battery_passport.access.people.throttling import ACCOUNT
from battery_passport.access.records.people import Person


@dataclass(frozen=True, slots=True)
class Challenged:
    """Somebody signed in who must show his password again; a decoy stands in where he has none."""

    person_id: UUID
    session_id: UUID
    password_hash: str
    counted: Counted


def change_profile(desk: Desk, person: Person, *, name: str, language: str) -> None:
    """Save name and language.

    Raises: UnusableName.
    """
    sealed = desk.sealing.seal(key_of(desk, person.person_id), NAME, clean_name(name))
    spoken = language if language in LANGUAGES else person.language
    desk.people.save_person(replace(person, sealed_name=sealed, language=spoken))


def ask_for_password(desk: Desk, found: SignedIn) -> Challenged:
    """Count the attempt and return whose password is to be checked.

    Raises: TooManyAttempts.
    """
    counter = Counted(bucket_of(desk, "own-password", str(found.person.person_id)), ACCOUNT)
    count_attempt(desk, counter)
    return Challenged(
        found.person.person_id,
        found.session.session_id,
        found.person.password_hash or desk.passwords.decoy,
        counter,
    )


def replace_password(desk: Desk, challenged: Challenged, *, password_hash: str) -> None:
    """Save the new password of somebody who has shown the old one.

    Raises: SignInRefused if it was changed in the meantime.
    """
    person = active_person(desk, challenged.person_id)
    if person is None or person.password_hash != challenged.password_hash:
        raise SignInRefused("The present password is another one.")
    forget_attempts(desk, challenged.counted)
    set_password(desk, person, password_hash=password_hash, but_session=challenged.session_id)
