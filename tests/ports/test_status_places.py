"""Places in status lists over every record store: drawn at random, never given twice.

In: credentials. Out: their places; lists that open when one is half full.
"""

from datetime import UTC, datetime, timedelta

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.statuses import StatusStore
from battery_passport.foundation.uuid7 import new_uuid7

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PLACES = 64


def test_places_are_drawn_at_random_and_never_twice(record_store: Database) -> None:
    ids = [new_uuid7(AT) for _ in range(90)]
    taken = []
    for number in range(0, 90, 10):
        with record_store.write() as connection:
            store = StatusStore(connection, places=PLACES)
            moment = AT + timedelta(seconds=number)
            taken += store.take(ids[number : number + 10], status=0, moment=moment)
    with record_store.read() as connection:
        store = StatusStore(connection, places=PLACES)
        assert [store.place_of(each) for each in ids] == taken
        lists = list(dict.fromkeys(each.list_id for each in taken))
        assert [store.size_of(each) for each in lists] == [PLACES] * 3
        assert all(store.not_good(each) == {} for each in lists)
    assert len({(each.list_id, each.place) for each in taken}) == 90
    assert all(0 <= each.place < PLACES for each in taken)
    in_time = [each.place for each in taken]
    assert in_time != sorted(in_time)


def test_a_place_says_what_was_last_said(record_store: Database) -> None:
    first, second = new_uuid7(AT), new_uuid7(AT)
    with record_store.write() as connection:
        store = StatusStore(connection, places=PLACES)
        [good] = store.take([first], status=0, moment=AT)
        [suspended] = store.take([second], status=2, moment=AT)
        assert store.not_good(good.list_id) == {suspended.place: 2}
        store.change(first, status=1, moment=AT)
        store.change(second, status=0, moment=AT)
        assert store.not_good(good.list_id) == {good.place: 1}
        assert store.place_of(new_uuid7(AT)) is None
        assert store.size_of("unknown") is None
