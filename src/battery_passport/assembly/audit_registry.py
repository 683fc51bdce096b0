"""The audit of the registry on the chain: what it holds against the records, and its own events.

In: an installation. Out: counts, or the first batch or passport that does not hold, and the block.
The chain is held for a moment at a time: what waits to be anchored goes on meanwhile.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.evm.accounts import address_of
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.deployment import are_deployed
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.adapters.evm.registry_events import RegistryEvents
from battery_passport.adapters.evm.sending import Sender
from battery_passport.adapters.sql.onchain import PreparedBatch
from battery_passport.adapters.sql.onchain_archive import OnchainArchive
from battery_passport.assembly.audit_batches import check_leaves, name_of
from battery_passport.assembly.audit_tokens import Books, check_token
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.onchain.opening import as_registry_chain
from battery_passport.assembly.state_file import StateFile
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.memory import MemoryOutgoing
from battery_passport.ledger.onchain.checking import same_address
from battery_passport.ledger.onchain.history import BatchAsTold, RegistryHistory
from battery_passport.proof.errors import StoredRecordAltered

RESTORED_FILE = "restored.json"
CHAIN_BLOCK = "chain_block"
_TOKENS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class RegistryCounts:
    """What was compared."""

    batches: int
    passports: int

    def as_json(self) -> JsonObject:
        return {"batches": self.batches, "passports": self.passports}

    def lines(self) -> list[str]:
        """Return the counts for people."""
        if not self.batches:
            return []
        counts = f"{self.batches} batches and {self.passports} registered passports"
        return [f"{counts} are in the ledger's registry as the records say."]


def check_registry(installation: Installation) -> RegistryCounts:
    """Return the counts if registry and records agree.

    Raises: StoredRecordAltered, ChainUnavailable, RoleTaken.
    """
    with ExitStack() as stack:
        with _reading(installation) as chain:
            # Noted batches that a roll-back took are put in line again first, like anchors.
            if chain is not None:
                installation.registry.notice_losses(chain.registry)
            connection = stack.enter_context(installation.database.read())
            keys = OnchainArchive(connection).keys()  # the view is that of its first reading
            history = RegistryHistory(keys.keys())
            newest = -1 if chain is None else chain.take_into(history, first=0)
        check = _Check(installation, connection, history, newest)
        batches = check.batches()
        return RegistryCounts(batches, check.tokens(keys))


@dataclass(frozen=True, slots=True)
class _Chain:
    """The registry and its events, while the chain is held."""

    registry: EvmPassportRegistry
    events: RegistryEvents

    def take_into(self, history: RegistryHistory, *, first: int) -> int:
        """Take the events from a block on; return the newest block."""
        newest = self.events.newest_block()
        history.take(self.events.between(first, newest))
        return newest


@contextmanager
def _reading(installation: Installation) -> Iterator[_Chain | None]:
    """Give the registry for reading; None where the contracts are not deployed yet."""
    with installation.anchoring.chain() as ledger:
        chain, contracts = as_registry_chain(ledger), installation.chain.contracts
        if not are_deployed(chain.node, contracts):
            yield None
            return
        relay = ChainAccount(installation.keys.relay_key, chain_id=chain.chain_id)
        sender = Sender(chain.node, relay, MemoryOutgoing())
        yield _Chain(
            EvmPassportRegistry(chain.node, contracts, sender),
            RegistryEvents(chain.node, contracts.registry),
        )


class _Check:
    """One comparison of what is stored with what the registry's events have told."""

    def __init__(
        self,
        installation: Installation,
        connection: Connection,
        history: RegistryHistory,
        newest_block: int,
    ) -> None:
        self._installation = installation
        self._archive = OnchainArchive(connection)
        self._history = history
        self._newest_block = newest_block
        self._issuer = address_of(installation.keys.organisation_key.public_key)
        restored = StateFile(installation.home.folder / RESTORED_FILE).read()
        known = restored.get(CHAIN_BLOCK)
        self._books = Books(
            connection=connection,
            issuer=self._issuer,
            # Of what this organisation did after the backup, only the chain knows.
            known_from=known if isinstance(known, int) else -1,
        )

    def batches(self) -> int:
        """Check every batch, here and there; return how many are stored."""
        told = self._history.batches
        by_root = {each.root: each for each in told.values()}
        stored = set()
        for batch in self._archive.batches():
            check_leaves(batch, self._archive.leaves(batch.root))
            _compare_batch(batch, told, by_root)
            stored.add(batch.root)
        for each in told.values():
            own = same_address(each.issuer, self._issuer)
            late = each.block_number > self._books.known_from
            if own and late and each.root not in stored:
                raise StoredRecordAltered(
                    f"Batch {each.number} of the registry, in block {each.block_number}, was "
                    "issued with this organisation's key, but is not stored here.",
                    block=each.block_number,
                )
        return len(stored)

    def tokens(self, keys: Mapping[bytes, UUID]) -> int:
        """Check every registered passport of a battery here; return how many there are."""
        registered = sorted(self._history.tokens, key=self._when_registered)
        for start in range(0, len(registered), _TOKENS_AT_ONCE):
            with _reading(self._installation) as chain:
                if chain is None:
                    break
                for key in registered[start : start + _TOKENS_AT_ONCE]:
                    self._check_token(chain, key, keys[key])
        return len(registered)

    def _when_registered(self, key: bytes) -> tuple[int, bytes]:
        return self._history.tokens[key].registered_in, key

    def _check_token(self, chain: _Chain, key: bytes, battery_id: UUID) -> None:
        self._newest_block = chain.take_into(self._history, first=self._newest_block + 1)
        told = self._history.tokens[key]
        batch = self._history.batches.get(told.batch)
        leaves = self._archive.leaves_of(batch.root, battery_id) if batch is not None else []
        check_token(self._books, battery_id, told, leaves=leaves, held=chain.registry.token(key))


def _compare_batch(
    batch: PreparedBatch, told: Mapping[int, BatchAsTold], by_root: Mapping[bytes, BatchAsTold]
) -> None:
    there = by_root.get(batch.root)
    if batch.number is None:
        return  # its turn to be sent comes, or the answer to its sending was lost
    if there is None:
        raise StoredRecordAltered(
            f"{name_of(batch)} is noted as batch {batch.number} of the registry, which does not "
            "hold it.",
            block=None if batch.number not in told else told[batch.number].block_number,
        )
    if (there.number, there.size) != (batch.number, batch.size):
        raise StoredRecordAltered(
            f"{name_of(batch)} is noted as batch {batch.number} of {batch.size} passports; the "
            f"registry has it as batch {there.number} of {there.size}, in block "
            f"{there.block_number}.",
            block=there.block_number,
        )
