"""Passkeys: added by somebody signed in, used in place of a password, removed by hand.

In: what the authenticator answered, as text, and the origin of the page it answered on.
Out: the kept key, or a session. Source: W3C WebAuthn Level 3 §7.1, §7.2.
"""

import base64
import binascii
import json
from dataclasses import dataclass

from battery_passport.access.acts import Act
from battery_passport.access.desk import Desk
from battery_passport.access.errors import PasskeyRefused
from battery_passport.access.names import clean_label
from battery_passport.access.people.challenges import give_challenge, take_challenge
from battery_passport.access.people.reading import active_person, profile_of
from battery_passport.access.people.sessions import begin_session
from battery_passport.access.records.people import ChallengeUse, Passkey, Person, SignInMethod
from battery_passport.access.stores.people import PasskeyHolder, Passkeys

MOST_PASSKEYS = 20
MAX_ANSWER = 16_384


@dataclass(frozen=True, slots=True)
class Browser:
    """The browser that answers: the secret of its cookie, its page's origin, how it is called."""

    secret: str
    origin: str
    label: str = ""


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
    desk: Desk, passkeys: Passkeys, person: Person, answer: str, *, label: str, browser: Browser
) -> Passkey:
    """Keep the passkey that an authenticator made.

    Raises: PasskeyRefused, UnusableName.
    """
    name = clean_label(label)
    challenge = challenge_in(answer)
    given = take_challenge(desk, ChallengeUse.ADD_PASSKEY, challenge, browser=browser.secret)
    if given is None or given.person_id != person.person_id:
        raise PasskeyRefused("The answer came too late, twice, or from another browser.")
    made = passkeys.check_registration(answer, challenge, browser.origin)
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


def sign_in_with_passkey(desk: Desk, passkeys: Passkeys, answer: str, *, browser: Browser) -> str:
    """Return the token of a new session.

    Raises: PasskeyRefused; what is wrong is not said more closely.
    """
    challenge = challenge_in(answer)
    given = take_challenge(desk, ChallengeUse.USE_PASSKEY, challenge, browser=browser.secret)
    if given is None:
        raise PasskeyRefused("The answer came too late, twice, or from another browser.")
    passkey = desk.people.passkey(passkeys.credential_id(answer))
    person = None if passkey is None else active_person(desk, passkey.person_id)
    if passkey is None or person is None:
        raise PasskeyRefused("This passkey is not known here.")
    count = passkeys.check_authentication(answer, challenge, browser.origin, passkey)
    desk.people.note_passkey_use(passkey.credential_id, count, desk.moment)
    return begin_session(desk, person.person_id, method=SignInMethod.PASSKEY, label=browser.label)


def remove_passkey(desk: Desk, person: Person, credential_id: bytes) -> None:
    """Forget a passkey of that person; one that is not his stays."""
    if desk.people.remove_passkey(person.person_id, credential_id):
        _leave_trace(desk, "passkey-removed", person)


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
