"""How the installation does, what waits for an administrator, audits in the background.

In: an installation. Out: fulfils `web.consoles.administration.ports.AdministrationBook`.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from battery_passport.access.model import Principal
from battery_passport.access.records.organisations import Standing
from battery_passport.adapters.sql.acts import NO_BATTERY
from battery_passport.adapters.sql.city_figures import Chosen
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.adapters.sql.organisations import SqlOrganisations
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema import facts, poisoned_facts, quarantined_batches
from battery_passport.adapters.sql.work import AuditRunStore, StoredAuditRun
from battery_passport.assembly.auditing import run_audit
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.monitoring.home_monitor import HomeMonitor
from battery_passport.assembly.sites.consoles.cards import cards_of
from battery_passport.assembly.sites.consoles.regions import batteries_in
from battery_passport.foundation.clock import from_unix_ms, parse_utc
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.web.consoles.administration.ports import (
    AuditRun,
    KeyFact,
    QuarantinedBatch,
    RunningState,
    StuckRecord,
    WatchState,
)
from battery_passport.web.consoles.frame.views import BatteryCard

_LOG = logging.getLogger(__name__)

MOST_SHOWN = 2_000
SHOWN_AUDITS = 100
GIVEN_UP_AFTER = timedelta(hours=6)
"""A run without an end that began longer ago went down with its process."""


class SqlAdministrationBook:
    """The installation, and of batteries those of one city."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._running: UUID | None = None
        self._lock = threading.Lock()

    def state(self, principal: Principal) -> RunningState:
        """Return how the installation does."""
        lag = self._installation.anchoring.lag()
        region = principal.region or ""
        with self._installation.database.read() as connection:
            organisations = SqlOrganisations(connection)
            accounts = organisations.accounts_in(region)
            active = [each for each in accounts if each.standing is Standing.ACTIVE]
            checkpoints = SqlCheckpointStore(connection)
            latest, anchored = checkpoints.latest(), checkpoints.latest_anchored()
            return RunningState(
                applications=sum(each.standing is Standing.APPLIED for each in accounts),
                organisations=len(active),
                members=sum(len(organisations.members(each.organisation_id)) for each in active),
                quarantined=_count_quarantined(connection, principal),
                stuck=len(_stuck_rows(connection, principal)),
                pending=FactStore(connection).count_pending(),
                log_origin=self._installation.keys.log.name,
                log_size=checkpoints.tree_head().size,
                checkpoint_at=None if latest is None else latest.signed_at,
                anchored_size=0 if anchored is None else anchored.checkpoint.head.size,
                anchored_at=None if anchored is None else anchored.anchored_at,
                anchor_block=None if anchored is None else anchored.block_number,
                lag_s=lag.oldest_age_s,
                watch=self._watch(),
                keys=self._keys(),
                keys_are_insecure=self._installation.keys.insecure,
            )

    def _watch(self) -> WatchState:
        standing = HomeMonitor(self._installation).standing()
        finished = standing.finished_at
        return WatchState(
            checked=standing.checked,
            size=standing.size,
            finished_at=None if finished is None else parse_utc(finished),
            finding=standing.finding or "",
        )

    def quarantine(self, principal: Principal) -> Sequence[QuarantinedBatch]:
        """Return the batches in quarantine, the latest first."""
        with self._installation.database.read() as connection:
            query = (
                select(quarantined_batches)
                .where(quarantined_batches.c.battery_id.in_(_own(connection, principal)))
                .order_by(quarantined_batches.c.received_at_ms.desc())
                .limit(MOST_SHOWN)
            )
            rows = connection.execute(query).all()
            cards = _cards(connection, [row.battery_id for row in rows])
        return [
            QuarantinedBatch(
                digest=row.digest.hex(),
                known_digest=row.known_digest.hex(),
                card=cards.get(row.battery_id),
                device_id=UUID(row.device_id),
                sequence=row.sequence,
                received_at=from_unix_ms(row.received_at_ms),
            )
            for row in rows
        ]

    def stuck(self, principal: Principal) -> Sequence[StuckRecord]:
        """Return the records that a step cannot digest, the latest first."""
        with self._installation.database.read() as connection:
            rows = _stuck_rows(connection, principal)
            cards = _cards(connection, [row.battery_id for row in rows])
        return [
            StuckRecord(
                fact_id=UUID(row.fact_id),
                kind=row.kind,
                card=cards.get(row.battery_id),
                step=row.handler,
                error=row.error,
                failed_at=from_unix_ms(row.failed_at_ms),
            )
            for row in rows
        ]

    def audits(self) -> Sequence[AuditRun]:
        """Return audits, the latest first."""
        with self._installation.database.read() as connection:
            found = AuditRunStore(connection).latest(SHOWN_AUDITS)
        return [self._run_of(each) for each in found]

    def start_audit(self, principal: Principal, submission: UUID) -> UUID:
        """Begin an audit under the form's key; one at a time, and once for each form."""
        with self._lock:
            if self._running is not None:
                return self._running
            moment = self._installation.clock.now()
            with self._installation.database.write() as connection:
                store = AuditRunStore(connection)
                if store.by_id(submission) is not None:
                    return submission
                store.begin(submission, asked_by=principal.person_id, moment=moment)
            self._running = submission
        threading.Thread(target=self._audit, args=(submission,), daemon=True).start()
        return submission

    def _audit(self, run_id: UUID) -> None:
        intact: bool | None = None
        finding: str | None = None
        try:
            answer = run_audit(self._installation, lambda done: self._note(run_id, done))
            intact, finding = bool(answer["intact"]), _text(answer.get("finding"))
        except BatteryPassportError as error:
            finding = str(error)
        except Exception:  # noqa: BLE001 - the run must be told as ended whatever it met
            _LOG.exception("an audit could not be carried through")
        finally:
            self._end(run_id, intact=intact, finding=finding)

    def _note(self, run_id: UUID, checked: int) -> None:
        with self._installation.database.write() as connection:
            AuditRunStore(connection).note_progress(run_id, checked)

    def _end(self, run_id: UUID, *, intact: bool | None, finding: str | None) -> None:
        with self._lock:
            self._running = None
        with self._installation.database.write() as connection:
            AuditRunStore(connection).end(
                run_id, moment=self._installation.clock.now(), intact=intact, finding=finding
            )

    def _run_of(self, stored: StoredAuditRun) -> AuditRun:
        fresh = self._installation.clock.now() - stored.started_at < GIVEN_UP_AFTER
        return AuditRun(
            run_id=stored.run_id,
            started_at=stored.started_at,
            checked=stored.checked,
            ended_at=stored.ended_at,
            intact=stored.intact,
            finding=stored.finding or "",
            running=stored.ended_at is None and (stored.run_id == self._running or fresh),
        )

    def _keys(self) -> tuple[KeyFact, ...]:
        keys = self._installation.keys
        return (
            KeyFact(purpose="issuer", algorithm="ES256", key_id=keys.issuer.key_id),
            KeyFact(purpose="diagnostics", algorithm="ES256", key_id=keys.diagnostics.key_id),
            KeyFact(purpose="log", algorithm="Ed25519", key_id=keys.log.name),
            KeyFact(purpose="importer", algorithm="Ed25519", key_id=keys.importer.key_id),
        )


