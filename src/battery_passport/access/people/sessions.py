"""Sessions: begun at sign-in, found by their token's hash, ended by use-by, by hand, or everywhere.

In: a desk, a person, a token. Out: fresh tokens, and the `Principal` of each request.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from battery_passport.access.desk import Desk
from battery_passport.access.errors import NotAllowedNow, SignInAgain
from battery_passport.access.model import Principal, PrincipalKind, Role
from battery_passport.access.people.reading import active_person
from battery_passport.access.people.second_factor import WANTING, Factor, factor_of
from battery_passport.access.people.session_rules import (
    ABSOLUTE,
    is_fresh,
    is_over,
    is_to_be_noted,
)
from battery_passport.access.policy.actions import STEWARD_SCOPE
from battery_passport.access.records.organisations import (
    Membership,
    OrganisationAccount,
    Standing,
)
from battery_passport.access.records.people import Person, Session, SignInMethod
from battery_passport.access.tokens import new_secret, secret_digest
from battery_passport.foundation.uuid7 import new_uuid7

_USE = "session"


@dataclass(frozen=True, slots=True)
class Place:
    """A membership that counts now, with its organisation."""

    membership: Membership
    account: OrganisationAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session that holds, its person, and the places he can act for.

    While `factor` is wanting, he acts for himself alone.
    """

    session: Session
    person: Person
    places: tuple[Place, ...]
    factor: Factor = Factor.NOT_ASKED

    @property
    def principal(self) -> Principal:
        """Who the request comes from; roles are those of the place chosen."""
        place = None if self.factor in WANTING else self.place
        roles = frozenset({Role.OWNER}) | (place.membership.roles if place else frozenset())
        return Principal(
            kind=PrincipalKind.PERSON,
            person_id=self.person.person_id,
            organisation_id=place.account.organisation_id if place else None,
            region=place.account.region if place else None,
            roles=roles,
            scopes=frozenset({STEWARD_SCOPE})
            if place and place.membership.steward
            else frozenset(),
            session_id=str(self.session.session_id),
        )

    @property
    def place(self) -> Place | None:
        """The place that the session acts for now."""
        chosen = self.session.organisation_id
        return next((each for each in self.places if each.account.organisation_id == chosen), None)


def places_of(desk: Desk, person_id: UUID) -> tuple[Place, ...]:
    """Return the memberships of a person in organisations that are active."""
    found = []
    for membership in desk.organisations.memberships_of(person_id):
        account = desk.organisations.account(membership.organisation_id)
        if account is not None and account.standing is Standing.ACTIVE:
            found.append(Place(membership, account))
    return tuple(found)


def begin_session(
    desk: Desk,
    person_id: UUID,
    *,
    method: SignInMethod,
    label: str,
    bound_to: UUID | None = None,
) -> str:
    """Begin a session under a fresh token and return the token, which is kept nowhere."""
    token = new_secret()
    places = places_of(desk, person_id)
    only = places[0].account.organisation_id if len(places) == 1 else None
    desk.sessions.add(
        Session(
            session_id=new_uuid7(desk.moment),
            token_digest=secret_digest(token, use=_USE) or b"",
            person_id=person_id,
            organisation_id=bound_to or only,
            bound=bound_to is not None,
            method=method,
            label=label,
            started_at=desk.moment,
            last_used_at=desk.moment,
            proved_at=desk.moment if method is SignInMethod.PASSKEY else None,
        )
    )
    desk.sessions.forget_older_than(desk.moment - 2 * ABSOLUTE)
    return token


def find_session(desk: Desk, token: str) -> SignedIn | None:
    """Return who is signed in under a token; None if it is unknown, over, or the account closed."""
    digest = secret_digest(token, use=_USE)
    session = None if digest is None else desk.sessions.by_digest(digest)
    if session is None or is_over(session, desk.moment):
        return None
    person = active_person(desk, session.person_id)
    if person is None:
        return None
    places = places_of(desk, person.person_id)
    if session.bound:
        places = tuple(p for p in places if p.account.organisation_id == session.organisation_id)
        if not places:
            return None
    found = SignedIn(session=session, person=person, places=places)
    return replace(found, factor=_factor(desk, found))


def prove_session(desk: Desk, found: SignedIn) -> str:
    """Note that a passkey was shown, and return the token that replaces the session's.

    Source: OWASP ASVS 5.0 V7.2.4.
    """
    token = new_secret()
    digest = secret_digest(token, use=_USE) or b""
    desk.sessions.prove(found.session.session_id, token_digest=digest, moment=desk.moment)
    return token


def _factor(desk: Desk, found: SignedIn) -> Factor:
    place = found.place
    return factor_of(
        found.session,
        None if place is None else place.membership,
        required=desk.passkeys_required,
        has_passkeys=bool(desk.people.passkeys_of(found.person.person_id)),
        moment=desk.moment,
    )


def needs_noting(desk: Desk, found: SignedIn) -> bool:
    """Return whether the session's last use is to be written down."""
    return is_to_be_noted(found.session, desk.moment)


def note_use(desk: Desk, found: SignedIn) -> None:
    """Write down that the session was used now."""
    desk.sessions.note_use(found.session.session_id, desk.moment)


def choose_place(desk: Desk, found: SignedIn, organisation_id: UUID | None) -> None:
    """Let the session act for another of the person's organisations, or for himself alone.

    Raises: NotAllowedNow.
    """
    known = {place.account.organisation_id for place in found.places}
    if organisation_id is not None and organisation_id not in known:
        raise NotAllowedNow("You are not a member of that organisation.")
    if found.session.bound and organisation_id != found.session.organisation_id:
        raise NotAllowedNow("This sign-in came from one organisation and is for it alone.")
    desk.sessions.act_for(found.session.session_id, organisation_id)


def live_sessions(desk: Desk, person_id: UUID) -> Sequence[Session]:
    """Return a person's sessions that are not over, the one used last first."""
    sessions = desk.sessions.of_person(person_id)
    live = [each for each in sessions if not is_over(each, desk.moment)]
    return sorted(live, key=lambda each: each.last_used_at, reverse=True)


def check_fresh(desk: Desk, found: SignedIn) -> None:
    """Return if the person signed in a short while ago.

    Raises: SignInAgain. Source: OWASP ASVS 5.0 V7.5.1.
    """
    if not is_fresh(found.session, desk.moment):
        raise SignInAgain("This changes what opens your account, and your sign-in is a while ago.")
