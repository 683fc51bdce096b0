"""The record of privileged acts of a city, as its administrators and officers may know it.

In: an installation. Out: fulfils `web.consoles.acts.ports.ActBook`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.acts import RecordedAct, parse_act_record
from battery_passport.access.model import Principal
from battery_passport.adapters.sql.act_reading import ActQuery, ActReader, ReadAct
from battery_passport.adapters.sql.organisations import SqlOrganisations
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.proof_sources import SqlProofLog
from battery_passport.assembly.sites.consoles.cards import cards_of
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.entry import entry_bytes
from battery_passport.web.consoles.acts.ports import ActLine
from battery_passport.web.consoles.acts.words import KINDS, SHARED_KINDS
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.views import BatteryCard

FORMAT = "bp-act/v1"
SHOWN_DETAILS = ("kind", "roles", "purpose", "viewer", "result", "version", "reason", "algorithm")
"""Codes that say something to a reader; ids and digests stand in the record itself."""

_A_MOMENT = timedelta(seconds=1)


class SqlActBook:
    """Acts of one city at a time."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def acts(
        self, principal: Principal, since: datetime, *, most: int, in_full: bool
    ) -> Sequence[ActLine]:
        """Return acts of the principal's city since then, the latest first."""
        if principal.region is None:
            return ()
        query = ActQuery(
            region=principal.region,
            kinds=KINDS,
            shared_kinds=SHARED_KINDS,
            since=since,
            until=self._installation.clock.now() + _A_MOMENT,
        )
        with self._installation.database.read() as connection:
            found = ActReader(connection).of(query, limit=most)
            told = [
                None if each.record is None else parse_act_record(each.record) for each in found
            ]
            cards = _cards(connection, told) if in_full else {}
            names = _names(connection, found)
        return [
            _line(each, said, names, cards, in_full=in_full)
            for each, said in zip(found, told, strict=True)
        ]

    def proof(self, principal: Principal, record_id: UUID, *, in_full: bool) -> JsonObject:
        """Return the proof that an act stands in the log.

        Raises: NothingOfYours, NotAnchoredYet.
        """
        installation = self._installation
        with installation.database.read() as connection:
            act = ActReader(connection).by_id(record_id, region=principal.region or "")
            if act is None or act.act not in {**KINDS, **SHARED_KINDS}:
                raise NothingOfYours("There is no such act in your city.")
            if act.log_index is None or act.salt is None or act.digest is None:
                raise NothingOfYours("This act has no proof: it is on its way, or was erased.")
            log = SqlProofLog(
                connection,
                installation.pipeline.log_of,
                witnesses=installation.settings.witnesses,
            )
            checkpoint = log.anchored_checkpoint(covering=act.log_index)
            proof = log.prove_inclusion(act.log_index, checkpoint)
        members: JsonObject = {
            "format": FORMAT,
            "logIndex": act.log_index,
            "entry": entry_bytes(act.salt, act.digest).hex(),
            "tlogProof": proof.decode(),
        }
        if not in_full or act.record is None:
            return members
        return members | {"record": act.record.decode(), "salt": act.salt.hex()}


def _names(connection: Connection, acts: Sequence[ReadAct]) -> dict[UUID, str]:
    organisations = SqlOrganisations(connection)
    wanted = {each.organisation_id for each in acts if each.organisation_id is not None}
    found = {each: organisations.account(each) for each in wanted}
    return {each: account.name for each, account in found.items() if account is not None}


def _cards(connection: Connection, acts: Sequence[RecordedAct | None]) -> dict[UUID, BatteryCard]:
    registry = RegistryStore(connection)
    wanted = {each.battery_id for each in acts if each is not None and each.battery_id}
    batteries = [found for each in wanted if (found := registry.battery(each)) is not None]
    return {card.battery_id: card for card in cards_of(connection, batteries)}


def _line(
    act: ReadAct,
    said: RecordedAct | None,
    names: dict[UUID, str],
    cards: dict[UUID, BatteryCard],
    *,
    in_full: bool,
) -> ActLine:
    organisation = "" if act.organisation_id is None else names.get(act.organisation_id, "")
    told = said if in_full else None
    return ActLine(
        record_id=act.record_id,
        act=act.act,
        at=act.at,
        organisation_id=act.organisation_id,
        organisation=organisation,
        by=(told and told.by) or "",
        subject=(told and told.subject) or "",
        card=cards.get(told.battery_id) if told and told.battery_id else None,
        details=() if said is None else _details(said),
        log_index=act.log_index,
        erased=said is None,
    )


def _details(said: RecordedAct) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, _told(said.details[name]))
        for name in SHOWN_DETAILS
        if said.details.get(name) is not None
    )


def _told(value: object) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
