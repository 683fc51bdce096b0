"""Credentials of a bundle: signature, disclosures, and the record that names them.

In: a logged credential and keys. Out: its opened content, or the first thing that does not hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from battery_passport.credentials.jwk import PublicKey
from battery_passport.credentials.sd_jwt import MEDIA_TYPE
from battery_passport.credentials.sd_jwt_verification import VerifiedSdJwt, verify_sd_jwt
from battery_passport.foundation.clock import format_utc, parse_utc
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.errors import MalformedBundle, NotTrusted, RecordMismatch
from battery_passport.proof.members import Members
from battery_passport.proof.model import LoggedCredential, LogRecord
from battery_passport.proof.trust import TrustFile
from battery_passport.proof.wording import checking


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCredential:
    """A credential whose signature, disclosures and record held; its issuer may be anyone."""

    payload: JsonObject
    sections: tuple[str, ...]
    key: PublicKey
    issuer: str
    subject: str
    as_of: datetime


def open_credential(
    logged: LoggedCredential, *, kind: str, keys: Mapping[str, PublicKey], part: str
) -> OpenedCredential:
    """Return the content of a credential that one of the keys signed and its record names.

    Raises: VerificationFailed of the kind that says what does not hold.
    """
    with checking(part):
        verified = verify_sd_jwt(logged.credential, lambda kid: keys.get(kid) if kid else None)
        _check_header(verified.header)
        check_record(logged.record, kind=kind, issuer_jwt=verified.issuer_jwt)
        return _read(verified)


def check_record(record: LogRecord, *, kind: str, issuer_jwt: str) -> None:
    """Return if the record is of that kind and names the JWT by hash. Raises: RecordMismatch."""
    if record.type != kind:
        raise RecordMismatch(f"The log record is of a {record.type!r}, expected {kind!r}.")
    found = sha256(issuer_jwt.encode("ascii"))
    if found != record.cred:
        raise RecordMismatch(
            f"The credential has SHA-256 {found.hex()}, the log record names {record.cred.hex()}."
        )


def check_issuer(opened: OpenedCredential, *, kind: str, trust: TrustFile, part: str) -> None:
    """Return if the trust file lets this key sign this kind for this issuer.

    Raises: NotTrusted.
    """
    trusted = trust.key(opened.key.key_id, kind)
    if trusted is None or trusted.key != opened.key:
        raise NotTrusted(f"{part}: the key {opened.key.key_id} is not trusted to sign a {kind}.")
    if trusted.did != opened.issuer:
        raise NotTrusted(f"{part}: its issuer is {opened.issuer!r}, the key is {trusted.did!r}'s.")


def check_same_battery(
    passport: tuple[LogRecord, OpenedCredential], statement: tuple[LogRecord, OpenedCredential]
) -> None:
    """Return if a statement is about the passport's battery. Raises: RecordMismatch."""
    (record, opened), (other_record, other) = passport, statement
    if other.subject != opened.subject:
        raise RecordMismatch(
            f"A statement is about {other.subject!r}, the passport about {opened.subject!r}."
        )
    if other_record.key != record.key:
        raise RecordMismatch("A statement is logged under another battery's record key.")


def check_different(statements: Sequence[LogRecord]) -> None:
    """Return if no statement is there twice. Raises: RecordMismatch."""
    if len({record.cred for record in statements}) != len(statements):
        raise RecordMismatch("A statement is there twice.")


def _check_header(header: JsonObject) -> None:
    Members(header, "the token's header", MalformedBundle).exactly(("alg", "kid", "typ")).constant(
        "typ", MEDIA_TYPE
    )


def _read(verified: VerifiedSdJwt) -> OpenedCredential:
    members = Members(verified.payload, "the credential", MalformedBundle)
    return OpenedCredential(
        payload=verified.payload,
        sections=verified.disclosed_names,
        key=verified.key,
        issuer=_issuer(members),
        subject=members.object("credentialSubject").text("id"),
        as_of=_moment(members, "validFrom"),
    )


def _moment(members: Members, name: str) -> datetime:
    """Return a time in its one writing, which every reader takes for the same moment."""
    text = members.text(name)
    moment = parse_utc(text)
    if format_utc(moment) != text:
        raise members.refuse(f"{name!r} is {text!r}, expected {format_utc(moment)!r}.")
    return moment


def _issuer(members: Members) -> str:
    """Return the issuer's identifier, which VCDM lets stand alone or in an object."""
    if isinstance(members.values.get("issuer"), dict):
        return members.object("issuer").text("id")
    return members.text("issuer")
