"""Notes what the registry of passports is to be told of.

In: facts of issued versions and recorded events. Out: `registry_work` rows.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from battery_passport.adapters.sql.facts import Fact
from battery_passport.adapters.sql.onchain import OnchainStore, RegistryWork, WorkKind
from battery_passport.adapters.sql.records import EventStore
from battery_passport.assembly.pipeline import Effect
from battery_passport.assembly.recording import EVENT_RECORDED
from battery_passport.lifecycle.status import STATUS_EVENTS
from battery_passport.passport.facts import PassportIssued

_BEGINNING = "placed_on_market"
"""This event is told by the passport's first version itself."""


class RegistryWatcher:
    """Fulfils `pipeline.Handler`."""

    name = "registry-watcher"
    kinds = frozenset({PassportIssued.kind, EVENT_RECORDED})

    def prepare(self, facts: Sequence[Fact]) -> Effect:
        """Note versions, and events that change a status."""
        versions = [_work(fact, WorkKind.VERSION) for fact in facts if fact.kind != EVENT_RECORDED]
        told = {fact.record_id: fact for fact in facts if fact.kind == EVENT_RECORDED}

        def write(connection: Connection) -> None:
            ids = [record_id for record_id in told if record_id is not None]
            events = EventStore(connection).by_ids(ids) if ids else []
            wanted = STATUS_EVENTS - {_BEGINNING}
            statuses = [
                _work(told[event.event_id], WorkKind.STATUS)
                for event in events
                if event.type in wanted
            ]
            OnchainStore(connection).add_work([*versions, *statuses])

        return write


def _work(fact: Fact, kind: WorkKind) -> RegistryWork:
    if fact.record_id is None:
        raise ValueError(f"Fact {fact.fact_id} of kind {fact.kind} names no record.")
    return RegistryWork(
        record_id=fact.record_id, kind=kind, battery_id=fact.battery_id, since=fact.recorded_at
    )
