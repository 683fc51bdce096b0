"""The looks that an organisation took.

In: an installation. Out: fulfils `web.consoles.supervision.ports.LookBook`.
"""

from collections.abc import Sequence

from battery_passport.access.model import Principal
from battery_passport.adapters.sql.looks import LookStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.sites.consoles.cards import cards_of
from battery_passport.web.consoles.supervision.ports import OwnLook


class SqlLookBook:
    """Looks by who took them."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def own(self, principal: Principal, *, most: int) -> Sequence[OwnLook]:
        """Return the latest looks of the principal's organisation in his roles."""
        if principal.organisation_id is None:
            return ()
        roles = {role.value for role in principal.roles}
        with self._installation.database.read() as connection:
            looks = LookStore(connection).of_organisation(principal.organisation_id, limit=most)
            registry = RegistryStore(connection)
            ids = dict.fromkeys(look.battery_id for look in looks)
            batteries = [found for each in ids if (found := registry.battery(each)) is not None]
            cards = {card.battery_id: card for card in cards_of(connection, batteries)}
        return [
            OwnLook(card=cards[look.battery_id], look=look)
            for look in looks
            if look.viewer in roles and look.battery_id in cards
        ]
