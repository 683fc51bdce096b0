"""Notes which passports need a new version after an event or a statement of figures.

In: facts of both. Out: `passports_due` rows of batteries that have a passport.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from battery_passport.adapters.sql.facts import Fact
from battery_passport.adapters.sql.projections import ProjectionStore
from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.assembly.pipeline import Effect
from battery_passport.assembly.recording import EVENT_RECORDED, FACT_OF_CREDENTIAL
from battery_passport.proof.model import FIGURES_STATEMENT, PASSPORT


class PassportWatcher:
    """Fulfils `pipeline.Handler`."""

    name = "passport-watcher"
    kinds = frozenset({EVENT_RECORDED, FACT_OF_CREDENTIAL[FIGURES_STATEMENT]})

    def prepare(self, facts: Sequence[Fact]) -> Effect:
        """Note the batteries of the facts."""

        def write(connection: Connection) -> None:
            store, credentials = ProjectionStore(connection), CredentialStore(connection)
            for fact in facts:
                if credentials.latest(PASSPORT, fact.battery_id) is not None:
                    store.mark_passport_due(fact.battery_id, fact.recorded_at)

        return write
