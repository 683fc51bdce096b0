"""People's addresses and open requests, opened and sealed with each person's own key.

In: a transaction and the sealing. Out: keys and requests in clear, while the transaction lasts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.records.ledger_keys import (
    RequestKind,
    SealedKey,
    SealedRequest,
)
from battery_passport.access.stores.people import Sealing
from battery_passport.adapters.sql.ledger_keys import SqlLedgerKeys, SqlLedgerRequests
from battery_passport.adapters.sql.people import SqlPeople
from battery_passport.foundation.strict_json import JsonObject, canonical_json, parse_json_object
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.ledger.onchain.checking import same_address

_KEY, _REQUEST = "ledger-key", "ledger-request"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKey:
    """A person's key for a battery: its address, and the wrapped copy if one is kept here."""

    person_id: UUID
    battery_id: UUID
    address: str
    copy: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """What a person signed and others have not yet: members of the message, and signatures."""

    request_id: UUID
    kind: RequestKind
    person_id: UUID
    battery_id: UUID
    message: JsonObject
    signatures: dict[str, str]
    deadline_s: int
    made_at: datetime


class KeyBook:
    """Keys and requests within one transaction."""

    def __init__(self, connection: Connection, sealing: Sealing) -> None:
        self._keys = SqlLedgerKeys(connection)
        self._requests = SqlLedgerRequests(connection)
        self._people = SqlPeople(connection)
        self._sealing = sealing

    def keep(self, key: OwnKey) -> None:
        """Keep a person's key for a battery."""
        sealed = self._sealed(key.person_id, _KEY, {"address": key.address, "copy": key.copy})
        self._keys.add(
            SealedKey(
                key_id=new_uuid7(key.made_at),
                person_id=key.person_id,
                battery_id=key.battery_id,
                sealed=sealed,
                made_at=key.made_at,
            )
        )

    def keys_of(self, person_id: UUID) -> Sequence[OwnKey]:
        """Return a person's keys, the newest first."""
        return list(self._opened(self._keys.of_person(person_id)))

    def key_with(self, battery_id: UUID, address: str) -> OwnKey | None:
        """Return the key of a battery that has that address, whoever made it."""
        made = self._opened(self._keys.of_battery(battery_id))
        return next((key for key in made if same_address(key.address, address)), None)

    def ask(self, request: OpenRequest) -> None:
        """Keep a request, in the place of the same person's earlier ones for the battery."""
        for earlier in self._requests.of_battery(request.battery_id):
            if earlier.person_id == request.person_id and earlier.kind is request.kind:
                self._requests.remove(earlier.request_id)
        self._requests.add(
            SealedRequest(
                request_id=request.request_id,
                kind=request.kind,
                person_id=request.person_id,
                battery_id=request.battery_id,
                sealed=self._sealed(request.person_id, _REQUEST, _content(request)),
                deadline_s=request.deadline_s,
                made_at=request.made_at,
            )
        )

    def request(self, request_id: UUID) -> OpenRequest | None:
        """Return a request."""
        sealed = self._requests.by_id(request_id)
        return None if sealed is None else self._request(sealed)

    def requests_for(self, battery_id: UUID) -> Sequence[OpenRequest]:
        """Return what waits for a battery, the newest first."""
        found = (self._request(each) for each in self._requests.of_battery(battery_id))
        return [each for each in found if each is not None]

    def requests_of_kind(self, kind: RequestKind) -> Sequence[OpenRequest]:
        """Return all that waits of a kind, the newest first."""
        found = (self._request(each) for each in self._requests.of_kind(kind))
        return [each for each in found if each is not None]

    def sign(self, request: OpenRequest, name: str, signature: str) -> OpenRequest:
        """Add a signature to a request and return it with that."""
        signed = replace(request, signatures={**request.signatures, name: signature})
        sealed = self._sealed(request.person_id, _REQUEST, _content(signed))
        self._requests.save(request.request_id, sealed)
        return signed

    def close(self, request_id: UUID) -> None:
        """Remove a request."""
        self._requests.remove(request_id)

    def _request(self, sealed: SealedRequest) -> OpenRequest | None:
        content = self._content(sealed.person_id, _REQUEST, sealed.sealed)
        if content is None:
            return None
        message, signatures = content["message"], content["signatures"]
        return OpenRequest(
            request_id=sealed.request_id,
            kind=sealed.kind,
            person_id=sealed.person_id,
            battery_id=sealed.battery_id,
            message=message if isinstance(message, dict) else {},
            signatures=(
                {name: str(text) for name, text in signatures.items()}
                if isinstance(signatures, dict)
                else {}
            ),
            deadline_s=sealed.deadline_s,
            made_at=sealed.made_at,
        )

    def _opened(self, keys: Sequence[SealedKey]) -> Iterator[OwnKey]:
        for key in keys:
            content = self._content(key.person_id, _KEY, key.sealed)
            if content is not None:
                yield OwnKey(
                    person_id=key.person_id,
                    battery_id=key.battery_id,
                    address=str(content["address"]),
                    copy=str(content["copy"]),
                    made_at=key.made_at,
                )

    def _sealed(self, person_id: UUID, field: str, content: JsonObject) -> bytes:
        key = self._people.subject_key(person_id)
        if key is None:
            raise LookupError("A person without an account has signed something.")
        return self._sealing.seal(key, field, canonical_json(content).decode("utf-8"))

    def _content(self, person_id: UUID, field: str, sealed: bytes) -> JsonObject | None:
        """Return what was sealed; None once the person was erased."""
        key = self._people.subject_key(person_id)
        if key is None:
            return None
        return parse_json_object(self._sealing.unseal(key, field, sealed).encode("utf-8"))


def _content(request: OpenRequest) -> JsonObject:
    return {"message": request.message, "signatures": {**request.signatures}}
