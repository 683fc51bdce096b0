"""Claims, consents and grants over both record stores: what is allowed, refused and remembered."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from battery_passport.access.acts import parse_act_record
from battery_passport.access.sharing.claiming import Refusal
from battery_passport.access.sharing.codes import new_code
from battery_passport.access.sharing.consenting import ConsentTextChanged
from battery_passport.access.sharing.errors import GrantNotUsable, NotOwnedByYou, NotYours
from battery_passport.access.sharing.granting import GrantWish
from battery_passport.access.sharing.model import (
    CodeKind,
    ConsentPurpose,
    Ownership,
    Part,
    Standing,
)
from battery_passport.access.sharing.rules import GUESS_WINDOW, GUESSES_OF_ONE
from battery_passport.adapters.sql.acts import ActStore
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.grants import GrantStore
from battery_passport.adapters.sql.sharing import ConsentStore, OwnershipStore
from tests.factories.sharing import (
    NOW,
    claiming,
    consenting,
    granting,
    owned,
    registered_battery,
)

ALICE, BOB, DEALER = uuid4(), uuid4(), uuid4()
FIRM = uuid4()


def test_a_code_makes_one_owner_once(record_store: Database) -> None:
    with record_store.write() as connection:
        battery = registered_battery(connection)
        made = claiming(connection).make_code(
            battery, CodeKind.FIRST, person_id=DEALER, organisation_id=FIRM, now=NOW
        )
        taken = claiming(connection).claim(ALICE, made.code, NOW)
        assert isinstance(taken, Ownership)
        assert taken.person_id == ALICE
        assert claiming(connection).claim(BOB, made.code, NOW) is Refusal.NOT_USABLE
        assert OwnershipStore(connection).current(battery) == taken


def test_refusals_are_all_alike(record_store: Database) -> None:
    """Unknown, used, expired, withdrawn, or somebody else owns it: nobody can tell which."""
    with record_store.write() as connection:
        service = claiming(connection)
        battery = owned(connection, ALICE)
        code = service.make_code(
            battery, CodeKind.FIRST, person_id=DEALER, organisation_id=FIRM, now=NOW
        ).code
        free = registered_battery(connection)
        late = service.make_code(
            free, CodeKind.FIRST, person_id=DEALER, organisation_id=FIRM, now=NOW
        )
        answers = {
            service.claim(BOB, code, NOW),
            service.claim(BOB, new_code(), NOW),
            service.claim(BOB, late.code, late.expires_at),
        }
        assert answers == {Refusal.NOT_USABLE}
        assert service.claim(BOB, "ABCD-EFGH", NOW) is Refusal.MISTYPED


def test_guesses_are_counted_and_end(record_store: Database) -> None:
    with record_store.write() as connection:
        service = claiming(connection)
        battery = registered_battery(connection)
        right = service.make_code(
            battery, CodeKind.FIRST, person_id=DEALER, organisation_id=FIRM, now=NOW
        ).code
        for _ in range(GUESSES_OF_ONE):
            assert service.claim(BOB, new_code(), NOW) is Refusal.NOT_USABLE
        assert service.claim(BOB, right, NOW) is Refusal.TOO_MANY
        assert isinstance(service.claim(ALICE, right, NOW), Ownership)
        later = NOW + GUESS_WINDOW + timedelta(seconds=1)
        assert service.claim(BOB, right, later) is Refusal.NOT_USABLE


def test_an_owner_hands_over_and_everything_of_his_ends(record_store: Database) -> None:
    with record_store.write() as connection:
        battery = owned(connection, ALICE)
        wish = GrantWish(battery_id=battery, parts=frozenset({Part.STATUS}))
        link = granting(connection).make(ALICE, wish, NOW)
        session = granting(connection).open(link.token, NOW).session_token
        service = claiming(connection)
        withdrawn = service.hand_over(battery, ALICE, NOW)
        code = service.hand_over(battery, ALICE, NOW)
        assert service.claim(ALICE, code.code, NOW) is Refusal.NOT_USABLE
        assert service.claim(BOB, withdrawn.code, NOW) is Refusal.NOT_USABLE
        assert isinstance(service.claim(BOB, code.code, NOW), Ownership)
        assert granting(connection).held(session, NOW) is None
        with pytest.raises(GrantNotUsable):
            granting(connection).open(link.token, NOW)
        with pytest.raises(NotOwnedByYou):
            service.hand_over(battery, ALICE, NOW)
        ended = OwnershipStore(connection).of_person(ALICE)[0]
        assert ended.until == NOW


def test_only_the_city_replaces_an_owner(record_store: Database) -> None:
    with record_store.write() as connection:
        service = claiming(connection)
        battery = owned(connection, ALICE)
        code = service.make_code(
            battery, CodeKind.CORRECTION, person_id=DEALER, organisation_id=FIRM, now=NOW
        ).code
        assert isinstance(service.claim(BOB, code, NOW), Ownership)


def test_no_store_keeps_two_owners(record_store: Database) -> None:
    with record_store.write() as connection:
        battery = owned(connection, ALICE)
    second = Ownership(ownership_id=uuid4(), battery_id=battery, person_id=BOB, since=NOW)
    with pytest.raises(IntegrityError), record_store.write() as connection:
        OwnershipStore(connection).begin(second)


def test_a_grant_shows_until_it_ends_and_counts_who_saw_it(record_store: Database) -> None:
    with record_store.write() as connection:
        service = granting(connection)
        battery = owned(connection, ALICE)
        wish = GrantWish(battery_id=battery, parts=frozenset({Part.ESTIMATE, Part.USE}))
        made = service.make(ALICE, wish, NOW)
        opened = [service.open(made.token, NOW) for _ in range(3)]
        assert service.held(opened[0].session_token, NOW) == made.grant
        assert GrantStore(connection).of_person(ALICE)[0].opens == 0
        assert service.mark_seen(opened[0].session_token, NOW)
        assert not service.mark_seen(opened[0].session_token, NOW)
        assert service.mark_seen(opened[1].session_token, NOW)
        assert GrantStore(connection).of_person(ALICE)[0].opens == 2
        assert service.held(opened[0].session_token, opened[0].expires_at) is None
        with pytest.raises(GrantNotUsable):
            service.open(made.token, made.grant.expires_at)


def test_a_revoked_grant_shows_nothing_at_once(record_store: Database) -> None:
    with record_store.write() as connection:
        service = granting(connection)
        battery = owned(connection, ALICE)
        made = service.make(ALICE, GrantWish(battery_id=battery, parts=frozenset(Part)), NOW)
        session = service.open(made.token, NOW).session_token
        with pytest.raises(NotYours):
            service.revoke(BOB, made.grant.grant_id, NOW)
        service.revoke(ALICE, made.grant.grant_id, NOW)
        assert service.held(session, NOW) is None
        with pytest.raises(GrantNotUsable):
            service.open(made.token, NOW)
        kept = GrantStore(connection).of_person(ALICE)[0]
        assert kept.standing(NOW) is Standing.REVOKED


@pytest.mark.parametrize("token", ["", "x" * 43, "../../etc", "x" * 5_000, "ß" * 43])
def test_guessed_links_open_nothing(record_store: Database, token: str) -> None:
    with record_store.write() as connection, pytest.raises(GrantNotUsable):
        granting(connection).open(token, NOW)


def test_only_the_owner_shares(record_store: Database) -> None:
    with record_store.write() as connection:
        battery = owned(connection, ALICE)
        with pytest.raises(NotOwnedByYou):
            granting(connection).make(
                BOB, GrantWish(battery_id=battery, parts=frozenset(Part)), NOW
            )


def test_consents_hold_from_giving_to_withdrawing(record_store: Database) -> None:
    with record_store.write() as connection:
        service, store = consenting(connection), ConsentStore(connection)
        purpose = ConsentPurpose.RESEARCH
        with pytest.raises(ConsentTextChanged):
            service.give(ALICE, purpose, text_version=99, now=NOW)
        for _ in range(2):
            service.give(ALICE, purpose, text_version=1, now=NOW)
        assert store.given(ALICE, purpose) is not None
        assert store.given(BOB, purpose) is None
        for _ in range(2):
            service.withdraw(ALICE, purpose, NOW + timedelta(hours=1))
        assert store.given(ALICE, purpose) is None
        kept = store.of_person(ALICE)
        assert [each.withdrawn_at for each in kept] == [NOW + timedelta(hours=1)]


def test_acts_name_people_by_pseudonyms_only(record_store: Database) -> None:
    with record_store.write() as connection:
        battery = owned(connection, ALICE)
        wish = GrantWish(battery_id=battery, parts=frozenset({Part.STATUS}))
        made = granting(connection).make(ALICE, wish, NOW)
        store = ActStore(connection)
        pseudonym = store.pseudonym_of(ALICE)
        records = store.records_of(pseudonym)
    assert [parse_act_record(each).name for each in records] == ["grant-created"]
    text = records[0].decode()
    assert pseudonym in text
    assert str(ALICE) not in text
    assert made.token not in text
