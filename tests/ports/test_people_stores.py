"""Stores of people, organisations and machines over both record stores."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from battery_passport.access.people.erasing import erase_person
from battery_passport.access.people.reading import profile_of
from battery_passport.access.records.machines import ApiKey
from battery_passport.access.records.people import (
    Attempts,
    Challenge,
    ChallengeUse,
    LinkUse,
    OneTimeLink,
    Passkey,
    PersonStatus,
)
from battery_passport.adapters.sql.database import Database
from tests.factories.people import (
    EMAIL,
    NAME,
    NOW,
    city,
    join,
    office,
    organisation,
    person,
    session,
    signed_in,
)


def _link(digest: bytes = b"t" * 32) -> OneTimeLink:
    return OneTimeLink(
        token_digest=digest,
        use=LinkUse.RECOVER,
        subject_id=uuid4(),
        sealed=b"x",
        expires_at=NOW + timedelta(minutes=30),
    )


def test_a_person_is_kept_sealed_and_found_again(record_store: Database) -> None:
    made = office(record_store)
    kept = person(made)
    with made.desks.reading() as desk:
        found = desk.people.person(kept.person_id)
        assert found == kept
        assert desk.people.person_by_lookup(kept.email_lookup or b"") == kept
        profile = profile_of(desk, kept)
    assert (profile.name, profile.email) == (NAME, EMAIL)
    assert NAME.encode() not in kept.sealed_name
    assert EMAIL.encode() not in kept.sealed_email


def test_an_address_has_one_account(record_store: Database) -> None:
    made = office(record_store)
    person(made)
    with pytest.raises(IntegrityError):
        person(made, email=EMAIL.upper())


def test_a_link_is_taken_once_and_in_time(record_store: Database) -> None:
    made = office(record_store)
    with made.desks.transaction() as desk:
        desk.links.add_link(_link())
        assert desk.links.link(b"t" * 32, LinkUse.RECOVER, NOW) is not None
        assert desk.links.take_link(b"t" * 32, LinkUse.CONFIRM_ADDRESS, NOW) is None
        late = NOW + timedelta(minutes=30)
        assert desk.links.take_link(b"t" * 32, LinkUse.RECOVER, late) is None
        assert desk.links.take_link(b"t" * 32, LinkUse.RECOVER, NOW) is not None
        assert desk.links.take_link(b"t" * 32, LinkUse.RECOVER, NOW) is None


def test_a_challenge_is_taken_once_for_its_use(record_store: Database) -> None:
    made = office(record_store)
    challenge = Challenge(
        digest=b"c" * 32,
        use=ChallengeUse.PROVIDER,
        binding=b"b" * 32,
        person_id=None,
        details={"nonce": "n"},
        expires_at=NOW + timedelta(minutes=5),
    )
    with made.desks.transaction() as desk:
        desk.links.add_challenge(challenge)
        assert desk.links.take_challenge(b"c" * 32, ChallengeUse.USE_PASSKEY, NOW) is None
        assert desk.links.take_challenge(b"c" * 32, ChallengeUse.PROVIDER, NOW) == challenge
        assert desk.links.take_challenge(b"c" * 32, ChallengeUse.PROVIDER, NOW) is None


def test_attempts_are_counted_and_forgotten(record_store: Database) -> None:
    made = office(record_store)
    bucket = b"a" * 32
    with made.desks.transaction() as desk:
        assert desk.links.attempts(bucket) is None
        for failures in (1, 2):
            attempts = Attempts(failures=failures, last_failed_at=NOW)
            desk.links.save_attempts(bucket, attempts)
            assert desk.links.attempts(bucket) == attempts
        desk.links.tidy(NOW + timedelta(days=3))
        assert desk.links.attempts(bucket) is None


def test_what_nobody_confirmed_is_tidied_away_with_its_key(record_store: Database) -> None:
    made = office(record_store)
    someone = person(made)
    with made.desks.transaction() as desk:
        link = _link()
        desk.people.add_subject_key(desk.sealing.new_key(link.subject_id))
        desk.links.add_link(link)
        desk.links.tidy(NOW + timedelta(hours=1))
        assert desk.people.subject_key(link.subject_id) is None
        assert desk.people.subject_key(someone.person_id) is not None


def test_passkeys_belong_to_one_person(record_store: Database) -> None:
    made = office(record_store)
    owner, other = person(made), person(made, email="b@example.org")
    passkey = Passkey(
        credential_id=b"id",
        person_id=owner.person_id,
        public_key=b"key",
        sign_count=0,
        label="전화기",
        added_at=NOW,
    )
    with made.desks.transaction() as desk:
        assert desk.people.add_passkey(passkey)
        assert not desk.people.add_passkey(passkey)
        desk.people.note_passkey_use(b"id", 7, NOW + timedelta(hours=1))
        assert [each.sign_count for each in desk.people.passkeys_of(owner.person_id)] == [7]
        assert not desk.people.remove_passkey(other.person_id, b"id")
        assert desk.people.remove_passkey(owner.person_id, b"id")
        assert desk.people.passkey(b"id") is None


def test_sessions_end_one_by_one_all_at_once_and_by_organisation(record_store: Database) -> None:
    made = office(record_store)
    city(made)
    owner, place = person(made), organisation(made)
    join(made, owner, place)
    tokens = [session(made, owner) for _ in range(4)]
    sessions = [signed_in(made, token).session for token in tokens]
    with made.desks.transaction() as desk:
        assert not desk.sessions.end(uuid4(), sessions[0].session_id)
        assert desk.sessions.end(owner.person_id, sessions[0].session_id)
        assert desk.sessions.end_all(owner.person_id, but=sessions[1].session_id) == 2
        assert desk.sessions.of_person(owner.person_id) == [sessions[1]]
        desk.sessions.end_all_for(owner.person_id, uuid4())
        assert len(desk.sessions.of_person(owner.person_id)) == 1
        desk.sessions.end_all_for(owner.person_id, place.organisation_id)
        assert desk.sessions.of_person(owner.person_id) == []


def test_organisations_of_another_city_are_not_listed(record_store: Database) -> None:
    made = office(record_store)
    busan, pohang = city(made, "busan"), city(made, "pohang")
    firm = organisation(made, region="pohang")
    with made.desks.reading() as desk:
        assert desk.organisations.accounts_in("busan") == [busan]
        listed = desk.organisations.accounts_in("pohang")
        assert {each.organisation_id for each in listed} == {
            pohang.organisation_id,
            firm.organisation_id,
        }
        assert desk.organisations.account_by_number("busan", firm.registration_number) is None


def test_an_outside_identity_stays_with_its_first_person(record_store: Database) -> None:
    made = office(record_store)
    one, other = person(made), person(made, email="b@example.org")
    provider = uuid4()
    with made.desks.transaction() as desk:
        desk.people.link_outside_person(provider, b"s" * 32, one.person_id)
        desk.people.link_outside_person(provider, b"s" * 32, other.person_id)
        assert desk.people.outside_person(provider, b"s" * 32) == one.person_id
        assert desk.people.outside_person(uuid4(), b"s" * 32) is None
        desk.people.unlink_outside_persons(one.person_id)
        assert desk.people.outside_person(provider, b"s" * 32) is None


def test_keys_are_revoked_by_their_own_organisation_once(record_store: Database) -> None:
    made = office(record_store)
    firm = uuid4()
    key = ApiKey(
        key_id=uuid4(),
        prefix="abcdefghjk",
        digest=b"d" * 32,
        organisation_id=firm,
        label="robot",
        scopes=frozenset({"a", "b"}),
        made_by=None,
        made_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    with made.desks.transaction() as desk:
        desk.machines.add_key(key)
        assert desk.machines.key_by_prefix("abcdefghjk") == key
        assert not desk.machines.revoke_key(uuid4(), key.key_id, NOW)
        assert desk.machines.revoke_key(firm, key.key_id, NOW)
        assert not desk.machines.revoke_key(firm, key.key_id, NOW)
        desk.machines.note_key_use(key.key_id, NOW)
        (kept,) = desk.machines.keys_of(firm)
        assert (kept.revoked_at, kept.last_used_at) == (NOW, NOW)


def test_an_assertion_is_used_once(record_store: Database) -> None:
    made = office(record_store)
    with made.desks.transaction() as desk:
        assert desk.machines.use_assertion(b"j" * 32, NOW + timedelta(minutes=1))
        assert not desk.machines.use_assertion(b"j" * 32, NOW + timedelta(minutes=1))
        desk.links.tidy(NOW + timedelta(minutes=2))
        assert desk.machines.use_assertion(b"j" * 32, NOW + timedelta(minutes=3))


def test_an_erased_person_leaves_an_empty_row(record_store: Database) -> None:
    made = office(record_store)
    gone = person(made)
    token = session(made, gone)
    with made.desks.transaction() as desk:
        erase_person(desk, gone.person_id)
        left = desk.people.person(gone.person_id)
        assert left is not None
        assert left.status is PersonStatus.ERASED
        assert (left.sealed_name, left.sealed_email, left.email_lookup) == (b"", b"", None)
        assert desk.people.subject_key(gone.person_id) is None
        assert desk.sessions.of_person(gone.person_id) == []
    assert token
    person(made)
