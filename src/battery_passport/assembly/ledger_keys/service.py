"""All that people do with their keys, joined: fulfils `web.owner_keys.ports.LedgerKeys`.

In: an installation and the sealing of people's data. Out: states, and changes on the ledger.
"""

from uuid import UUID

from battery_passport.access.stores.people import Sealing
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.ledger_keys.losing import Losing
from battery_passport.assembly.ledger_keys.moving import Moving
from battery_passport.assembly.ledger_keys.showing import Showing
from battery_passport.web.owner_keys.ports import KeyState, Signed, WaitingForMe


class InstallationLedgerKeys:
    """Keys of people at one installation."""

    def __init__(self, installation: Installation, sealing: Sealing) -> None:
        self._moving = Moving(installation, sealing)
        self._losing = Losing(installation, sealing)
        self._showing = Showing(installation, sealing)

    def state(self, person_id: UUID, battery_id: UUID) -> KeyState:
        """Return how a battery stands."""
        return self._showing.state(person_id, battery_id)

    def waiting(self, person_id: UUID) -> list[WaitingForMe]:
        """Return what waits for the person's signature."""
        return self._showing.waiting(person_id)

    def take(self, person_id: UUID, battery_id: UUID, signed: Signed) -> bool:
        """Let a new key hold the battery; False if the former owner has to sign as well."""
        return self._moving.take(person_id, battery_id, signed)

    def give(self, person_id: UUID, request_id: UUID, signature: bytes) -> None:
        """Give a battery to its next owner."""
        self._moving.give(person_id, request_id, signature)

    def appoint(self, person_id: UUID, battery_id: UUID, signed: Signed) -> None:
        """Let the organisation hold the battery."""
        self._moving.appoint(person_id, battery_id, signed)

    def lost(self, person_id: UUID, battery_id: UUID, signed: Signed) -> None:
        """Ask for another key in the place of a lost one."""
        self._losing.ask(person_id, battery_id, signed)

    def object_to(self, _person_id: UUID, battery_id: UUID, signed: Signed) -> None:
        """Stop a replacement."""
        self._losing.object_to(battery_id, signed)

    def finish(self, _person_id: UUID, battery_id: UUID) -> None:
        """Carry a replacement out after its delay."""
        self._losing.finish(battery_id)
