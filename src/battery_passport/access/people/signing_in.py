"""Sign-in with e-mail address and password, alike in answer and time whether an account exists.

In: what was typed, where it came from. Out: a candidate whose password is checked outside any
transaction, because that is slow on purpose; then a session. Counted before it is checked.
"""

import hmac
from dataclasses import dataclass, replace
from uuid import UUID

from battery_passport.access.desk import Desk
from battery_passport.access.errors import SignInRefused, UnusableAddress
from battery_passport.access.names import address_key, clean_address
from battery_passport.access.people.passwords import one_writing
from battery_passport.access.people.patience import (
    Counted,
    bucket_of,
    count_attempt,
    forget_attempts,
)
from battery_passport.access.people.reading import active_person, person_at
from battery_passport.access.people.sessions import begin_session
from battery_passport.access.people.throttling import ACCOUNT, ADDRESS, KNOWN_BROWSER
from battery_passport.access.records.people import SignInMethod
from battery_passport.access.stores.people import Passwords
from battery_passport.access.tokens import new_secret
from battery_passport.foundation.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who claims an account; `password_hash` is a decoy where there is none."""

    person_id: UUID | None
    password_hash: str
    counted: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Admission:
    """A new session's token, and the mark by which this browser is known next time."""

    token: str
    known_browser: str


def consider(desk: Desk, *, email: str, source: str, known_browser: str) -> Candidate:
    """Count the attempt and return whose password is to be checked.

    Raises: TooManyAttempts.
    """
    try:
        address = clean_address(email)
    except UnusableAddress:
        address = ""
    counters: tuple[Counted, ...] = (Counted(bucket_of(desk, "sign-in-from", source), ADDRESS),)
    if address:
        counters = (_account_bucket(desk, address, known_browser), *counters)
    count_attempt(desk, *counters)
    person = person_at(desk, address) if address else None
    known = person is not None and person.password_hash is not None
    return Candidate(
        person_id=person.person_id if person and known else None,
        password_hash=(person and person.password_hash) or desk.passwords.decoy,
        counted=counters,
    )


def proves(passwords: Passwords, candidate: Candidate, password: str) -> bool:
    """Return whether the password is the candidate's; takes as long where there is no account."""
    try:
        typed = one_writing(password)
    except InvalidInput:
        typed = ""
    matches = passwords.matches(candidate.password_hash, typed)
    return matches and candidate.person_id is not None


def admit(desk: Desk, candidate: Candidate, *, email: str, label: str) -> Admission:
    """Begin the session of a candidate who proved his password.

    Raises: SignInRefused if the account was closed or its password changed in the meantime.
    """
    person = active_person(desk, candidate.person_id) if candidate.person_id else None
    if person is None or person.password_hash != candidate.password_hash:
        raise refusal()
    forget_attempts(desk, *candidate.counted)
    token = begin_session(desk, person.person_id, method=SignInMethod.PASSWORD, label=label)
    return Admission(token, make_known_browser(desk, clean_address(email)))


def renew_hash(desk: Desk, person_id: UUID, *, old: str, new: str) -> None:
    """Replace a hash made with weaker settings than today's, if it is still the same."""
    person = desk.people.person(person_id)
    if person is not None and person.password_hash == old:
        desk.people.save_person(replace(person, password_hash=new))


def refusal() -> SignInRefused:
    """Return the one answer to every failed sign-in."""
    return SignInRefused("E-mail address and password do not belong together.")


def make_known_browser(desk: Desk, address: str) -> str:
    """Return a mark that lets this browser try this account apart from strangers' attempts."""
    nonce = new_secret()
    return f"{nonce}.{_mark(desk, address, nonce)}"


def _mark(desk: Desk, address: str, nonce: str) -> str:
    return desk.sealing.lookup("known-browser", f"{nonce}.{address_key(address)}").hex()


def _account_bucket(desk: Desk, address: str, known_browser: str) -> Counted:
    nonce, _, mark = known_browser[:200].partition(".")
    if nonce and hmac.compare_digest(mark.encode(), _mark(desk, address, nonce).encode()):
        return Counted(bucket_of(desk, "known-browser", known_browser), KNOWN_BROWSER)
    return Counted(bucket_of(desk, "account", address_key(address)), ACCOUNT)
