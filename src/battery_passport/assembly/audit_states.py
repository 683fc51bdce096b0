"""The audit of state epochs: every epoch in the log against the passports logged before it.

In: a read transaction. Out: nothing, or the first epoch that tells of other versions. Memory grows
with the number of passports, by some hundred bytes each.
"""

from sqlalchemy import Connection, select

from battery_passport.adapters.sql.schema import credentials, facts
from battery_passport.adapters.sql.schema_states import state_epochs
from battery_passport.adapters.sql.states import STATE_RECORDED, SqlStateTiles, StateStore
from battery_passport.assembly.handlers.state_keeper import state_leaf
from battery_passport.assembly.recording import FACT_OF_CREDENTIAL
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.ledger.state_recount import StateRecount
from battery_passport.ledger.state_tiles import StateTree
from battery_passport.ledger.state_tree import parse_state_record
from battery_passport.proof.errors import StoredRecordAltered
from battery_passport.proof.model import PASSPORT

_AT_ONCE = 1_000


def check_states(connection: Connection) -> None:
    """Return if every epoch is the tree over the latest versions before it, the newest as stored.

    Raises: StoredRecordAltered.
    """
    try:
        _recount(connection)
        newest = StateStore(connection).newest()
        if newest is None:
            return
        epoch = newest.epoch
        found = StateTree(SqlStateTiles(connection, epoch.number), epoch.size).root()
    except BatteryPassportError as error:
        raise StoredRecordAltered(f"The state epochs do not hold: {error.message}") from error
    if found != epoch.root:
        raise StoredRecordAltered(
            f"The tree of state epoch {epoch.number} has root {found.hex()}, "
            f"recorded was {epoch.root.hex()}."
        )


def _recount(connection: Connection) -> None:
    passports = FACT_OF_CREDENTIAL[PASSPORT]
    query = (
        select(facts.c.kind, credentials.c.record, state_epochs.c.record.label("epoch"))
        .outerjoin(credentials, credentials.c.credential_id == facts.c.record_id)
        .outerjoin(state_epochs, state_epochs.c.epoch_id == facts.c.record_id)
        .where(facts.c.kind.in_((passports, STATE_RECORDED)), facts.c.log_index.is_not(None))
        .order_by(facts.c.log_index)
    )
    recount = StateRecount()
    for row in connection.execute(query, execution_options={"yield_per": _AT_ONCE}):
        if row.kind == STATE_RECORDED:
            recount.check(parse_state_record(row.epoch))
        else:
            recount.take(state_leaf(row.record))
