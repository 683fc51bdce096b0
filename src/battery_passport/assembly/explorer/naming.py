"""Who is behind an address on the chain, as far as this installation knows.

In: an installation. Out: accounts with names; names of validators.
"""

from collections.abc import Iterable, Mapping

from battery_passport.adapters.evm.accounts import address_of
from battery_passport.adapters.evm.consortium.model import MEMBERS
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.digests import sha256
from battery_passport.ledger.onchain import roles
from battery_passport.web.explorer.views import Account, LedgerRole, OwnAccount, ProperName

_MEMBER_NAMES = {each.slug: ProperName(each.name_en, each.name_ko) for each in MEMBERS}


_ROLES = {
    roles.ISSUER: LedgerRole.ISSUER,
    roles.RESPONSIBLE_OPERATOR: LedgerRole.RESPONSIBLE_OPERATOR,
    roles.PERMITTED_OPERATOR: LedgerRole.PERMITTED_OPERATOR,
    roles.WASTE_OPERATOR: LedgerRole.WASTE_OPERATOR,
    roles.RECYCLER: LedgerRole.RECYCLER,
}


class Naming:
    """Names by the setting `chain_names`, own accounts by this installation's keys."""

    def __init__(self, installation: Installation) -> None:
        self._names = {
            address: ProperName(*names)
            for address, names in installation.settings.chain.names.items()
        }
        self._keys = installation.keys
        self._anchoring = roles.anchoring_role(sha256(installation.keys.log.name.encode()))
        self._monikers: dict[str, str] = {}

    def own_addresses(self) -> dict[str, OwnAccount]:
        """Return this installation's own accounts by address in lower letters."""
        keys = self._keys
        accounts = {
            OwnAccount.DEPLOYER: keys.deployer_key,
            OwnAccount.CARRIER: keys.relay_key,
            OwnAccount.ANCHORER: keys.anchor_key,
            OwnAccount.ORGANISATION: keys.organisation_key,
        }
        return {address_of(key.public_key).lower(): own for own, key in accounts.items()}

    def accounts(self, addresses: Iterable[str]) -> Mapping[str, Account]:
        """Return accounts by address as given."""
        own = self.own_addresses()
        return {
            address: Account(
                address=address,
                own=own.get(address.lower()),
                name=self._names.get(address.lower()),
            )
            for address in addresses
        }

    def roles(self) -> Mapping[bytes, LedgerRole]:
        """Return the roles of the consortium by their names on the chain."""
        return {**_ROLES, self._anchoring: LedgerRole.ANCHORER}

    def validator(self, address: str, moniker: str) -> ProperName | None:
        """Return a validator's name; what its node called itself is remembered for its absence."""
        if moniker:
            self._monikers[address] = moniker
        called = self._monikers.get(address, "")
        known = self._names.get(address) or _MEMBER_NAMES.get(called)
        return known or (ProperName(called, called) if called else None)
