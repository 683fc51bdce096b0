"""The `status` of a bundle: what the issuer's status list says of its passport.

In: a token, the opened passport, trust anchors. Out: the list, if the passport counts by it.
"""

from collections.abc import Mapping
from datetime import datetime

from battery_passport.credentials.errors import StatusMismatch
from battery_passport.credentials.jwk import PublicKey
from battery_passport.credentials.status_list import (
    Status,
    StatusToken,
    open_status_token,
    read_status_place,
)
from battery_passport.foundation.clock import format_utc
from battery_passport.proof.credential_checks import OpenedCredential
from battery_passport.proof.errors import (
    NotTrusted,
    PassportRevoked,
    PassportSuspended,
    StatusExpired,
)
from battery_passport.proof.model import PASSPORT
from battery_passport.proof.trust import TrustFile
from battery_passport.proof.wording import checking

STATUS_PART = "The status"


def open_status(token: str, keys: Mapping[str, PublicKey]) -> StatusToken:
    """Return the list that one of the bundle's keys signed. Raises: VerificationFailed."""
    with checking(STATUS_PART):
        return open_status_token(token, lambda kid: keys.get(kid) if kid else None)


def check_status(status: StatusToken, passport: OpenedCredential, trust: TrustFile) -> None:
    """Return if the passport's own issuer says, later than the passport, that it counts.

    Raises: NotTrusted, MalformedToken, StatusMismatch, PassportRevoked, PassportSuspended.
    """
    trusted = trust.key(status.key.key_id, PASSPORT)
    if trusted is None or trusted.key != status.key or trusted.did != passport.issuer:
        raise NotTrusted(f"{STATUS_PART}: its key may not speak for {passport.issuer!r}.")
    with checking(STATUS_PART):
        place = read_status_place(passport.payload)
        if place is None or place.uri != status.uri:
            named = "no list" if place is None else repr(place.uri)
            raise StatusMismatch(f"It is the list {status.uri!r}, the passport names {named}.")
        if status.issued_at < passport.as_of.replace(microsecond=0):
            raise StatusMismatch(f"It is of {format_utc(status.issued_at)}, before the passport.")
        found = status.status_at(place.index)
    as_of = format_utc(status.issued_at)
    if found is Status.REVOKED:
        raise PassportRevoked(f"The issuer revoked this passport; status as of {as_of}.")
    if found is Status.SUSPENDED:
        raise PassportSuspended(f"The issuer suspended this passport; status as of {as_of}.")


def check_fresh(status: StatusToken, now: datetime | None, trust: TrustFile) -> None:
    """Return unless the reader insists on the status, and it was given for a time now over.

    Raises: StatusExpired.
    """
    if trust.requires_status and now is not None and now > status.expires_at:
        raise StatusExpired(f"The status was good until {format_utc(status.expires_at)}.")
