"""Whether passport versions still count: places given at issue, changed by authorised acts, told.

In: transactions, credentials, keys. Out: places, signed status lists, recorded acts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from battery_passport.access.acts import Act, DetailValue
from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.adapters.sql.statuses import StatusStore, TakenPlace
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from battery_passport.assembly.identity import organisation_did
from battery_passport.assembly.keys import InstallationKeys
from battery_passport.credentials.status_list import (
    PLACES,
    PURPOSES,
    Status,
    StatusPlace,
    pack_statuses,
    sign_bitstring_credential,
    sign_status_list,
)
from battery_passport.lifecycle.model import Event
from battery_passport.proof.model import PASSPORT
from battery_passport.registry.model import Battery

STATUS_PATH = "/status"
REASONS = ("issued-in-error", "wrong-data", "key-compromised", "withdrawn")
"""Why a version is revoked: a code, because the record of the act holds no free text."""

STATUS_OF_EVENT: Mapping[str, Status] = MappingProxyType(
    {"passport_suspended": Status.SUSPENDED, "passport_resumed": Status.VALID}
)
"""What events of the passport's standing say of every version that was not revoked."""


def status_store(connection: Connection) -> StatusStore:
    """Return the status lists of a transaction."""
    return StatusStore(connection, places=PLACES)


def place_at(base_url: str, taken: TakenPlace) -> StatusPlace:
    """Return a place with the address that its list is read at."""
    return StatusPlace(uri=list_address(base_url, taken.list_id), index=taken.place)


def list_address(base_url: str, list_id: str) -> str:
    """Return where a status list is read."""
    return f"{base_url}{STATUS_PATH}/{list_id}"


def revoke_version(
    connection: Connection,
    battery: Battery,
    credential: StoredCredential,
    *,
    reason: str,
    moment: datetime,
) -> bool:
    """Let a version count no more, for good, and record the act; False if it did not before.

    A version issued before there were status lists has no place: nothing can be said of it.
    """
    store = status_store(connection)
    taken = store.place_of(credential.credential_id)
    if taken is None or taken.status == Status.REVOKED:
        return False
    store.change(credential.credential_id, status=Status.REVOKED, moment=moment)
    details: dict[str, DetailValue] = {"version": credential.sequence, "reason": reason}
    act = Act(name="passport-revoked", battery_id=battery.battery_id, details=details)
    record_act(connection, act, moment)
    return True


def follow_standing(connection: Connection, battery: Battery, event: Event) -> None:
    """Let a battery's versions say what an event says of the passport's standing."""
    status = STATUS_OF_EVENT.get(event.event_type)
    if status is None:
        return
    store = status_store(connection)
    for credential in CredentialStore(connection).of_battery(PASSPORT, battery.battery_id):
        taken = store.place_of(credential.credential_id)
        if taken is not None and taken.status not in (status, Status.REVOKED):
            store.change(credential.credential_id, status=status, moment=event.occurred_at)


@dataclass(frozen=True, slots=True)
class StatusPublisher:
    """Signs the lists as they stand."""

    keys: InstallationKeys
    base_url: str

    def token(self, connection: Connection, list_id: str, moment: datetime) -> str | None:
        """Return a list as a token; None if there is no such list."""
        packed = _packed(status_store(connection), list_id)
        if packed is None:
            return None
        address = list_address(self.base_url, list_id)
        return sign_status_list(address, packed, self.keys.issuer, moment=moment)

    def credential(
        self, connection: Connection, list_id: str, purpose: str, moment: datetime
    ) -> str | None:
        """Return one purpose of a list as a credential; None if there is no such list."""
        packed = _packed(status_store(connection), list_id)
        if packed is None or purpose not in PURPOSES.values():
            return None
        return sign_bitstring_credential(
            list_address(self.base_url, list_id),
            packed,
            self.keys.issuer,
            issuer=organisation_did(self.base_url, DEFAULT_ORGANISATION),
            purpose=purpose,
            moment=moment,
        )

    def token_of(self, connection: Connection, place: StatusPlace, moment: datetime) -> str | None:
        """Return the token of the list that holds a place of this installation."""
        address, _, list_id = place.uri.rpartition("/")
        if address != f"{self.base_url}{STATUS_PATH}":
            return None
        return self.token(connection, list_id, moment)


def _packed(store: StatusStore, list_id: str) -> bytes | None:
    places = store.size_of(list_id)
    return None if places is None else pack_statuses(places, store.not_good(list_id))
