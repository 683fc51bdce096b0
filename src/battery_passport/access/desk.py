"""Everything that services of access work with in one transaction.

In: stores bound to a transaction, and what does not depend on one. Out: the `Desk` they are given.
"""

from dataclasses import dataclass, field
from datetime import datetime

from battery_passport.access.letters import Letter
from battery_passport.access.ports import ActLog
from battery_passport.access.stores.machines import MachineStore
from battery_passport.access.stores.organisations import OrganisationStore
from battery_passport.access.stores.people import (
    LinkStore,
    Passwords,
    PeopleStore,
    RecoveryStore,
    Sealing,
    SessionStore,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One transaction's stores, its moment, and the letters to send once it is committed.

    `passkeys_required` tells whether privileged people must show a passkey here.
    """

    people: PeopleStore
    sessions: SessionStore
    links: LinkStore
    recoveries: RecoveryStore
    organisations: OrganisationStore
    machines: MachineStore
    acts: ActLog
    sealing: Sealing
    passwords: Passwords
    moment: datetime
    base_url: str
    passkeys_required: bool
    letters: list[Letter] = field(default_factory=list)

    def address(self, path: str) -> str:
        """Return the full address of one of our pages, for letters."""
        return f"{self.base_url}{path}"
