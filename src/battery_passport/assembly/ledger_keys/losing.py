"""A lost key's place goes to another, by approvals of members and after a delay open to objection.

In: what people and members signed. Out: a proposal on the ledger, stopped or carried out.
"""

from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.records.ledger_keys import RequestKind
from battery_passport.access.stores.people import Sealing
from battery_passport.adapters.evm.accounts import address_of, sign_digest
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.ledger_keys.book import KeyBook, OpenRequest, OwnKey
from battery_passport.assembly.ledger_keys.messages import (
    SignatureNotTheirs,
    check_signer,
    kept_wish,
    opened_wish,
)
from battery_passport.assembly.ledger_keys.moving import NothingToSign
from battery_passport.assembly.ledger_keys.tokens import opened_registry, token_of
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.ledger.onchain.checking import (
    MessageOutdated,
    check_deadline,
    check_rebinding,
    same_address,
)
from battery_passport.ledger.onchain.messages import Objection, Rebinding
from battery_passport.ledger.onchain.typed_data import digest_of
from battery_passport.web.owner_keys.ports import Signed

OF_NEW = "of-new"


class Losing:
    """Replacements of lost keys."""

    def __init__(self, installation: Installation, sealing: Sealing) -> None:
        self._installation = installation
        self._sealing = sealing

    def ask(self, person_id: UUID, battery_id: UUID, signed: Signed) -> None:
        """Keep a wish, signed by the new key, until enough members approve."""
        now = self._installation.clock.now()
        with opened_registry(self._installation) as registry:
            token = token_of(self._installation, registry, battery_id)
            wish = Rebinding(
                key=token.key,
                responsibility=False,
                sender=token.holder,
                receiver=signed.address,
                proposal=signed.number,
                deadline=signed.deadline_s,
            )
            check_rebinding(wish, token, registry.pending(token.key), now)
            check_signer(registry.domain, wish, signed.signature, signed.address)
        request = OpenRequest(
            request_id=new_uuid7(now),
            kind=RequestKind.REBINDING,
            person_id=person_id,
            battery_id=battery_id,
            message=kept_wish(wish),
            signatures={OF_NEW: signed.signature.hex()},
            deadline_s=wish.deadline,
            made_at=now,
        )
        key = OwnKey(
            person_id=person_id,
            battery_id=battery_id,
            address=signed.address,
            copy=signed.copy,
            made_at=now,
        )
        with self._installation.database.write() as connection:
            book = KeyBook(connection, self._sealing)
            book.keep(key)
            book.ask(request)
        self._record("ledger-rebinding-asked", person_id, battery_id)

    def wishes(self) -> list[JsonObject]:
        """Return the wishes that wait for approvals, for the members who judge them."""
        with self._installation.database.read() as connection:
            open_wishes = KeyBook(connection, self._sealing).requests_of_kind(RequestKind.REBINDING)
        return [
            {
                "request": str(each.request_id),
                "battery": str(each.battery_id),
                "approvals": len(each.signatures) - 1,
                "digest": "0x" + self._digest(each).hex(),
            }
            for each in open_wishes
        ]

    def approve(self, request_id: UUID, approval: tuple[str, bytes] | None) -> JsonObject:
        """Add a member's approval, by default our own organisation's; propose when it is enough.

        Raises: NothingToSign, SignatureNotTheirs, MessageOutdated.
        """
        request = self._open(request_id)
        wish = opened_wish(request.message)
        with opened_registry(self._installation) as registry:
            token = token_of(self._installation, registry, request.battery_id)
            pending = registry.pending(token.key)
            check_rebinding(wish, token, pending, self._installation.clock.now())
            member, signature = approval or self._own_approval(registry, wish)
            check_signer(registry.domain, wish, signature, member)
            members, needed = registry.members()
            if not any(same_address(member, each) for each in members):
                raise SignatureNotTheirs(f"{member} is no member of the consortium.")
            request = self._approved(request, member, signature)
            approvals = _approvals(request)
            if len(approvals) >= needed:
                of_new = bytes.fromhex(request.signatures[OF_NEW])
                registry.propose_rebinding(wish, of_new, approvals)
        self._record("ledger-rebinding-approved", request.person_id, request.battery_id)
        return {"approvals": len(approvals), "needed": needed}

    def object_to(self, battery_id: UUID, signed: Signed) -> UUID | None:
        """Stop a proposal by the old key; return whose wish it was."""
        with opened_registry(self._installation) as registry:
            token = token_of(self._installation, registry, battery_id)
            pending = registry.pending(token.key)
            if pending.receiver is None:
                raise NothingToSign("No replacement of a key waits for this battery.")
            objection = Objection(
                key=token.key,
                responsibility=False,
                proposal=pending.next_proposal - 1,
                deadline=signed.deadline_s,
            )
            check_deadline(signed.deadline_s, self._installation.clock.now())
            check_signer(registry.domain, objection, signed.signature, token.holder)
            registry.object_to(objection, signed.signature)
        return self._closed(battery_id, "ledger-rebinding-objected")

    def finish(self, battery_id: UUID) -> None:
        """Carry a proposal out after its delay."""
        with opened_registry(self._installation) as registry:
            token = token_of(self._installation, registry, battery_id)
            ready_at = registry.pending(token.key).ready_at
            if ready_at is None or ready_at > self._installation.clock.now():
                raise MessageOutdated("The old key can still object, or nothing is proposed.")
            registry.rebind(token.key)
        self._closed(battery_id, "ledger-rebound")

    def _open(self, request_id: UUID) -> OpenRequest:
        with self._installation.database.read() as connection:
            request = KeyBook(connection, self._sealing).request(request_id)
        if request is None or request.kind is not RequestKind.REBINDING:
            raise NothingToSign("No such wish waits for approvals.")
        return request

    def _digest(self, request: OpenRequest) -> bytes:
        with opened_registry(self._installation) as registry:
            return digest_of(registry.domain, opened_wish(request.message))

    def _own_approval(self, registry: EvmPassportRegistry, wish: Rebinding) -> tuple[str, bytes]:
        key = self._installation.keys.organisation_key
        return address_of(key.public_key), sign_digest(key, digest_of(registry.domain, wish))

    def _approved(self, request: OpenRequest, member: str, signature: bytes) -> OpenRequest:
        with self._installation.database.write() as connection:
            book = KeyBook(connection, self._sealing)
            return book.sign(request, member.lower(), signature.hex())

    def _closed(self, battery_id: UUID, act: str) -> UUID | None:
        with self._installation.database.write() as connection:
            book = KeyBook(connection, self._sealing)
            wishes = [
                each for each in book.requests_for(battery_id) if each.kind is RequestKind.REBINDING
            ]
            for each in wishes:
                book.close(each.request_id)
        asked_by = wishes[0].person_id if wishes else None
        self._record(act, asked_by, battery_id)
        return asked_by

    def _record(self, name: str, person_id: UUID | None, battery_id: UUID) -> None:
        act = Act(name=name, subject_id=person_id, battery_id=battery_id)
        with self._installation.database.write() as connection:
            record_act(connection, act, self._installation.clock.now())


def _approvals(request: OpenRequest) -> list[tuple[str, bytes]]:
    """Return members and signatures as the contract takes them: ascending by address."""
    return sorted(
        (member, bytes.fromhex(signature))
        for member, signature in request.signatures.items()
        if member != OF_NEW
    )
