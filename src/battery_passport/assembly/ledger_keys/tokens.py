"""A battery's place on the ledger, made at its first use; and the ledger itself, opened.

In: an installation, a battery with a passport. Out: the key by which the ledger knows it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from battery_passport.adapters.evm.accounts import address_of
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.adapters.sql.onchain import OnchainStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.onchain.statuses import NotYet
from battery_passport.foundation.errors import NotFound
from battery_passport.ledger.onchain.state import TokenState


class NotOnLedger(NotFound):
    """A battery without a passport has no place on the ledger."""

    code = "not-on-ledger"
    remedy = "Issue its passport first."


@contextmanager
def opened_registry(installation: Installation) -> Iterator[EvmPassportRegistry]:
    """Give the registry of passports while nobody else of this process writes to it.

    Raises: RoleTaken, ChainUnavailable, EngineMissing.
    """
    with installation.registry_door.opened() as registry:
        yield registry


def organisation_address(installation: Installation) -> str:
    """Return the address by which the installation's own organisation acts."""
    return address_of(installation.keys.organisation_key.public_key)


def token_of(
    installation: Installation, registry: EvmPassportRegistry, battery_id: UUID
) -> TokenState:
    """Return a battery's token, registered now if it was not.

    Raises: NotOnLedger, RegistryRefused, ChainUnavailable.
    """
    with installation.database.read() as connection:
        key = OnchainStore(connection).keys_of([battery_id]).get(battery_id)
    found = None if key is None else registry.token(key)
    if found is not None:
        return found
    installation.registry.bring(registry)
    try:
        return installation.registry.statuses.registered(registry, battery_id)
    except NotYet as error:
        raise NotOnLedger(str(error)) from error


def seconds(moment: datetime) -> int:
    """Return a moment as the ledger counts: whole seconds since 1970."""
    return int(moment.timestamp())
