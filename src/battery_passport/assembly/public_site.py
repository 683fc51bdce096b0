"""The public web site of an installation: its ports filled from the record store.

In: an opened installation. Out: the ASGI application of `web`.
"""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from starlette.types import ASGIApp

from battery_passport import __version__
from battery_passport.adapters.metrics.prometheus import PlatformMetrics
from battery_passport.adapters.sql.evidence import EvidenceStore
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.authorizing import build_authorizer
from battery_passport.assembly.desks import DeskAccounts, open_desks
from battery_passport.assembly.devices.desk import device_operations
from battery_passport.assembly.explorer.window import ledger_kind
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.locating import node_modules
from battery_passport.assembly.metrics import metrics_group, observe_line
from battery_passport.assembly.monitoring.home_monitor import HomeMonitor
from battery_passport.assembly.operations.proofs import trust_file
from battery_passport.assembly.public_passports import SitePassports
from battery_passport.assembly.sites.account import (
    DeskIdentification,
    account_pages,
    token_office,
)
from battery_passport.assembly.sites.consoles.joining import console_pages
from battery_passport.assembly.sites.explorer import explorer_pages
from battery_passport.assembly.sites.log import log_addresses
from battery_passport.assembly.sites.owner import SqlGrantBook, SqlGrantCookies, owner_pages
from battery_passport.assembly.sites.owner_keys import owner_key_pages
from battery_passport.assembly.sites.readers import reader_services
from battery_passport.assembly.sites.status import status_addresses
from battery_passport.foundation.clock import format_utc
from battery_passport.ledger.model import AnchorLag
from battery_passport.proof.model import PASSPORT
from battery_passport.registry.model import BatteryModel
from battery_passport.web.application import create_application
from battery_passport.web.ports import AccessLine, WebServices
from battery_passport.web.views import (
    ComponentHealth,
    ExamplePassport,
    HealthReport,
    Overview,
)

_ACCESS = logging.getLogger("battery_passport.access")
_FAILURES = logging.getLogger("battery_passport.web")
_EXAMPLES = 3
_LAG_ALARM_S = 300.0
"""Beyond this the chain is reported as not ready; pages and collection go on."""

WaitingBatches = Callable[[], int]


def build_site(
    installation: Installation,
    *,
    waiting_batches: WaitingBatches,
    metrics: PlatformMetrics | None = None,
    warmed: bool = False,
) -> ASGIApp:
    """Return the web application of an installation; if `warmed`, first looks wait for little."""
    metrics = metrics or PlatformMetrics(version=__version__)
    desks, database = open_desks(installation), installation.database
    grant_book = SqlGrantBook(database)
    cookies = SqlGrantCookies(database, installation.clock)
    return create_application(
        WebServices(
            passports=SitePassports(installation),
            trust=SiteTrust(installation),
            health=SiteHealth(installation, waiting_batches),
            overviews=SiteOverviews(installation),
            authorizer=build_authorizer(
                installation.clock, grants=grant_book, count=metrics.count_decision
            ),
            readers=reader_services(installation),
            public_address=installation.base_url,
            node_modules=node_modules(installation.settings),
            software_version=__version__,
            log_access=partial(_note_access, metrics),
            log_failure=_log_failure,
        ),
        identification=DeskIdentification(
            desks=desks, office=token_office(installation), find_grant=cookies.by_grant
        ),
        groups=[
            metrics_group(metrics),
            account_pages(installation, desks, home="/home"),
            owner_pages(installation, DeskAccounts(desks)),
            owner_key_pages(installation, desks),
            console_pages(installation, warmed=warmed),
            log_addresses(installation),
            status_addresses(installation),
            explorer_pages(installation),
            device_operations(installation),
        ],
        rate_factor=installation.settings.rate_limit_factor,
    )


class SiteTrust:
    """Fulfils `web.ports.TrustAnchors`."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def trust_file(self) -> bytes:
        """Return this installation's trust file."""
        return trust_file(self._installation).encode()


