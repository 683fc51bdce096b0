"""Tells a person how a battery stands on the ledger, and what can be signed about it.

In: the registry, the person's keys and requests. Out: `web.owner_keys.ports.KeyState`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from battery_passport.access.records.ledger_keys import RequestKind
from battery_passport.access.stores.people import Sealing
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.ledger_keys.book import KeyBook, OpenRequest, OwnKey
from battery_passport.assembly.ledger_keys.losing import OF_NEW
from battery_passport.assembly.ledger_keys.messages import moved, opened_move, opened_wish, until
from battery_passport.assembly.ledger_keys.tokens import (
    opened_registry,
    organisation_address,
    token_of,
)
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.onchain.checking import same_address
from battery_passport.ledger.onchain.messages import NOBODY, Objection, Rebinding
from battery_passport.ledger.onchain.state import PendingRebinding, TokenState
from battery_passport.ledger.onchain.typed_data import TypedMessage, typed_data
from battery_passport.web.owner_keys.ports import Holder, KeyState, Replacement, WaitingForMe


class Showing:
    """How batteries stand on the ledger."""

    def __init__(self, installation: Installation, sealing: Sealing) -> None:
        self._installation = installation
        self._sealing = sealing

    def state(self, person_id: UUID, battery_id: UUID) -> KeyState:
        """Return how a battery stands for its owner."""
        with self._installation.database.read() as connection:
            book = KeyBook(connection, self._sealing)
            mine = _Mine(
                person_id,
                [each for each in book.keys_of(person_id) if each.battery_id == battery_id],
                book.requests_for(battery_id),
            )
            organisation = RegistryStore(connection).organisation_by_slug(DEFAULT_ORGANISATION)
        with opened_registry(self._installation) as registry:
            standing = _standing(self._installation, registry, battery_id)
            return _state(standing, mine, "" if organisation is None else organisation.name)

    def waiting(self, person_id: UUID) -> list[WaitingForMe]:
        """Return what waits for the person's signature."""
        with self._installation.database.read() as connection:
            book = KeyBook(connection, self._sealing)
            found = [
                (key, request)
                for key in book.keys_of(person_id)
                for request in book.requests_for(key.battery_id)
                if request.person_id != person_id
                and same_address(str(request.message["sender"]), key.address)
            ]
        if not found:
            return []
        with opened_registry(self._installation) as registry:
            told = (
                _waiting(_standing(self._installation, registry, key.battery_id), key, request)
                for key, request in found
            )
            return [each for each in told if each is not None]


@dataclass(frozen=True, slots=True)
class _Mine:
    """What a person has made for a battery, and what waits for it."""

    person_id: UUID
    keys: Sequence[OwnKey]
    requests: Sequence[OpenRequest]

    def key_with(self, address: str) -> OwnKey | None:
        return next((key for key in self.keys if same_address(key.address, address)), None)

    def request(self, kind: RequestKind) -> OpenRequest | None:
        """Return the newest request of a kind: mine before others'."""
        of_kind = [each for each in self.requests if each.kind is kind]
        of_kind.sort(key=lambda each: each.person_id != self.person_id)
        return of_kind[0] if of_kind else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What the ledger says of a battery now."""

    registry: EvmPassportRegistry
    token: TokenState
    pending: PendingRebinding
    now: datetime
    organisation: str

    def signable(self, message: TypedMessage) -> JsonObject:
        return typed_data(self.registry.domain, message)

    def moved_to(self, receiver: str) -> JsonObject:
        deadline_s = until(self.now)
        return self.signable(moved(self.token, receiver, deadline_s, nonce=self.token.nonce))

    def lost(self) -> JsonObject:
        wish = Rebinding(
            key=self.token.key,
            responsibility=False,
            sender=self.token.holder,
            receiver=NOBODY,
            proposal=self.pending.next_proposal,
            deadline=until(self.now),
        )
        return self.signable(wish)

    def objection(self) -> JsonObject:
        objection = Objection(
            key=self.token.key,
            responsibility=False,
            proposal=max(self.pending.next_proposal - 1, 0),
            deadline=until(self.now),
        )
        return self.signable(objection)


def _standing(
    installation: Installation, registry: EvmPassportRegistry, battery_id: UUID
) -> _Standing:
    token = token_of(installation, registry, battery_id)
    return _Standing(
        registry=registry,
        token=token,
        pending=registry.pending(token.key),
        now=installation.clock.now(),
        organisation=organisation_address(installation),
    )


def _state(standing: _Standing, mine: _Mine, organisation: str) -> KeyState:
    own = mine.key_with(standing.token.holder)
    holder = Holder.ME if own is not None else Holder.ANOTHER
    if same_address(standing.token.holder, standing.organisation):
        holder = Holder.ORGANISATION
    asked = mine.request(RequestKind.TRANSFER)
    is_waiting = asked is not None and _still_counts(standing, asked)
    replacement = _replacement(standing, mine)
    return KeyState(
        holder=holder,
        organisation=organisation,
        address=standing.token.holder if own is None else own.address,
        copy="" if own is None else own.copy,
        asked_until=(
            datetime.fromtimestamp(asked.deadline_s, UTC) if asked and is_waiting else None
        ),
        delay_s=standing.registry.rebinding_delay_s(),
        take=standing.moved_to(NOBODY),
        appoint=standing.moved_to(standing.organisation) if holder is Holder.ME else None,
        lost=None if replacement or holder is Holder.ORGANISATION else standing.lost(),
        objection=(standing.objection() if own is not None and standing.pending.receiver else None),
        replacement=replacement,
    )


def _still_counts(standing: _Standing, request: OpenRequest) -> bool:
    move = opened_move(request.message)
    fits = same_address(move.sender, standing.token.holder) and move.nonce == standing.token.nonce
    return fits and move.deadline > standing.now.timestamp()


def _replacement(standing: _Standing, mine: _Mine) -> Replacement | None:
    request, pending = mine.request(RequestKind.REBINDING), standing.pending
    if request is None and pending.receiver is None:
        return None
    members, needed = standing.registry.members()
    ready_at = pending.ready_at
    approvals = needed
    if ready_at is None and request is not None:
        wish = opened_wish(request.message)
        if wish.proposal != pending.next_proposal or wish.deadline <= standing.now.timestamp():
            return None
        approvals = len([name for name in request.signatures if name != OF_NEW])
    return Replacement(
        approvals=approvals,
        needed=needed,
        members=len(members),
        ready_at=ready_at,
        is_ready=ready_at is not None and ready_at <= standing.now,
        is_mine=request is not None and request.person_id == mine.person_id,
    )


def _waiting(standing: _Standing, key: OwnKey, request: OpenRequest) -> WaitingForMe | None:
    """Return what is asked of a key; None if its time is over."""
    is_objection = request.kind is RequestKind.REBINDING
    if is_objection:
        if standing.pending.receiver is None or not same_address(
            standing.token.holder, key.address
        ):
            return None
        message = standing.objection()
    elif _still_counts(standing, request):
        message = standing.signable(opened_move(request.message))
    else:
        return None
    return WaitingForMe(
        request_id=None if is_objection else request.request_id,
        battery_id=key.battery_id,
        address=key.address,
        copy=key.copy,
        message=message,
        until=standing.pending.ready_at or datetime.fromtimestamp(request.deadline_s, UTC),
        is_objection=is_objection,
    )
