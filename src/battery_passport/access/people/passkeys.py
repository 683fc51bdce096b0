"""Passkeys: added by somebody signed in, used in place of or besides a password, removed by hand.

In: what the authenticator answered, as text, and the origin of the page it answered on.
Out: the kept key, or a session. Source: W3C WebAuthn Level 3 §7.1, §7.2.
A challenge is spent in a transaction of its own, so that an answer that fails uses it up too.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.desk import Desk
from battery_passport.access.errors import NotAllowedNow, PasskeyRefused, SecondFactorNeeded
from battery_passport.access.names import clean_label
from battery_passport.access.people.challenges import give_challenge, take_challenge
from battery_passport.access.people.reading import active_person, profile_of
from battery_passport.access.people.second_factor import any_privileged, proved_lately
from battery_passport.access.people.sessions import (
    SignedIn,
    begin_session,
    check_fresh,
    prove_session,
)
from battery_passport.access.records.people import ChallengeUse, Passkey, Person, SignInMethod
from battery_passport.access.stores.people import PasskeyHolder, Passkeys

MOST_PASSKEYS = 20
MAX_ANSWER = 16_384


_TOO_LATE = "The answer came too late, twice, or from another browser."


@dataclass(frozen=True, slots=True)
class Browser:
    """The browser that answers: the secret of its cookie, its page's origin, how it is called."""

    secret: str
    origin: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """A challenge that was answered and cannot be answered again, and whom it was given to."""

    value: bytes
    person_id: UUID | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an authenticator answered, on which page, and the challenge that it used up."""

    text: str
    browser: Browser
    spent: Spent | None

    def spent_by(self, person: Person) -> Spent:
        """Return the challenge, if it was given to that person. Raises: PasskeyRefused."""
        if self.spent is None or self.spent.person_id != person.person_id:
            raise PasskeyRefused(_TOO_LATE)
        return self.spent


def spend_challenge(desk: Desk, use: ChallengeUse, answer: str, *, browser: str) -> Spent | None:
    """Use up the challenge that an answer names; None if it was not given to this browser.

    The caller commits before the answer is checked. Raises: PasskeyRefused.
    """
    value = challenge_in(answer)
    given = take_challenge(desk, use, value, browser=browser)
    return None if given is None else Spent(value, given.person_id)


def check_may_change(desk: Desk, found: SignedIn) -> None:
    """Return if the session may add or remove passkeys.

    Whoever is privileged and has a passkey shows it first: a stolen password adds none.
    Raises: SecondFactorNeeded, SignInAgain.
    """
    person_id = found.person.person_id
    guarded = desk.passkeys_required and any_privileged(
        desk.organisations.memberships_of(person_id)
    )
    if not guarded or not desk.people.passkeys_of(person_id):
        check_fresh(desk, found)
    elif not proved_lately(found.session, desk.moment):
        raise SecondFactorNeeded("Show one of your passkeys first.")


def options_to_add(desk: Desk, passkeys: Passkeys, person: Person, *, browser: str) -> str:
    """Return what the authenticator is asked in order to make a passkey, as JSON text.

    Raises: PasskeyRefused if the person has too many.
    """
    known = desk.people.passkeys_of(person.person_id)
    if len(known) >= MOST_PASSKEYS:
        raise PasskeyRefused(f"There are {len(known)} passkeys already. Remove one first.")
    profile = profile_of(desk, person)
    challenge = give_challenge(
        desk, ChallengeUse.ADD_PASSKEY, browser=browser, person_id=person.person_id
    )
    holder = PasskeyHolder(
        person_id=person.person_id,
        email=profile.email,
        name=profile.name,
        known=[each.credential_id for each in known],
    )
    return passkeys.registration_options(challenge, holder)


def add_passkey(
    desk: Desk, passkeys: Passkeys, person: Person, answer: Answer, *, label: str
) -> Passkey:
    """Keep the passkey that an authenticator made.

    Raises: PasskeyRefused, UnusableName.
    """
    name = clean_label(label)
    spent = answer.spent_by(person)
    made = passkeys.check_registration(answer.text, spent.value, answer.browser.origin)
    passkey = Passkey(
        credential_id=made.credential_id,
        person_id=person.person_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        label=name,
        added_at=desk.moment,
    )
    if not desk.people.add_passkey(passkey):
        raise PasskeyRefused("This passkey is in use already.")
    _leave_trace(desk, "passkey-added", person)
    return passkey


def options_to_sign_in(desk: Desk, passkeys: Passkeys, *, browser: str) -> str:
    """Return what any authenticator is asked in order to sign in, as JSON text."""
    return passkeys.authentication_options(
        give_challenge(desk, ChallengeUse.USE_PASSKEY, browser=browser)
    )


def sign_in_with_passkey(desk: Desk, passkeys: Passkeys, answer: Answer) -> str:
    """Return the token of a new session.

    Raises: PasskeyRefused; what is wrong is not said more closely.
    """
    person_id = _shown_by(desk, passkeys, answer)
    label = answer.browser.label
    return begin_session(desk, person_id, method=SignInMethod.PASSKEY, label=label)


def options_to_prove(desk: Desk, passkeys: Passkeys, person: Person, *, browser: str) -> str:
    """Return what the authenticator of somebody signed in is asked, as JSON text."""
    return passkeys.authentication_options(
        give_challenge(
            desk, ChallengeUse.PROVE_PASSKEY, browser=browser, person_id=person.person_id
        )
    )


def prove_with_passkey(desk: Desk, passkeys: Passkeys, found: SignedIn, answer: Answer) -> str:
    """Return the token that the session has from now on, its person having shown a passkey of his.

    Raises: PasskeyRefused.
    """
    answer.spent_by(found.person)
    if _shown_by(desk, passkeys, answer) != found.person.person_id:
        raise PasskeyRefused("This passkey is somebody else's.")
    return prove_session(desk, found)


def check_may_remove(desk: Desk, person: Person) -> None:
    """Return if the person may do without one of his passkeys. Raises: NotAllowedNow."""
    last = len(desk.people.passkeys_of(person.person_id)) == 1
    memberships = desk.organisations.memberships_of(person.person_id)
    if last and desk.passkeys_required and any_privileged(memberships):
        raise NotAllowedNow("Your work asks for a passkey, and this is your last one.")


def remove_passkey(desk: Desk, person: Person, credential_id: bytes) -> None:
    """Forget a passkey of that person; one that is not his stays."""
    if desk.people.remove_passkey(person.person_id, credential_id):
        _leave_trace(desk, "passkey-removed", person)


def _shown_by(desk: Desk, passkeys: Passkeys, answer: Answer) -> UUID:
    if answer.spent is None:
        raise PasskeyRefused(_TOO_LATE)
    passkey = desk.people.passkey(passkeys.credential_id(answer.text))
    person = None if passkey is None else active_person(desk, passkey.person_id)
    if passkey is None or person is None:
        raise PasskeyRefused("This passkey is not known here.")
    origin = answer.browser.origin
    count = passkeys.check_authentication(answer.text, answer.spent.value, origin, passkey)
    desk.people.note_passkey_use(passkey.credential_id, count, desk.moment)
    return person.person_id


def challenge_in(answer: str) -> bytes:
    """Return the challenge that an authenticator's answer says it signed.

    Raises: PasskeyRefused.
    """
    if len(answer) > MAX_ANSWER:
        raise PasskeyRefused("The answer of the authenticator is too long.")
    try:
        encoded = json.loads(answer)["response"]["clientDataJSON"]
        collected = json.loads(_decoded(encoded))
        return _decoded(collected["challenge"])
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error) as error:
        raise PasskeyRefused("The answer of the authenticator cannot be read.") from error


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _leave_trace(desk: Desk, name: str, person: Person) -> None:
    act = Act(name=name, subject_id=person.person_id, actor_id=person.person_id)
    desk.acts.record(act, desk.moment)
