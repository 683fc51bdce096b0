"""Issues credentials: signs content, makes its log record, saves both with their fact.

In: an opened installation and a battery. Out: stored passport versions and health statements.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.finding import (
    DEFAULT_ORGANISATION,
    model_of,
    responsible_for,
)
from battery_passport.assembly.identity import organisation_did
from battery_passport.assembly.keys import InstallationKeys
from battery_passport.assembly.recording import events_of, record_credential
from battery_passport.credentials.jws import parse_jws
from battery_passport.credentials.sd_jwt import SdJwt, issue_sd_jwt, load_sd_jwt
from battery_passport.credentials.sd_jwt_verification import open_disclosures
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.passport.building import IssueTerms, PassportContent, build_passport
from battery_passport.passport.collecting import PassportSubject
from battery_passport.passport.versions import (
    IssuedVersion,
    VersionDecision,
    decide_version,
    issued_values,
    next_version,
)
from battery_passport.proof.model import PASSPORT, record_of
from battery_passport.registry.model import Battery


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPassport:
    """A version that was just issued, with the content it says."""

    credential: StoredCredential
    content: PassportContent


class Issuer:
    """Signs in the name of the default organisation, the only one with a key in this release."""

    def __init__(self, keys: InstallationKeys, *, base_url: str) -> None:
        self._keys = keys
        self._base_url = base_url

    def content(
        self, connection: Connection, battery: Battery, moment: datetime
    ) -> tuple[PassportContent, IssuedVersion | None]:
        """Return what a version issued now would say, and the last one issued."""
        store = RegistryStore(connection)
        last = last_version(connection, battery.battery_id)
        subject = passport_subject(store, battery)
        terms = IssueTerms(
            version=next_version(last),
            as_of=moment,
            issuer=organisation_did(self._base_url, DEFAULT_ORGANISATION),
            resolver=self._base_url,
        )
        return build_passport(subject, events_of(connection, battery), terms), last

    def issue(self, connection: Connection, battery: Battery, moment: datetime) -> IssuedPassport:
        """Issue a version because somebody asked for it. Raises: PassportEnded."""
        content, last = self.content(connection, battery, moment)
        decide_version(last, content, now=moment, explicit=True)
        return self._sign(connection, battery, content)

    def issue_if_due(
        self, connection: Connection, battery: Battery, moment: datetime
    ) -> VersionDecision:
        """Issue a version if the rules for automatic versions call for one."""
        content, last = self.content(connection, battery, moment)
        decision = decide_version(last, content, now=moment, explicit=False)
        if decision.issue:
            self._sign(connection, battery, content)
        return decision

    def _sign(
        self, connection: Connection, battery: Battery, content: PassportContent
    ) -> IssuedPassport:
        token = issue_sd_jwt(
            content.public, content.sections, self._keys.issuer, within="credentialSubject"
        )
        credential = signed_credential(
            PASSPORT, battery, token, sequence=content.version, moment=content.as_of
        )
        record_credential(connection, credential)
        return IssuedPassport(credential=credential, content=content)


def signed_credential(
    kind: str, battery: Battery, token: SdJwt, *, sequence: int, moment: datetime
) -> StoredCredential:
    """Return a signed token as it is stored, with the record that is logged for it."""
    record = record_of(
        kind=kind, sequence=sequence, log_key=battery.log_key, issuer_jwt=token.issuer_jwt
    )
    return StoredCredential(
        credential_id=new_uuid7(moment),
        kind=kind,
        battery_id=battery.battery_id,
        sequence=sequence,
        issued_at=moment,
        record=record.encode(),
        issuer_jwt=token.issuer_jwt,
        disclosures=token.disclosures,
    )


def passport_subject(store: RegistryStore, battery: Battery) -> PassportSubject:
    """Return a battery with its model and the organisations behind it."""
    model = model_of(store, battery)
    operator = responsible_for(store, model)
    manufacturer = None if model is None else store.organisation(model.manufacturer_id)
    return PassportSubject(
        battery=battery, model=model, operator=operator, manufacturer=manufacturer
    )


def last_version(connection: Connection, battery_id: UUID) -> IssuedVersion | None:
    """Return a battery's newest version with the values it says, if there is one."""
    credential = CredentialStore(connection).latest(PASSPORT, battery_id)
    if credential is None:
        return None
    opened = opened_payload(credential)
    subject = opened["credentialSubject"]
    sections = [] if not isinstance(subject, dict) else [subject[n] for n in credential.disclosures]
    return IssuedVersion(
        version=credential.sequence,
        issued_at=credential.issued_at,
        values=issued_values(opened, sections),
    )


def opened_payload(
    credential: StoredCredential, sections: Mapping[str, str] | None = None
) -> JsonObject:
    """Return what a stored credential says with all, or the given, disclosures opened."""
    shown = credential.disclosures if sections is None else sections
    payload, _names = open_disclosures(parse_jws(credential.issuer_jwt).payload, shown.values())
    return payload


def stored_token(credential: StoredCredential) -> SdJwt:
    """Return a stored credential as the token it is."""
    return load_sd_jwt(credential.issuer_jwt, credential.disclosures.values())
