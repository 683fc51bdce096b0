"""One installation, opened: the adapters chosen, the stages joined, everything handed in by hand.

In: settings. Out: an `Installation`, which is closed when its block ends.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.migrate import upgrade
from battery_passport.adapters.sql.opening import locks_of, open_database
from battery_passport.adapters.sql.outgoing import SqlOutgoing
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.anchoring import ChainAnchoring
from battery_passport.assembly.chain import HomeLedger
from battery_passport.assembly.choosing_ledger import open_ledger
from battery_passport.assembly.cosigning import Cosigning
from battery_passport.assembly.evidence.reader import EvidenceDoor
from battery_passport.assembly.evidence.storage import EvidenceStorage
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from battery_passport.assembly.foreign_log import refuse_foreign_log
from battery_passport.assembly.handlers.alarm_keeper import AlarmKeeper
from battery_passport.assembly.handlers.erasure_keeper import ErasureKeeper
from battery_passport.assembly.handlers.passport_keeper import PassportKeeper
from battery_passport.assembly.handlers.passport_watcher import PassportWatcher
from battery_passport.assembly.handlers.state_keeper import StateKeeper
from battery_passport.assembly.home import Home
from battery_passport.assembly.identity import lasting_base_url
from battery_passport.assembly.issuing import Issuer
from battery_passport.assembly.keeping import join_keeping
from battery_passport.assembly.keys import InstallationKeys, load_keys
from battery_passport.assembly.keystores import open_keystore
from battery_passport.assembly.leases import Leases, Role
from battery_passport.assembly.log_keys import PresentSigner
from battery_passport.assembly.onchain.keeper import RegistryKeeper
from battery_passport.assembly.onchain.opening import RegistryDoor
from battery_passport.assembly.onchain.watching import RegistryWatcher
from battery_passport.assembly.pipeline import Pipeline
from battery_passport.assembly.rewrapping import finish_rewrapping
from battery_passport.assembly.settings import Settings
from battery_passport.credentials.keystore import Keystore
from battery_passport.foundation.clock import Clock, SystemClock
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.registry.model import Device, DeviceKind, Organisation
from battery_passport.telemetry.ports import History

_SETUP_PATIENCE_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Everything an operation may use."""

    settings: Settings
    home: Home
    base_url: str
    clock: Clock
    leases: Leases
    database: Database
    keys: InstallationKeys
    keystore: Keystore
    history: History
    evidence: EvidenceDoor
    storage: EvidenceStorage
    issuer: Issuer
    states: StateKeeper
    pipeline: Pipeline
    chain: HomeLedger
    anchoring: ChainAnchoring
    registry_door: RegistryDoor
    registry: RegistryKeeper
    cosigning: Cosigning

    def digital_link(self, identifier: BatteryIdentifier) -> str:
        """Return the GS1 Digital Link address of a battery at this installation."""
        return f"{self.base_url}/{identifier.path}"


@contextmanager
def opened_installation(settings: Settings) -> Iterator[Installation]:
    """Open the installation of a home, which is set up at first use.

    Raises: Misconfigured, RoleTaken.
    """
    home = Home(settings.home)
    home.prepare()
    with ExitStack() as opened:
        database = open_database(settings.database_url, home.database)
        opened.callback(database.close)
        keystore = open_keystore(settings, home)
        opened.callback(keystore.close)
        installation = _join(settings, home, database, keystore)
        opened.callback(installation.anchoring.close)
        yield installation


def _join(settings: Settings, home: Home, database: Database, keystore: Keystore) -> Installation:
    clock, leases = SystemClock(), Leases(home.run, shared=locks_of(database))
    with leases.hold(Role.SETUP, timeout_s=_SETUP_PATIENCE_S):
        upgrade(database)
        finish_rewrapping(database, keystore)
        keys = load_keys(keystore)
        refuse_foreign_log(database, keys.log.name)
        base_url = lasting_base_url(settings, home.identity)
        register_importer(database, keys, clock.now())
    log_signer = PresentSigner(lambda: keys.log)
    kept = join_keeping(settings, home, database, clock=clock, signer=log_signer)
    issuer = Issuer(keys, base_url=base_url)
    states = StateKeeper(database, clock, interval_s=settings.state_interval_s)
    pipeline = Pipeline(
        database,
        leases,
        signer=log_signer,
        clock=clock,
        handlers=(kept.reader, PassportWatcher(), RegistryWatcher()),
        following=(kept.history_keeper,),
        housekeeping=(
            AlarmKeeper(database, clock),
            kept.history_keeper,
            PassportKeeper(database, issuer, clock),
            states,
            ErasureKeeper(database, signer=log_signer, clock=clock),
            *kept.storage.housekeeping,
        ),
    )
    chain = open_ledger(settings, home, keys=keys, database=database, clock=clock)
    anchoring = ChainAnchoring(
        database, leases, pipeline=pipeline, clock=clock, open_chain=chain.opened
    )
    door = _registry_door(settings, keys, anchoring, chain=chain, database=database)
    return Installation(
        settings=settings,
        home=home,
        base_url=base_url,
        clock=clock,
        leases=leases,
        database=database,
        keys=keys,
        keystore=keystore,
        history=kept.history,
        evidence=kept.evidence,
        storage=kept.storage,
        issuer=issuer,
        states=states,
        pipeline=pipeline,
        chain=chain,
        anchoring=anchoring,
        registry_door=door,
        registry=RegistryKeeper(
            database, clock, organisation=keys.organisation_key, open_registry=door.opened
        ),
        cosigning=Cosigning(database, settings.witnesses, clock),
    )


def _registry_door(
    settings: Settings,
    keys: InstallationKeys,
    anchoring: ChainAnchoring,
    *,
    chain: HomeLedger,
    database: Database,
) -> RegistryDoor:
    return RegistryDoor(
        anchoring,
        lambda: chain.contracts,
        relay=keys.relay_key,
        gas_price_wei=settings.chain_gas_price_wei,
        outgoing=SqlOutgoing(database, SystemClock()),
    )


def register_importer(database: Database, keys: InstallationKeys, moment: datetime) -> UUID:
    """Return the importer's device, registered now if it was not known."""
    public_key = keys.importer.public_key.coordinates
    with database.read() as connection:
        known = RegistryStore(connection).device_by_key(public_key)
    if known is not None:
        return known.device_id
    importer = Device(
        device_id=new_uuid7(moment),
        kind=DeviceKind.IMPORTER,
        public_key=public_key,
        battery_id=None,
        enrolled_at=moment,
    )
    with database.write() as connection:
        store = RegistryStore(connection)
        if store.organisation_by_slug(DEFAULT_ORGANISATION) is None:
            store.add_organisation(_default_organisation(moment))
        store.add_device(importer)
    return importer.device_id


def _default_organisation(moment: datetime) -> Organisation:
    return Organisation(
        organisation_id=new_uuid7(moment),
        slug=DEFAULT_ORGANISATION,
        name="Demonstration operator",
        roles=frozenset({"economic-operator"}),
        registered_at=moment,
    )
