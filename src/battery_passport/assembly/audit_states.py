"""The audit of state epochs: the newest tree against the passports that it tells the latest of.

In: a read transaction. Out: nothing, or the first thing that contradicts the passports.
What older epochs say stands in the log; their trees are no longer kept.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, func, select

from battery_passport.adapters.sql.schema import batteries, credentials, facts
from battery_passport.adapters.sql.states import SqlStateTiles, StateStore
from battery_passport.assembly.handlers.state_keeper import state_leaf
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.ledger.state_tiles import StateTree
from battery_passport.ledger.state_tree import StateLeaf
from battery_passport.proof.errors import StoredRecordAltered
from battery_passport.proof.model import PASSPORT

_AT_ONCE = 500


def check_states(connection: Connection) -> None:
    """Return if the newest epoch tells exactly the latest passport of every battery.

    Raises: StoredRecordAltered.
    """
    newest = StateStore(connection).newest()
    if newest is None:
        return
    epoch, through = newest.epoch, newest.through_position
    name = f"The state epoch {epoch.number}"
    tree = StateTree(SqlStateTiles(connection, epoch.number), epoch.size)
    try:
        _compare_tree(connection, tree, through=through, name=name)
    except StoredRecordAltered:
        raise
    except BatteryPassportError as error:
        raise StoredRecordAltered(f"{name} cannot be read: {error.message}") from error
    if tree.root() != epoch.root:
        raise StoredRecordAltered(f"{name} has another root than its tree.")
    passports = _issued(through).with_only_columns(
        func.count(func.distinct(credentials.c.battery_id))
    )
    known = connection.execute(passports).scalar_one()
    if known != epoch.size:
        raise StoredRecordAltered(f"{name} is of {epoch.size} batteries, {known} had passports.")


def _compare_tree(connection: Connection, tree: StateTree, *, through: int, name: str) -> None:
    tree.root()  # goes through the upper tiles
    for leaves in _pages(StateLeaf.decode(row) for row in tree.rows()):
        _compare(connection, leaves, through=through, name=name)


def _pages(leaves: Iterator[StateLeaf]) -> Iterator[list[StateLeaf]]:
    while page := list(islice(leaves, _AT_ONCE)):
        yield page


def _compare(
    connection: Connection, leaves: Sequence[StateLeaf], *, through: int, name: str
) -> None:
    query = (
        _issued(through)
        .join(batteries, batteries.c.battery_id == credentials.c.battery_id)
        .where(batteries.c.log_key.in_([leaf.key for leaf in leaves]))
        .with_only_columns(credentials.c.record)
        .order_by(credentials.c.battery_id, credentials.c.sequence)
    )
    latest = {leaf.key: leaf for leaf in map(state_leaf, connection.execute(query).scalars())}
    for leaf in leaves:
        if latest.get(leaf.key) != leaf:
            raise StoredRecordAltered(
                f"{name} tells of version {leaf.seq} of a passport (key {leaf.key.hex()}), "
                "which is not the latest of that time."
            )


def _issued(through: int) -> Select[Any]:
    """Return the passport versions announced up to a place in the outbox."""
    return (
        select(credentials)
        .join(facts, facts.c.record_id == credentials.c.credential_id)
        .where(credentials.c.kind == PASSPORT, facts.c.position <= through)
    )
