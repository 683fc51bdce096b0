"""Issues prepared batches in the organisation's name, each once, whatever was lost on the way.

In: prepared batches, the registry. Out: batches with their numbers on the chain.
"""

import logging
from datetime import timedelta

from battery_passport.adapters.evm.accounts import AccountKey, address_of, sign_digest
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.onchain import OnchainStore, PreparedBatch
from battery_passport.foundation.clock import Clock
from battery_passport.ledger.onchain.messages import BatchIssue
from battery_passport.ledger.onchain.typed_data import digest_of

_LOG = logging.getLogger(__name__)
_WITHIN = timedelta(hours=1)
_ROLLED_BACK_BLOCKS = 128
_LOOKED_BACK = 64
"""Batches that are looked for again each round: a chain may be rolled back as many blocks."""


class BatchSender:
    """Sends batches of the installation's own organisation."""

    def __init__(self, database: Database, clock: Clock, *, organisation: AccountKey) -> None:
        self._database = database
        self._clock = clock
        self._organisation = organisation
        self._issuer = address_of(organisation.public_key)

    def settle(self, registry: EvmPassportRegistry) -> int:
        """Bring every prepared batch to the chain; return how many were sent.

        Raises: ChainUnavailable, RegistryRefused; what was not settled is settled by the next call.
        """
        self.notice_losses(registry)
        with self._database.read() as connection:
            unsent = OnchainStore(connection).unsent()
        return sum(self._settle(registry, batch) for batch in unsent)

    def _settle(self, registry: EvmPassportRegistry, batch: PreparedBatch) -> bool:
        """Look for the batch first: the answer to an earlier sending may have been lost."""
        number = self._find(registry, batch)
        sent = number is None
        if number is None:
            self._issue(registry, batch)
            number = self._find(registry, batch)
        with self._database.write() as connection:
            OnchainStore(connection).number(batch.root, number)
        return sent

    def _find(self, registry: EvmPassportRegistry, batch: PreparedBatch) -> int | None:
        # After a roll-back the same batch may come to be in an earlier block.
        first = max(0, batch.from_block - _ROLLED_BACK_BLOCKS)
        return registry.find_batch(self._issuer, batch.root, from_block=first)

    def _issue(self, registry: EvmPassportRegistry, batch: PreparedBatch) -> None:
        # The nonce makes it impossible that two sendings of one batch are both carried out.
        progress = registry.progress(self._issuer)
        issue = BatchIssue(
            issuer=self._issuer,
            root=batch.root,
            previous_root=progress.newest_root,
            size=batch.size,
            nonce=progress.count,
            deadline=int((self._clock.now() + _WITHIN).timestamp()),
        )
        signature = sign_digest(self._organisation, digest_of(registry.domain, issue))
        registry.issue(issue, signature)

    def notice_losses(self, registry: EvmPassportRegistry) -> None:
        """Put batches in line again that the chain had and has no more."""
        with self._database.read() as connection:
            issued = OnchainStore(connection).issued(_LOOKED_BACK)
        lost = []
        for batch in issued:
            if batch.number is None or registry.batch_root(batch.number) == batch.root:
                break
            lost.append(batch)
        if not lost:
            return
        _LOG.warning("the chain lost %d batches of passports; they are issued anew", len(lost))
        with self._database.write() as connection:
            for batch in lost:
                OnchainStore(connection).number(batch.root, None)