def _own(connection: Connection, principal: Principal) -> Chosen:
    return batteries_in(connection, principal.region)


def _count_quarantined(connection: Connection, principal: Principal) -> int:
    query = (
        select(func.count())
        .select_from(quarantined_batches)
        .where(quarantined_batches.c.battery_id.in_(_own(connection, principal)))
    )
    return int(connection.execute(query).scalar_one())


def _stuck_rows(connection: Connection, principal: Principal) -> Sequence[Any]:
    """Return stuck records of the city's batteries, and of no battery at all."""
    query = (
        select(
            poisoned_facts.c.fact_id,
            poisoned_facts.c.handler,
            poisoned_facts.c.error,
            poisoned_facts.c.failed_at_ms,
            facts.c.kind,
            facts.c.battery_id,
        )
        .join(facts, facts.c.fact_id == poisoned_facts.c.fact_id)
        .where(
            or_(
                facts.c.battery_id.in_(_own(connection, principal)),
                facts.c.battery_id == str(NO_BATTERY),
            )
        )
        .order_by(poisoned_facts.c.failed_at_ms.desc())
        .limit(MOST_SHOWN)
    )
    return connection.execute(query).all()


def _cards(connection: Connection, ids: Sequence[str]) -> dict[str, BatteryCard]:
    registry = RegistryStore(connection)
    found = (registry.battery(UUID(each)) for each in dict.fromkeys(ids))
    batteries = [each for each in found if each is not None]
    return {str(card.battery_id): card for card in cards_of(connection, batteries)}


def _text(value: JsonValue) -> str | None:
    return None if value is None else str(value)