class SiteHealth:
    """Fulfils `web.ports.Health`."""

    def __init__(self, installation: Installation, waiting_batches: WaitingBatches) -> None:
        self._installation = installation
        self._waiting_batches = waiting_batches

    def check(self) -> HealthReport:
        """Ask the record store, the intake, the pipeline and the chain."""
        with self._installation.database.read() as connection:
            facts, evidence = FactStore(connection), EvidenceStore(connection)
            pending, poisoned = facts.count_pending(), len(facts.poisoned())
            quarantined = evidence.count_quarantined()
        lag = self._installation.anchoring.lag()
        return HealthReport(
            components=(
                ComponentHealth(name="records", ready=True),
                ComponentHealth(
                    name="intake",
                    ready=True,
                    detail=f"{self._waiting_batches()} waiting, {quarantined} quarantined",
                ),
                ComponentHealth(
                    name="pipeline",
                    ready=poisoned == 0,
                    detail=f"{pending} pending, {poisoned} poisoned",
                ),
                ComponentHealth(
                    name="anchoring",
                    ready=self._anchors_in_time(lag),
                    detail=self._told_of_anchoring(lag),
                ),
                self._storage(),
                self._monitor(),
                *self._witnesses(),
            )
        )

    def _anchors_in_time(self, lag: AnchorLag) -> bool:
        anchoring, settings = self._installation.anchoring, self._installation.settings
        return lag.oldest_age_s < settings.anchor_alarm_s and anchoring.contradiction is None

    def _told_of_anchoring(self, lag: AnchorLag) -> str:
        anchoring = self._installation.anchoring
        told = f"{lag.waiting} waiting, the oldest for {lag.oldest_age_s:.0f} s"
        if lag.oldest_age_s >= self._installation.settings.anchor_alarm_s:
            told = f"anchoring delayed: {told}"
        if anchoring.notes.rolled_back:
            told += f"; {anchoring.notes.rolled_back} made anew after a roll-back of the chain"
        return told if anchoring.contradiction is None else anchoring.contradiction

    def _storage(self) -> ComponentHealth:
        """Tell what waits for room on a disk; batches are taken in as long as theirs has some."""
        waiting = self._installation.storage.watch.waiting
        told = ", ".join(f"the {name} since {format_utc(at)}" for name, at in waiting.items())
        detail = f"no room for {told}" if waiting else "there is room"
        return ComponentHealth(name="storage", ready=not waiting, detail=detail)

    def _monitor(self) -> ComponentHealth:
        """Tell what the audit in the background has found; without a finding it is ready."""
        standing = HomeMonitor(self._installation).standing()
        since = standing.finished_at or "never"
        progress = (
            f"{standing.checked} of {standing.size} entries in this round, last whole {since}"
        )
        return ComponentHealth(
            name="monitor", ready=standing.finding is None, detail=standing.finding or progress
        )

    def _witnesses(self) -> Iterator[ComponentHealth]:
        """Tell of each witness whether it answers; none of them stops anything."""
        now = self._installation.clock.now()
        for name, contact in self._installation.cosigning.contacts().items():
            since = contact.failing_since
            failing_s = 0.0 if since is None else (now - since).total_seconds()
            yield ComponentHealth(
                name=f"witness {name}",
                ready=failing_s < _LAG_ALARM_S,
                detail=f"has seen {contact.size} entries"
                + ("" if since is None else f", does not answer for {failing_s:.0f} s"),
            )


class SiteOverviews:
    """Fulfils `web.ports.Overviews`."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def overview(self) -> Overview:
        """Return the figures of the home page."""
        lag = self._installation.anchoring.lag()
        with self._installation.database.read() as connection:
            checkpoints, credentials = SqlCheckpointStore(connection), CredentialStore(connection)
            registry = RegistryStore(connection)
            latest, anchored = checkpoints.latest(), checkpoints.latest_anchored()
            examples = [
                _example(registry, credentials, battery_id)
                for battery_id in credentials.batteries_with(PASSPORT, _EXAMPLES)
            ]
            return Overview(
                battery_count=registry.count_batteries(),
                passport_count=credentials.count_batteries(PASSPORT),
                log_origin=self._installation.keys.log.name,
                log_size=checkpoints.tree_head().size,
                checkpoint_at=None if latest is None else latest.signed_at,
                ledger=ledger_kind(self._installation),
                anchored_size=0 if anchored is None else anchored.checkpoint.head.size,
                anchored_at=None if anchored is None else anchored.anchored_at,
                anchor_block=None if anchored is None else anchored.block_number,
                anchoring_lag_s=lag.oldest_age_s,
                examples=tuple(examples),
            )


def _example(
    registry: RegistryStore, credentials: CredentialStore, battery_id: UUID
) -> ExamplePassport:
    battery = registry.battery(battery_id)
    newest = credentials.latest(PASSPORT, battery_id)
    if battery is None or newest is None:
        raise LookupError(f"The passport of battery {battery_id} has lost its battery.")
    model = None if battery.model_id is None else registry.model(battery.model_id)
    return ExamplePassport(
        identifier=battery.identifier,
        model_name=_model_name(model),
        version=newest.sequence,
    )


def _model_name(model: BatteryModel | None) -> str:
    return "" if model is None else model.name


def _note_access(metrics: PlatformMetrics, line: AccessLine) -> None:
    observe_line(metrics, line)
    _ACCESS.info(
        "%s %s %d",
        line.method,
        line.route,
        line.status,
        extra={"request_id": line.request_id, "duration_ms": round(line.duration_ms, 1)},
    )


def _log_failure(request_id: str, error: BaseException) -> None:
    _FAILURES.error("request failed", exc_info=error, extra={"request_id": request_id})
