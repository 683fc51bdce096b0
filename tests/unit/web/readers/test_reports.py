"""Events from programs: once for every key, only with the role that records such events."""

import httpx
import pytest

from battery_passport.lifecycle.event_types import EVENT_TYPES
from battery_passport.lifecycle.scalar_shapes import Choice
from battery_passport.lifecycle.shapes import ListOf
from battery_passport.web.readers.event_words import FIELDS, WORDS
from tests.factories.readers import MemoryReaders
from tests.factories.web import IDENTIFIER
from tests.unit.web.readers.conftest import Ask

EVENTS = f"/v1/events/{IDENTIFIER}"
INSPECTED = {
    "eventType": "inspected",
    "occurredAt": "2026-11-20T09:00:00+09:00",
    "payload": {"kind": "periodic", "result": "passed"},
}


def send(client: httpx.Client, body: object, key: str = "a-key-of-ours") -> httpx.Response:
    return client.post(EVENTS, json=body, headers={"Idempotency-Key": key})


def test_the_same_request_gets_the_same_answer(ask: Ask, readers: MemoryReaders) -> None:
    client = ask("key-inspector")
    first, again = send(client, INSPECTED), send(client, INSPECTED)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert len(readers.reports) == 1
    assert send(client, INSPECTED, "another-key").json() != first.json()


def test_a_key_with_another_request_is_refused(ask: Ask) -> None:
    client = ask("key-inspector")
    send(client, INSPECTED)
    answer = send(client, INSPECTED | {"payload": {"kind": "other", "result": "failed"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("key", [None, "short", "x" * 129, "with space"])
def test_a_key_is_needed(ask: Ask, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = ask("key-inspector").post(EVENTS, json=INSPECTED, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(("name", "status"), [("", 401), ("key-recycler", 403), ("key-x", 401)])
def test_only_whose_work_it_is_records(ask: Ask, name: str, status: int) -> None:
    assert send(ask(name), INSPECTED).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        b'{"eventType":"inspected","occurredAt":"2026-11-20T00:00:00Z","payload":{"a":1,"a":2}}',
        b'{"eventType":"inspected","occurredAt":"2026-11-20T00:00:00Z","payload":{"a":NaN}}',
        b'{"eventType":"no","occurredAt":"2026-11-20T00:00:00Z","payload":{}}',
        b'{"eventType":"inspected","occurredAt":"2026-11-20T00:00:00","payload":{}}',
        b'{"eventType":"inspected","occurredAt":"2026-11-20T00:00:00Z","payload":{},"x":1}',
        b"[",
    ],
)
def test_what_two_readers_would_read_differently_is_refused(ask: Ask, body: bytes) -> None:
    headers = {"Idempotency-Key": "a-key-of-ours", "Content-Type": "application/json"}
    answer = ask("key-inspector").post(EVENTS, content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_field_and_word_of_events_has_a_name() -> None:
    fields = {
        name
        for kind in EVENT_TYPES.values()
        for name, field in kind.fields.items()
        if field.data_point is None
    }
    assert fields - set(FIELDS) == set()
    shapes = (field.shape for kind in EVENT_TYPES.values() for field in kind.fields.values())
    words = {
        str(word)
        for shape in shapes
        for choice in ([shape.item] if isinstance(shape, ListOf) else [shape])
        if isinstance(choice, Choice)
        for word in choice.words
    }
    assert words - set(WORDS) == set()
