"""Issues credentials: signs content, makes its log record, saves both with their fact.

In: an opened installation and a battery. Out: stored passport versions and health statements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from battery_passport.assembly.recorded import events_of, events_of_all, opened_payload
from battery_passport.assembly.recording import record_credentials
from battery_passport.assembly.statuses import place_at, status_store
from battery_passport.credentials.sd_jwt import SdJwt, issue_sd_jwt
from battery_passport.credentials.status_list import Status
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.lifecycle.model import Standing
from battery_passport.passport.building import IssueTerms, PassportContent, build_passport
from battery_passport.passport.collecting import PassportSubject
from battery_passport.passport.measured import StatedFigures
from battery_passport.passport.versions import (
    IssuedVersion,
    VersionDecision,
    decide_version,
    issued_values,
    next_version,
    refuse_ended,
)
from battery_passport.proof.model import FIGURES_STATEMENT, PASSPORT, record_of
from battery_passport.proof.statement import stated_claims
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
        last = last_version(connection, battery.battery_id)
        terms = self._terms(None if last is None else last.version, moment)
        subject = passport_subject(RegistryStore(connection), battery)
        events, stated = events_of(connection, battery), stated_figures(connection, battery)
        return build_passport(subject, events, terms, stated=stated), last

    def issue(self, connection: Connection, battery: Battery, moment: datetime) -> IssuedPassport:
        """Issue a version because somebody asked for it. Raises: PassportEnded."""
        return self.issue_many(connection, [battery], moment)[0]

    def issue_many(
        self, connection: Connection, batteries: Sequence[Battery], moment: datetime
    ) -> list[IssuedPassport]:
        """Issue a version of each because somebody asked for it. Raises: PassportEnded."""
        subjects = _Subjects(RegistryStore(connection))
        events = events_of_all(connection, batteries)
        store = CredentialStore(connection)
        last = store.last_numbers(PASSPORT, list(events))
        figured = store.last_numbers(FIGURES_STATEMENT, list(events))
        drafts: list[tuple[Battery, PassportContent]] = []
        for battery in batteries:
            terms = self._terms(last.get(battery.battery_id), moment)
            content = build_passport(
                subjects.of(battery),
                events[battery.battery_id],
                terms,
                stated=stated_figures(connection, battery)
                if battery.battery_id in figured
                else None,
            )
            refuse_ended(content)
            drafts.append((battery, content))
        return self._sign(connection, drafts, moment)

    def issue_if_due(
        self, connection: Connection, battery: Battery, moment: datetime
    ) -> VersionDecision:
        """Issue a version if the rules for automatic versions call for one."""
        content, last = self.content(connection, battery, moment)
        decision = decide_version(last, content, now=moment, explicit=False)
        if decision.issue:
            self._sign(connection, [(battery, content)], moment)
        return decision

    def _terms(self, last: int | None, moment: datetime) -> IssueTerms:
        return IssueTerms(
            version=next_version(last),
            as_of=moment,
            issuer=organisation_did(self._base_url, DEFAULT_ORGANISATION),
            resolver=self._base_url,
        )

    def _sign(
        self,
        connection: Connection,
        drafts: Sequence[tuple[Battery, PassportContent]],
        moment: datetime,
    ) -> list[IssuedPassport]:
        """Give each version a place in a status list, sign it, and save all of them at once."""
        issued: list[IssuedPassport] = []
        store, signer = status_store(connection), self._keys.issuer
        for standing, status in _STATUS_OF_STANDING.items():
            those = [draft for draft in drafts if draft[1].state.standing is standing]
            ids = [new_uuid7(moment) for _ in those]
            places = store.take(ids, status=status, moment=moment) if those else []
            for (battery, content), credential_id, taken in zip(those, ids, places, strict=True):
                members = place_at(self._base_url, taken).as_members()
                token = issue_sd_jwt(
                    {**content.public, **members},
                    content.sections,
                    signer,
                    within="credentialSubject",
                )
                credential = signed_credential(
                    PASSPORT,
                    battery,
                    token,
                    sequence=content.version,
                    moment=content.as_of,
                    credential_id=credential_id,
                )
                issued.append(IssuedPassport(credential=credential, content=content))
        record_credentials(connection, [each.credential for each in issued])
        return issued


_STATUS_OF_STANDING: Mapping[Standing, Status] = {
    Standing.OPEN: Status.VALID,
    Standing.SUSPENDED: Status.SUSPENDED,
}


def signed_credential(
    kind: str,
    battery: Battery,
    token: SdJwt,
    *,
    sequence: int,
    moment: datetime,
    credential_id: UUID | None = None,
) -> StoredCredential:
    """Return a signed token as it is stored, with the record that is logged for it."""
    record = record_of(
        kind=kind, sequence=sequence, log_key=battery.log_key, issuer_jwt=token.issuer_jwt
    )
    return StoredCredential(
        credential_id=credential_id or new_uuid7(moment),
        kind=kind,
        battery_id=battery.battery_id,
        sequence=sequence,
        issued_at=moment,
        record=record.encode(),
        issuer_jwt=token.issuer_jwt,
        disclosures=token.disclosures,
    )


class _Subjects:
    """Batteries with what stands behind them; each model is looked up once."""

    def __init__(self, store: RegistryStore) -> None:
        self._store = store
        self._found: dict[UUID | None, PassportSubject] = {}

    def of(self, battery: Battery) -> PassportSubject:
        """Return a battery with its model and organisations."""
        known = self._found.get(battery.model_id)
        if known is None:
            known = self._found[battery.model_id] = passport_subject(self._store, battery)
        return replace(known, battery=battery)


def passport_subject(store: RegistryStore, battery: Battery) -> PassportSubject:
    """Return a battery with its model and the organisations behind it."""
    model = model_of(store, battery)
    operator = responsible_for(store, model)
    manufacturer = None if model is None else store.organisation(model.manufacturer_id)
    return PassportSubject(
        battery=battery, model=model, operator=operator, manufacturer=manufacturer
    )


def stated_figures(connection: Connection, battery: Battery) -> StatedFigures | None:
    """Return what a battery's newest statement of figures says, if there is one."""
    credential = CredentialStore(connection).latest(FIGURES_STATEMENT, battery.battery_id)
    if credential is None:
        return None
    claims = stated_claims(opened_payload(credential), FIGURES_STATEMENT)
    return StatedFigures(number=credential.sequence, claims=claims)


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
