"""Where each role works: its home, the pages beside it, and the action that opens them.

In: roles. Out: places with their entries; the same for navigation, `/home` and `/desk`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from battery_passport.access.model import Role
from battery_passport.web.language import marked

HOME, SWITCH, OWNER_HOME = "/home", "/desk", "/my"
CODE_DESK, KEY_DESK, APPROVALS = "/claim-codes", "/organisation", "/approvals"
CONSIGNMENT, OBLIGATIONS = "/consignment", "/obligations"


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of a place, by its title in the catalogue; `only` for some of the place's roles."""

    path: str
    title: str
    only: frozenset[Role] = frozenset()

    def is_for(self, roles: frozenset[Role]) -> bool:
        """Return whether somebody with these roles works there."""
        return not self.only or bool(self.only & roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The pages of one role, or of roles that do the same work."""

    roles: frozenset[Role]
    action: str
    title: str
    purpose: str
    entries: tuple[Entry, ...]

    @property
    def path(self) -> str:
        """The home of the place: its first entry."""
        return self.entries[0].path


CITY = Place(
    roles=frozenset({Role.CITY_OFFICER}),
    action="console.city",
    title=marked("City desk"),
    purpose=marked("The pilot in figures, open matters, the report of the month"),
    entries=(
        Entry("/desk/city", marked("Overview")),
        Entry("/desk/city/fleet", marked("Fleet map")),
        Entry("/desk/city/cars", marked("Cars")),
        Entry("/desk/city/alarms", marked("Alarms")),
        Entry("/desk/city/quality", marked("Data quality")),
        Entry("/desk/city/matters", marked("Open matters")),
        Entry("/desk/city/report", marked("Report of the month")),
        Entry("/desk/city/acts", marked("Privileged acts")),
    ),
)
INSPECTION = Place(
    roles=frozenset({Role.INSPECTOR}),
    action="console.inspection",
    title=marked("Inspection desk"),
    purpose=marked("Find a battery, measure nine items, sign"),
    entries=(
        Entry("/desk/inspection", marked("Today")),
        Entry("/desk/inspection/queue", marked("Batteries due")),
        Entry("/desk/inspection/signed", marked("Signed inspections")),
    ),
)
MANUFACTURE = Place(
    roles=frozenset({Role.MANUFACTURER}),
    action="console.manufacture",
    title=marked("Maker's desk"),
    purpose=marked("Models, passports, what is owed, recalls"),
    entries=(
        Entry("/desk/manufacture", marked("Overview")),
        Entry("/desk/manufacture/batteries", marked("Batteries")),
        Entry("/desk/manufacture/owed", marked("What is owed")),
        Entry("/desk/manufacture/models", marked("Models")),
        Entry("/desk/manufacture/recalls", marked("Recalls")),
    ),
)
SITE = Place(
    roles=frozenset({Role.SITE_OPERATOR}),
    action="console.site",
    title=marked("Site desk"),
    purpose=marked("Charging places and car parks"),
    entries=(
        Entry("/desk/site", marked("Sites")),
        Entry("/desk/site/chargers", marked("Chargers")),
        Entry("/desk/site/sessions", marked("Charging sessions")),
    ),
)
DISMANTLING = Place(
    roles=frozenset({Role.DISMANTLER}),
    action="console.dismantling",
    title=marked("Dismantling yard"),
    purpose=marked("Receive by scan, record removal, hand over"),
    entries=(
        Entry("/desk/dismantling", marked("Intake")),
        Entry("/desk/dismantling/recorded", marked("Recorded here")),
    ),
)
RECYCLING = Place(
    roles=frozenset({Role.RECYCLER}),
    action="console.recycling",
    title=marked("Recycling plant"),
    purpose=marked("Receive by scan, record recycling and the masses recovered"),
    entries=(
        Entry("/desk/recycling", marked("Intake")),
        Entry("/desk/recycling/recorded", marked("Recorded here")),
    ),
)
TRADE = Place(
    roles=frozenset({Role.TRADER}),
    action="console.trade",
    title=marked("Trading desk"),
    purpose=marked("Check a battery's proof before you bid or pay"),
    entries=(
        Entry("/desk/trade", marked("Lots")),
        Entry("/desk/trade/proof", marked("Check a proof file")),
    ),
)
SUPERVISION = Place(
    roles=frozenset({Role.AUTHORITY, Role.CUSTOMS, Role.NOTIFIED_BODY, Role.COMMISSION}),
    action="console.supervision",
    title=marked("Supervision desk"),
    purpose=marked("Check one battery or a consignment"),
    entries=(
        Entry("/desk/supervision", marked("Check")),
        Entry("/desk/supervision/looks", marked("Own recent looks")),
        Entry(
            "/desk/supervision/cases",
            marked("Customs cases"),
            only=frozenset({Role.AUTHORITY, Role.CUSTOMS}),
        ),
    ),
)
ADMINISTRATION = Place(
    roles=frozenset({Role.ADMINISTRATOR}),
    action="console.administration",
    title=marked("Administration"),
    purpose=marked("Applications, quarantine, keys, the audit of every record"),
    entries=(
        Entry("/desk/administration", marked("Overview")),
        Entry("/desk/administration/fleet", marked("Fleet map")),
        Entry("/desk/administration/cars", marked("Cars")),
        Entry("/desk/administration/devices", marked("Devices")),
        Entry("/desk/administration/chargers", marked("Chargers")),
        Entry("/desk/administration/sessions", marked("Charging sessions")),
        Entry("/desk/administration/alarms", marked("Alarms")),
        Entry("/desk/administration/quality", marked("Data quality")),
        Entry("/desk/administration/quarantine", marked("Quarantine")),
        Entry("/desk/administration/stuck", marked("Stuck records")),
        Entry("/desk/administration/audits", marked("Audits")),
        Entry("/desk/administration/acts", marked("Privileged acts")),
        Entry("/desk/administration/passkeys", marked("Lost passkeys")),
        Entry("/desk/administration/preview", marked("Who sees what")),
    ),
)

PLACES = (
    ADMINISTRATION,
    CITY,
    INSPECTION,
    MANUFACTURE,
    SITE,
    DISMANTLING,
    RECYCLING,
    TRADE,
    SUPERVISION,
)


def places_of(roles: Iterable[Role]) -> tuple[Place, ...]:
    """Return where somebody with these roles works."""
    held = frozenset(roles)
    return tuple(place for place in PLACES if place.roles & held)


def home_path(roles: Iterable[Role]) -> str:
    """Return where sign-in leads: the one place, the choice between several, or the owner's home.

    Whoever works in one place starts there; his own batteries are one link away.
    """
    found = places_of(roles)
    if not found:
        return OWNER_HOME
    return found[0].path if len(found) == 1 else SWITCH
