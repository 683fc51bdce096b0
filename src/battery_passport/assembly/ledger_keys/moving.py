"""Batteries change hands on the ledger: to a person's key, to the next owner, to an organisation.

In: what people signed. Out: the contract has moved the battery, or the other side is asked.
"""

from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.records.ledger_keys import RequestKind
from battery_passport.access.stores.people import Sealing
from battery_passport.adapters.evm.accounts import sign_digest
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.ledger_keys.book import KeyBook, OpenRequest, OwnKey
from battery_passport.assembly.ledger_keys.messages import (
    check_signer,
    kept_move,
    moved,
    opened_move,
)
from battery_passport.assembly.ledger_keys.tokens import (
    opened_registry,
    organisation_address,
    token_of,
)
from battery_passport.foundation.errors import NotFound
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.ledger.onchain.checking import check_transfer, same_address
from battery_passport.ledger.onchain.messages import OwnershipTransfer
from battery_passport.ledger.onchain.typed_data import digest_of
from battery_passport.web.owner_keys.ports import Signed

TAKING, GIVING = "taking", "giving"


class NothingToSign(NotFound):
    """What was to be signed waits no more."""

    code = "nothing-to-sign"
    remedy = "Look at the page anew."


class Moving:
    """Transfers of ownership."""

    def __init__(self, installation: Installation, sealing: Sealing) -> None:
        self._installation = installation
        self._sealing = sealing

    def take(self, person_id: UUID, battery_id: UUID, signed: Signed) -> bool:
        """Let a new key hold the battery; False if the former owner has to sign as well."""
        now = self._installation.clock.now()
        with opened_registry(self._installation) as registry:
            token = token_of(self._installation, registry, battery_id)
            move = moved(token, signed.address, signed.deadline_s, nonce=signed.number)
            check_transfer(move, token, now)
            check_signer(registry.domain, move, signed.signature, signed.address)
            self._keep(person_id, battery_id, signed)
            if same_address(token.holder, organisation_address(self._installation)):
                giving = self._organisations_signature(registry, move)
                registry.transfer(move, giving, signed.signature)
                self._record("ledger-key-taken", person_id, battery_id)
                return True
        self._ask(person_id, battery_id, move, signed.signature)
        return False

    def give(self, person_id: UUID, request_id: UUID, signature: bytes) -> None:
        """Give a battery to its next owner, who has signed already."""
        with self._installation.database.read() as connection:
            book = KeyBook(connection, self._sealing)
            request = book.request(request_id)
            mine = None
            if request is not None and request.kind is RequestKind.TRANSFER:
                mine = book.key_with(request.battery_id, str(request.message["sender"]))
        if request is None or mine is None or mine.person_id != person_id:
            raise NothingToSign("Nobody waits for this signature.")
        move = opened_move(request.message)
        with opened_registry(self._installation) as registry:
            token = token_of(self._installation, registry, request.battery_id)
            check_transfer(move, token, self._installation.clock.now())
            check_signer(registry.domain, move, signature, move.sender)
            registry.transfer(move, signature, bytes.fromhex(request.signatures[TAKING]))
        with self._installation.database.write() as connection:
            KeyBook(connection, self._sealing).close(request_id)
        self._record("ledger-transferred", person_id, request.battery_id)

    def appoint(self, person_id: UUID, battery_id: UUID, signed: Signed) -> None:
        """Let the installation's organisation hold the battery until its owner takes it back."""
        receiver = organisation_address(self._installation)
        with opened_registry(self._installation) as registry:
            token = token_of(self._installation, registry, battery_id)
            move = moved(token, receiver, signed.deadline_s, nonce=signed.number)
            check_transfer(move, token, self._installation.clock.now())
            check_signer(registry.domain, move, signed.signature, token.holder)
            taking = self._organisations_signature(registry, move)
            registry.transfer(move, signed.signature, taking)
        self._record("ledger-organisation-appointed", person_id, battery_id)

    def _organisations_signature(
        self, registry: EvmPassportRegistry, move: OwnershipTransfer
    ) -> bytes:
        digest = digest_of(registry.domain, move)
        return sign_digest(self._installation.keys.organisation_key, digest)

    def _keep(self, person_id: UUID, battery_id: UUID, signed: Signed) -> None:
        """Keep the key before the ledger knows it: a battery must not move to an unknown one."""
        with self._installation.database.write() as connection:
            book = KeyBook(connection, self._sealing)
            if book.key_with(battery_id, signed.address) is None:
                book.keep(
                    OwnKey(
                        person_id=person_id,
                        battery_id=battery_id,
                        address=signed.address,
                        copy=signed.copy,
                        made_at=self._installation.clock.now(),
                    )
                )

    def _ask(
        self, person_id: UUID, battery_id: UUID, move: OwnershipTransfer, signature: bytes
    ) -> None:
        now = self._installation.clock.now()
        request = OpenRequest(
            request_id=new_uuid7(now),
            kind=RequestKind.TRANSFER,
            person_id=person_id,
            battery_id=battery_id,
            message=kept_move(move),
            signatures={TAKING: signature.hex()},
            deadline_s=move.deadline,
            made_at=now,
        )
        with self._installation.database.write() as connection:
            KeyBook(connection, self._sealing).ask(request)

    def _record(self, name: str, person_id: UUID, battery_id: UUID) -> None:
        act = Act(name=name, subject_id=person_id, actor_id=person_id, battery_id=battery_id)
        with self._installation.database.write() as connection:
            record_act(connection, act, self._installation.clock.now())
