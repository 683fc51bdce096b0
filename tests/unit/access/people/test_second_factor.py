"""Privileged people show a passkey: without it their session acts for nobody but themselves."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from battery_passport.access.errors import (
    NotAllowedNow,
    PasskeyRefused,
    SecondFactorNeeded,
    SignInAgain,
)
from battery_passport.access.model import Role
from battery_passport.access.people.passkeys import (
    Answer,
    Browser,
    add_passkey,
    check_may_change,
    check_may_remove,
    options_to_add,
    options_to_prove,
    prove_with_passkey,
    spend_challenge,
)
from battery_passport.access.people.second_factor import (
    PRIVILEGED_ROLES,
    PROVED_FOR,
    Factor,
    is_privileged,
)
from battery_passport.access.people.sessions import (
    choose_place,
    find_session,
    prove_session,
)
from battery_passport.access.records.organisations import ROLES_OF, OrganisationKind
from battery_passport.access.records.people import ChallengeUse, Person
from battery_passport.adapters.passkeys.relying_party import RelyingParty
from tests.factories.authenticator import Authenticator
from tests.factories.people import (
    ADDRESS,
    Office,
    city,
    join,
    organisation,
    person,
    session,
    signed_in,
)

SITE = RelyingParty(ADDRESS)
BROWSER = Browser(secret="cookie of this browser", origin=ADDRESS, label="Chrome")


@dataclass
class Someone:
    """An officer of a city with a device."""

    made: Office
    who: Person
    token: str
    device: Authenticator = field(default_factory=lambda: Authenticator(origin=ADDRESS))

    def factor(self) -> Factor:
        return signed_in(self.made, self.token).factor

    def given(self, use: ChallengeUse, answer: str) -> Answer:
        with self.made.desks.transaction() as desk:
            spent = spend_challenge(desk, use, answer, browser=BROWSER.secret)
        return Answer(text=answer, browser=BROWSER, spent=spent)

    def enrol(self) -> None:
        found = signed_in(self.made, self.token)
        with self.made.desks.transaction() as desk:
            check_may_change(desk, found)
            options = options_to_add(desk, SITE, self.who, browser=BROWSER.secret)
        given = self.given(ChallengeUse.ADD_PASSKEY, self.device.make(options))
        with self.made.desks.transaction() as desk:
            add_passkey(desk, SITE, self.who, given, label="전화기")
            present = find_session(desk, self.token)
            assert present is not None
            self.token = prove_session(desk, present)

    def prove(self, device: Authenticator | None = None) -> None:
        with self.made.desks.transaction() as desk:
            options = options_to_prove(desk, SITE, self.who, browser=BROWSER.secret)
        answer = (device or self.device).sign(options)
        given = self.given(ChallengeUse.PROVE_PASSKEY, answer)
        with self.made.desks.transaction() as desk:
            found = find_session(desk, self.token)
            assert found
            self.token = prove_with_passkey(desk, SITE, found, given)

    def sign_in_again(self) -> None:
        self.token = session(self.made, self.who)


@pytest.fixture
def officer(strict: Office) -> Someone:
    who = person(strict)
    join(strict, who, city(strict), roles=frozenset({Role.CITY_OFFICER, Role.ADMINISTRATOR}))
    return Someone(strict, who, session(strict, who))


@pytest.mark.parametrize("kind", OrganisationKind)
def test_who_is_privileged(strict: Office, kind: OrganisationKind) -> None:
    own = city(strict)
    account = own if kind is OrganisationKind.CITY else organisation(strict, kind=kind)
    who = person(strict)
    plain = join(strict, who, account)
    steward = join(strict, who, account, steward=True)

    assert is_privileged(plain) == bool(set(ROLES_OF[kind][:1]) & PRIVILEGED_ROLES)
    assert is_privileged(steward)


def test_without_a_passkey_a_privileged_session_acts_for_its_person_alone(
    officer: Someone,
) -> None:
    principal = signed_in(officer.made, officer.token).principal

    assert officer.factor() is Factor.ENROL
    assert principal.roles == {Role.OWNER}
    assert principal.organisation_id is None
    assert principal.region is None
    assert principal.scopes == frozenset()


def test_making_the_first_passkey_opens_the_work(officer: Someone) -> None:
    before = officer.token
    officer.enrol()

    found = signed_in(officer.made, officer.token)
    assert found.factor is Factor.PROVED
    assert Role.ADMINISTRATOR in found.principal.roles
    assert found.principal.region == "busan"
    with officer.made.desks.reading() as desk:
        assert find_session(desk, before) is None, "the session goes on under another token"


def test_a_later_sign_in_by_password_shows_the_passkey_first(officer: Someone) -> None:
    officer.enrol()
    officer.sign_in_again()

    assert officer.factor() is Factor.PROVE
    assert signed_in(officer.made, officer.token).principal.roles == {Role.OWNER}
    officer.prove()
    assert officer.factor() is Factor.PROVED


def test_a_proof_grows_old_but_keeps_the_work_open(officer: Someone) -> None:
    officer.enrol()
    officer.made.wait(PROVED_FOR + timedelta(seconds=1))

    assert officer.factor() is Factor.STALE
    assert Role.ADMINISTRATOR in signed_in(officer.made, officer.token).principal.roles
    officer.prove()
    assert officer.factor() is Factor.PROVED


def test_a_stolen_password_adds_and_removes_no_passkey(officer: Someone) -> None:
    officer.enrol()
    officer.sign_in_again()

    found = signed_in(officer.made, officer.token)
    with officer.made.desks.reading() as desk, pytest.raises(SecondFactorNeeded):
        check_may_change(desk, found)


def test_the_first_passkey_is_made_soon_after_sign_in(officer: Someone) -> None:
    officer.made.wait(timedelta(minutes=16))

    with pytest.raises(SignInAgain):
        officer.enrol()


def test_the_last_passkey_of_somebody_privileged_stays(officer: Someone) -> None:
    officer.enrol()

    with officer.made.desks.reading() as desk, pytest.raises(NotAllowedNow, match="last one"):
        check_may_remove(desk, officer.who)


def test_the_passkey_of_somebody_else_proves_nothing(officer: Someone) -> None:
    officer.enrol()
    other = person(officer.made, email="b@example.org")
    stranger = Someone(
        officer.made,
        other,
        session(officer.made, other),
        Authenticator(origin=ADDRESS, credential_id=b"another one"),
    )
    stranger.enrol()
    officer.sign_in_again()

    with pytest.raises(PasskeyRefused):
        officer.prove(stranger.device)
    assert officer.factor() is Factor.PROVE


def test_a_challenge_of_somebody_else_proves_nothing(officer: Someone) -> None:
    officer.enrol()
    other = person(officer.made, email="b@example.org")
    with officer.made.desks.transaction() as desk:
        options = options_to_prove(desk, SITE, other, browser=BROWSER.secret)
    given = officer.given(ChallengeUse.PROVE_PASSKEY, officer.device.sign(options))

    found = signed_in(officer.made, officer.token)
    with officer.made.desks.transaction() as desk, pytest.raises(PasskeyRefused):
        prove_with_passkey(desk, SITE, found, given)


def test_who_acts_for_himself_or_at_plain_work_is_not_asked(officer: Someone) -> None:
    plain = person(officer.made, email="b@example.org")
    join(officer.made, plain, organisation(officer.made))
    assert signed_in(officer.made, session(officer.made, plain)).factor is Factor.NOT_ASKED

    found = signed_in(officer.made, officer.token)
    with officer.made.desks.transaction() as desk:
        choose_place(desk, found, None)
    assert officer.factor() is Factor.NOT_ASKED
    assert signed_in(officer.made, officer.token).principal.organisation_id is None


def test_a_demonstration_may_do_without(made: Office) -> None:
    who = person(made)
    join(made, who, city(made))
    found = signed_in(made, session(made, who))

    assert found.factor is Factor.WAIVED
    assert Role.CITY_OFFICER in found.principal.roles
