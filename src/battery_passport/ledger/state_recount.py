"""What the state tree must be, told from the passport versions that were logged before it.

In: passport versions and state epochs in the order of the log. Out: nothing, or the first epoch
that is not the tree over them.
"""

from battery_passport.ledger.errors import StateContradicts
from battery_passport.ledger.state_tiles import StateTree, write_leaves
from battery_passport.ledger.state_tree import StateEpoch, StateLeaf


class StateRecount:
    """The latest versions as the log tells them, and the trees over them, one after another.

    `take` each passport version and `check` each epoch when the log comes to it. An epoch costs
    little beside the one before: only tiles that changed are hashed anew.
    """

    def __init__(self) -> None:
        self._tiles = _Tiles()
        self._size = 0
        self._number = 0
        self._changed: list[StateLeaf] = []

    def take(self, leaf: StateLeaf) -> None:
        """Note a passport version that stands in the log."""
        self._changed.append(leaf)

    def check(self, epoch: StateEpoch) -> None:
        """Return if an epoch follows the one before and is the tree over all versions so far.

        Raises: StateContradicts.
        """
        if epoch.number != self._number + 1:
            raise StateContradicts(
                f"State epoch {epoch.number} follows epoch {self._number} in the log."
            )
        if self._changed:
            self._size = write_leaves(self._tiles, self._size, self._changed)
            self._changed.clear()
        self._number = epoch.number
        found = (self._size, StateTree(self._tiles, self._size).root())
        if found != (epoch.size, epoch.root):
            raise StateContradicts(
                f"State epoch {epoch.number} says {epoch.size} passports with root "
                f"{epoch.root.hex()}; the versions logged before it give {found[0]} with "
                f"{found[1].hex()}."
            )


class _Tiles:
    """Fulfils `ledger.ports.TileStore` for as long as a recount lasts."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], bytes] = {}

    def get(self, level: int, index: int) -> bytes | None:
        return self._tiles.get((level, index))

    def put(self, level: int, index: int, content: bytes) -> None:
        self._tiles[level, index] = content
