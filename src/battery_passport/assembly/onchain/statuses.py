"""Has changes of status recorded in the registry, as far as the organisation may sign them.

In: events that changed a status. Out: tokens with the new status, or the reason why not yet.
"""

import time
from datetime import timedelta
from uuid import UUID

from battery_passport.adapters.evm.accounts import AccountKey, address_of, sign_digest
from battery_passport.adapters.evm.errors import RegistryRefused
from battery_passport.adapters.evm.registry import Consent, EvmPassportRegistry
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.onchain import OnchainStore, PlacedLeaf, WorkKind
from battery_passport.adapters.sql.records import EventStore
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.digests import sha256
from battery_passport.ledger.onchain.batch_tree import PassportLeaf, batch_tree
from battery_passport.ledger.onchain.checking import same_address
from battery_passport.ledger.onchain.messages import SecondLife, StatusChange
from battery_passport.ledger.onchain.salted import commitment_of, new_salt
from battery_passport.ledger.onchain.state import TokenState
from battery_passport.ledger.onchain.statuses import CODE_OF_STATUS, RECORDED_BY, StatusCode
from battery_passport.ledger.onchain.typed_data import TypedMessage, digest_of
from battery_passport.lifecycle.records import parse_event_record

_WITHIN = timedelta(hours=1)
_AT_ONCE = 200
_ROUND_S = 5.0
"""How long one round goes on recording; the next goes on with the rest."""


class NotYet(Exception):
    """A change of status cannot be recorded now; the text says why, for a person."""


class StatusSender:
    """Records changes of status in the name of the installation's own organisation."""

    def __init__(self, database: Database, clock: Clock, *, organisation: AccountKey) -> None:
        self._database = database
        self._clock = clock
        self._organisation = organisation
        self._address = address_of(organisation.public_key)

    def settle(self, registry: EvmPassportRegistry) -> int:
        """Record what waits; return how many changes were recorded. Raises: ChainUnavailable."""
        with self._database.read() as connection:
            waiting = OnchainStore(connection).waiting(WorkKind.STATUS, _AT_ONCE)
        ends_s = time.monotonic() + _ROUND_S
        done = 0
        for event_id, battery_id in waiting:
            if time.monotonic() > ends_s:
                break  # checkpoints wait for the same chain
            done += self._settle(registry, event_id, battery_id)
        return done

    def _settle(self, registry: EvmPassportRegistry, event_id: UUID, battery_id: UUID) -> bool:
        try:
            self._record(registry, event_id, battery_id)
        except (NotYet, RegistryRefused) as error:
            with self._database.write() as connection:
                OnchainStore(connection).note_problem(event_id, str(error))
            return False
        with self._database.write() as connection:
            OnchainStore(connection).finish([event_id])
        return True

    def _record(self, registry: EvmPassportRegistry, event_id: UUID, battery_id: UUID) -> None:
        with self._database.read() as connection:
            stored = EventStore(connection).by_id(event_id)
        if stored is None:
            return
        event = parse_event_record(stored.record)
        token = self.registered(registry, battery_id)
        target = StatusCode.RECYCLED
        if event.event_type != "recycled":
            target = CODE_OF_STATUS[str(event.payload["to"])]
        if token.status is target:
            return  # the answer to an earlier sending was lost
        if (token.status, target) not in RECORDED_BY:
            raise NotYet("A second life begins with a passport of its own, for a new battery.")
        self._set(registry, token, target, sha256(stored.record))

    def _set(
        self, registry: EvmPassportRegistry, token: TokenState, target: StatusCode, digest: bytes
    ) -> None:
        if not same_address(token.holder, self._address):
            raise NotYet("The battery's owner has to sign this change on the ledger.")
        change = StatusChange(
            key=token.key,
            before=token.status,
            after=target,
            holder=token.holder,
            actor=self._address,
            takes_responsibility=not same_address(token.responsible, self._address),
            evidence=commitment_of(new_salt(), digest),
            nonce=token.nonce,
            deadline=self._deadline_s(),
        )
        signature = self._sign(registry, change)
        registry.set_status(change, signature, signature)

    def registered(self, registry: EvmPassportRegistry, battery_id: UUID) -> TokenState:
        """Return a battery's token, registered now from its batch if it was not.

        Raises: NotYet, RegistryRefused, ChainUnavailable.
        """
        with self._database.read() as connection:
            store = OnchainStore(connection)
            placed = store.leaf_of(battery_id)
            hashes = [] if placed is None else store.leaf_hashes(placed.batch.root)
        if placed is None:
            raise NotYet("The battery's passport is not on the ledger yet.")
        if registry.token(placed.leaf.key) is None:
            self._register(registry, placed, hashes)
        token = registry.token(placed.leaf.key)
        if token is None:
            raise NotYet("The ledger has not registered the passport.")
        return token

    def _register(
        self, registry: EvmPassportRegistry, placed: PlacedLeaf, hashes: list[bytes]
    ) -> None:
        if placed.batch.number is None:
            raise NotYet("The battery's passport is not on the ledger yet.")
        consents = [self._consent(registry, each, placed.leaf) for each in placed.leaf.predecessors]
        proof = batch_tree(hashes).proof(placed.index)
        registry.register(placed.batch.number, placed.leaf, proof, consents)

    def _consent(
        self, registry: EvmPassportRegistry, predecessor: bytes, leaf: PassportLeaf
    ) -> Consent:
        """Return the organisation's consent to the second life of a battery that it holds."""
        token = registry.token(predecessor)
        if token is None or not same_address(token.holder, self._address):
            raise NotYet("The holder of a battery before has to agree to its second life.")
        message = SecondLife(
            predecessor=predecessor,
            successor=leaf.key,
            status=leaf.status,
            operator=self._address,
            nonce=token.nonce,
            deadline=self._deadline_s(),
        )
        return (message.deadline, self._sign(registry, message))

    def _sign(self, registry: EvmPassportRegistry, message: TypedMessage) -> bytes:
        return sign_digest(self._organisation, digest_of(registry.domain, message))

    def _deadline_s(self) -> int:
        return int((self._clock.now() + _WITHIN).timestamp())
