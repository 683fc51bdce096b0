"""A real installation with one passport and a reader of each kind, each with session and API key.

In: a folder. Out: the installation, the battery's name, tokens by the kind of organisation.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from battery_passport.access.machines.keys import issue_key
from battery_passport.access.policy.actions import KEY_SCOPES
from battery_passport.access.records.organisations import OrganisationAccount, OrganisationKind
from battery_passport.access.sharing.model import Ownership
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.sharing import OwnershipStore
from battery_passport.assembly.desks import open_desks
from battery_passport.assembly.finding import DEFAULT_ORGANISATION, find_battery
from battery_passport.assembly.identity import organisation_did
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.issuing import signed_credential
from battery_passport.assembly.recording import record_credential
from battery_passport.credentials.sd_jwt import issue_sd_jwt
from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.statement import statement_claims
from battery_passport.foundation.clock import FixedClock
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.proof.model import HEALTH_STATEMENT
from battery_passport.proof.statement import health_statement_payload
from battery_passport.registry.model import Battery
from tests.factories.diagnostics import MadeUpCar, Way, make_charges, make_table
from tests.factories.installation import installed, run
from tests.factories.people import KeptMail, Office, city, join, organisation, person, session

MODEL = Path(__file__).parents[2] / "docs" / "samples" / "model-demo-ncm.json"
BATTERY = "09526170000202/KR26B0001"
SECOND = "09526170000202/KR26B0002"
KINDS = (
    OrganisationKind.INSPECTION_BODY,
    OrganisationKind.RECYCLER,
    OrganisationKind.AUTHORITY,
    OrganisationKind.CUSTOMS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingCity:
    """What tests ask: keys and session tokens by the kind of organisation, `owner` among them."""

    keys: Mapping[str, str]
    sessions: Mapping[str, str]
    owner_id: UUID


@contextmanager
def reading_city(folder: Path) -> Iterator[tuple[Installation, ReadingCity]]:
    """Open an installation with a passport in its first version and a statement of health."""
    with installed(folder) as installation:
        register(installation)
        yield installation, seat_readers(installation)


def register(installation: Installation) -> None:
    """Register a model and two batteries; the first has a passport, and news since."""
    run(installation, "model-add", file=MODEL.read_text("utf-8"))
    for name in (BATTERY, SECOND):
        run(installation, "battery-add", battery=name, model="demo-ncm")
    _tell(installation, "placed_on_market")
    _tell(installation, "soce_reported", soce_percent="96.5", odometer_km="21000")
    run(installation, "passport-issue", battery=BATTERY)
    _tell(installation, "use_reported", full_cycles="312")
    state_health(installation)


def _tell(installation: Installation, event: str, **values: str) -> None:
    run(installation, "event-add", battery=BATTERY, type=event, values={**values})


def battery_of(installation: Installation, name: str = BATTERY) -> Battery:
    """Return the battery of that name."""
    with installation.database.read() as connection:
        return find_battery(RegistryStore(connection), name)


def state_health(installation: Installation) -> None:
    """Sign a statement of health, made of invented charges that nobody stored."""
    battery, car = battery_of(installation), MadeUpCar()
    table = make_table(make_charges(car, [Way() for _ in range(8)]))
    claims = statement_claims(estimate_health(table, car.rating))
    moment = installation.clock.now()
    payload = health_statement_payload(
        issuer_did=organisation_did(installation.base_url, DEFAULT_ORGANISATION),
        subject=installation.digital_link(battery.identifier),
        issued_at=moment,
        health=claims,
        batch_digests=[sha256(b"a batch")],
        device_keys={new_uuid7(moment): (b"k" * 32,)},
    )
    token = issue_sd_jwt(payload, {}, installation.keys.diagnostics)
    statement = signed_credential(HEALTH_STATEMENT, battery, token, sequence=1, moment=moment)
    with installation.database.write() as connection:
        record_credential(connection, statement)
    installation.pipeline.settle()


def seat_readers(installation: Installation) -> ReadingCity:
    """Save a city, organisations with one member and one key each, and the battery's owner."""
    office = Office(open_desks(installation), FixedClock(installation.clock.now()), KeptMail())
    city(office)
    keys, sessions = {}, {}
    for place, kind in enumerate(KINDS):
        account = organisation(office, kind=kind, name=f"기관 {place}", number=f"ORG-{place:04}")
        member = person(office, email=f"member{place}@example.org")
        join(office, member, account)
        sessions[kind.value] = session(office, member)
        keys[kind.value] = key_of(office, account)
    owner = person(office, email="owner@example.org")
    sessions["owner"] = session(office, owner)
    moment = installation.clock.now()
    ownership = Ownership(
        ownership_id=new_uuid7(moment),
        battery_id=battery_of(installation).battery_id,
        person_id=owner.person_id,
        since=moment - timedelta(days=1),
    )
    with installation.database.write() as connection:
        OwnershipStore(connection).begin(ownership)
    return ReadingCity(keys=keys, sessions=sessions, owner_id=owner.person_id)


def key_of(office: Office, account: OrganisationAccount) -> str:
    """Return a new API key that may carry every scope there is."""
    with office.desks.transaction() as desk:
        return issue_key(
            desk, account.organisation_id, label="test", scopes=KEY_SCOPES, days=1, actor=None
        )
