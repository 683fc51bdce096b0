"""One round of bringing passports to the registry; the anchorer's process runs it.

In: an opened chain. Out: versions in batches, batches on the chain, statuses recorded.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from battery_passport.adapters.evm.accounts import AccountKey
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.onchain import OnchainStore, WorkKind
from battery_passport.assembly.onchain.preparing import LARGEST_BATCH, prepare_batch
from battery_passport.assembly.onchain.sending import BatchSender
from battery_passport.assembly.onchain.statuses import StatusSender
from battery_passport.foundation.clock import Clock

OpenRegistry = Callable[[], AbstractContextManager[EvmPassportRegistry]]


@dataclass(frozen=True, slots=True)
class Told:
    """What one round told the registry."""

    batches: int
    statuses: int


class RegistryKeeper:
    """Keeps the registry up to date with what facts have noted."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        organisation: AccountKey,
        open_registry: OpenRegistry,
    ) -> None:
        self._database = database
        self._clock = clock
        self._open = open_registry
        self._batches = BatchSender(database, clock, organisation=organisation)
        self.statuses = StatusSender(database, clock, organisation=organisation)

    def run(self) -> Told:
        """Tell the registry what waits; return what was told.

        Nothing is lost by a failure: what was prepared is sent by the next run.
        Raises: ChainUnavailable, RegistryRefused, RoleTaken.
        """
        if not self._is_due():
            return Told(batches=0, statuses=0)
        with self._open() as registry:
            batches = self.bring(registry)
            return Told(batches=batches, statuses=self.statuses.settle(registry))

    def bring(self, registry: EvmPassportRegistry) -> int:
        """Bring all versions that wait to an opened registry; return how many batches were sent.

        Raises: ChainUnavailable, RegistryRefused.
        """
        while self._prepare(from_block=registry.block_number()) == LARGEST_BATCH:
            pass
        return self._batches.settle(registry)

    def notice_losses(self, registry: EvmPassportRegistry) -> None:
        """Put batches in line again that the chain has lost. Raises: ChainUnavailable."""
        self._batches.notice_losses(registry)

    def _is_due(self) -> bool:
        """Return whether anything waits, so that an idle home opens no chain."""
        with self._database.read() as connection:
            store = OnchainStore(connection)
            waits = any(store.waiting(kind, 1) for kind in WorkKind)
            return waits or bool(store.unsent()) or bool(store.issued(1))

    def _prepare(self, *, from_block: int) -> int:
        with self._database.write() as connection:
            batch = prepare_batch(connection, from_block=from_block, moment=self._clock.now())
        return 0 if batch is None else batch.size
