"""The log's addresses, joined to an installation.

In: an opened installation. Out: a group of routes that read the record store.
"""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from battery_passport.adapters.sql.log import SqlCheckpointStore, SqlTileStore
from battery_passport.adapters.sql.states import StateStore
from battery_passport.adapters.sql.witnesses import WitnessStore
from battery_passport.assembly.installation import Installation
from battery_passport.ledger.cosigning import cosigned_note, witness_id
from battery_passport.ledger.tiles import TileName, serve_tile
from battery_passport.ledger.tree import TiledTree
from battery_passport.web.application import PageGroup
from battery_passport.web.log.ports import OpenedEpoch, WitnessStanding
from battery_passport.web.log.routes import routes
from battery_passport.web.site import Site


def log_addresses(installation: Installation) -> PageGroup:
    """Return the group of the log's addresses, for `create_application`."""

    def group(_site: Site) -> Sequence[BaseRoute]:
        return routes(SitePublishedLog(installation))

    return group


class SitePublishedLog:
    """Fulfils `web.log.ports.PublishedLog`."""

    def __init__(self, installation: Installation) -> None:
        self._database = installation.database
        self._settings = installation.settings.witnesses
        self._ids = [witness_id(key) for key in self._settings.keys]

    def checkpoint(self) -> bytes | None:
        """Return the newest checkpoint with the cosignatures that came in."""
        with self._database.read() as connection:
            newest = SqlCheckpointStore(connection).latest()
            if newest is None:
                return None
            lines = WitnessStore(connection).lines(newest.head.size, self._ids)
        return cosigned_note(newest.note, lines)

    def size(self) -> int:
        """Return the size of the newest checkpoint."""
        with self._database.read() as connection:
            newest = SqlCheckpointStore(connection).latest()
        return 0 if newest is None else newest.head.size

    def tile(self, name: TileName) -> bytes:
        """Return a tile or entry bundle as wide as was asked for."""
        with self._database.read() as connection:
            tiles = SqlTileStore(connection)
            return serve_tile(tiles, name.level, name.index, width=name.width)

    def consistency(self, old_size: int, new_size: int) -> Sequence[bytes]:
        """Return the hashes that join two sizes of the log."""
        with self._database.read() as connection:
            return TiledTree(SqlTileStore(connection), new_size).consistency_path(old_size)

    def epochs(self, *, before: int | None, limit: int) -> Sequence[OpenedEpoch]:
        """Return logged state epochs, the newest first."""
        with self._database.read() as connection:
            found = StateStore(connection).logged(before=before, limit=limit)
            return [
                OpenedEpoch(record=each.epoch.as_json(), salt=each.salt, log_index=each.log_index)
                for each in found
            ]

    def witnesses(self) -> tuple[int, Sequence[WitnessStanding]]:
        """Return how many cosignatures proofs here need, and how each witness stands."""
        with self._database.read() as connection:
            store = WitnessStore(connection)
            contacts = {key: store.contact(witness_id(key)) for key in self._settings.keys}
        return self._settings.required, [
            WitnessStanding(
                name=key.name,
                verifier_key=key.text(),
                size=contact.size,
                answered_at=contact.answered_at,
                failing_since=contact.failing_since,
            )
            for key, contact in contacts.items()
        ]
