"""What the policies should say, written a second time in plain Python.

In: the same requests. Out: yes or no. It was written from the tables of
docs/reference/authorization.md, never from the Cedar files, and shares no code with them.
"""

from battery_passport.access.model import Principal, PrincipalKind, Resource, Role
from battery_passport.access.policy.model import AccessRequest, GrantShown

EVERYONE = "everyone"
PERSON = "person"
OWN = "own"
COMMAND_LINE = "command line"
STEWARD = "steward of the organisation"
ORGANISATION = "own organisation"
CITY = "own city"

# Who may, as words: a role, "role of ORGANISATION" by "role/organisation", "role/city".
MAY: dict[str, tuple[str, ...]] = {
    "site.read": (EVERYONE,),
    "site.asset": (EVERYONE,),
    "interface.describe": (EVERYONE,),
    "health.read": (EVERYONE,),
    "trust.read": (EVERYONE,),
    "log.read": (EVERYONE,),
    "ledger.read": (EVERYONE,),
    "status.read": (EVERYONE,),
    "proof.check": (EVERYONE,),
    "metrics.read": ("city-officer/city", "administrator/city", COMMAND_LINE),
    "passport.preview": (OWN, "manufacturer/organisation", "human administrator/city"),
    "obligations.read": (
        "manufacturer/organisation",
        "authority",
        "notified-body",
        "commission",
        "human administrator/city",
    ),
    "looks.read": (OWN,),
    "telemetry.send": (EVERYONE,),
    "device.join": (EVERYONE,),
    "device.report": (EVERYONE,),
    "control.run": (COMMAND_LINE,),
    "account.register": (EVERYONE,),
    "account.sign-in": (EVERYONE,),
    "account.recover": (EVERYONE,),
    "account.sign-out": (PERSON,),
    "account.read": (OWN,),
    "account.change": (OWN,),
    "ledger-key.read": (OWN,),
    "ledger-key.change": (OWN,),
    "person.export": (OWN,),
    "person.erase": (OWN,),
    "home.open": (PERSON,),
    "organisation.apply": (PERSON, COMMAND_LINE),
    "organisation.list": ("administrator/city",),
    "organisation.approve": ("human administrator/city", COMMAND_LINE),
    "organisation.read": ("member", "human administrator/city"),
    "organisation.change": (STEWARD,),
    "organisation.invite": (STEWARD, "human administrator/city"),
    "organisation.join": (PERSON,),
    "organisation.roles": (STEWARD, "human administrator/city", COMMAND_LINE),
    "organisation.vouch": ("human administrator/city",),
    "organisation.leave": ("member",),
    "organisation.switch": (PERSON,),
    "api-key.list": (STEWARD,),
    "api-key.issue": (STEWARD,),
    "api-key.revoke": (STEWARD,),
    "machine.token": (EVERYONE,),
    "battery.list": (PERSON,),
    "battery.claim": (PERSON,),
    "battery.release": (OWN,),
    "battery.claim-code": (
        OWN,
        "inspector/city",
        "manufacturer/organisation",
        "human trader/city",
        "human administrator/city",
        COMMAND_LINE,
    ),
    "consent.read": (OWN,),
    "consent.give": (OWN,),
    "consent.withdraw": (OWN,),
    "grant.read": (OWN,),
    "grant.give": (OWN,),
    "grant.revoke": (OWN,),
    "grant.open": (EVERYONE,),
    "case.open": ("human authority/city",),
    "case.close": ("human authority/city",),
    "case.check": ("human customs",),
    "console.city": ("city-officer/city",),
    "console.inspection": ("human inspector",),
    "console.manufacture": ("human manufacturer",),
    "console.site": ("human site-operator",),
    "console.dismantling": ("human dismantler",),
    "console.recycling": ("human recycler",),
    "console.trade": ("human trader",),
    "console.supervision": (
        "human authority",
        "human customs",
        "human notified-body",
        "human commission",
    ),
    "console.customs": ("human authority", "human customs"),
    "console.administration": ("administrator/city",),
    "city.figures": ("city-officer/city",),
    "fleet.read": ("city-officer/city", "administrator/city"),
    "quality.read": (
        OWN,
        "city-officer/city",
        "administrator/city",
        "inspector/city",
        "manufacturer/organisation",
        COMMAND_LINE,
    ),
    "telemetry.read": (OWN, "inspector/city", "manufacturer/organisation", COMMAND_LINE),
    "diagnosis.read": (
        OWN,
        "inspector/inspected",
        "inspector/city",
        "authority/city",
        "manufacturer/organisation",
        COMMAND_LINE,
    ),
    "acts.read": ("administrator/city", "human city-officer/city"),
    "consignment.check": ("authority", "customs", "notified-body", "commission"),
    "model.add": ("manufacturer/organisation", COMMAND_LINE),
    "battery.register": ("manufacturer/organisation", COMMAND_LINE),
    "device.enrol": (
        "manufacturer/organisation",
        "human administrator/city",
        COMMAND_LINE,
    ),
    "passport.issue": ("manufacturer/organisation", COMMAND_LINE),
    "passport.revoke": ("manufacturer/organisation", COMMAND_LINE),
    "health.diagnose": ("inspector/city", "manufacturer/organisation", COMMAND_LINE),
    "evidence.import": (COMMAND_LINE,),
    "charger.manage": (COMMAND_LINE,),
    "charging.read": ("human site-operator/organisation", "human administrator/city"),
    "charging.steer": (
        "human site-operator/organisation",
        "human administrator/city",
        COMMAND_LINE,
    ),
    "event.record.declaration": ("manufacturer/organisation", COMMAND_LINE),
    "event.record.inspection": ("inspector/city", "inspector/inspected", COMMAND_LINE),
    "event.record.repair": ("manufacturer/organisation", "dismantler/city", COMMAND_LINE),
    "event.record.removal": ("dismantler/city", "recycler/city", COMMAND_LINE),
    "event.record.recycling": ("recycler/city", COMMAND_LINE),
    "event.record.status": (
        "manufacturer/organisation",
        "dismantler/city",
        "recycler/city",
        COMMAND_LINE,
    ),
    "event.record.accident": (
        "inspector/city",
        "manufacturer/organisation",
        "dismantler/city",
        COMMAND_LINE,
    ),
    "event.record.recall": ("manufacturer/organisation", "authority/city", COMMAND_LINE),
    "event.record.standing": ("authority/city", COMMAND_LINE),
    "event.record.transfer": (OWN, COMMAND_LINE),
    "incident.report": (OWN, "site-operator/city"),
    "incident.read": (
        OWN,
        "human city-officer/city",
        "manufacturer/organisation",
        "site-operator/city",
    ),
    "incident.acknowledge": ("site-operator/city",),
    "incident.close": ("human city-officer/city",),
    "audit.run": ("administrator/city", COMMAND_LINE),
    "backup.run": (COMMAND_LINE,),
    "key.rotate": (COMMAND_LINE,),
    "ledger.judge": (COMMAND_LINE,),
    "platform.run": (COMMAND_LINE,),
}

# Role, what it reads for, what it sees besides point 1.
BY_LAW = (
    (Role.INSPECTOR, "legitimate-interest", {2, 4}),
    (Role.DISMANTLER, "legitimate-interest", {2, 4}),
    (Role.RECYCLER, "legitimate-interest", {2, 4}),
    (Role.AUTHORITY, "market-surveillance", {2, 3}),
    (Role.NOTIFIED_BODY, "conformity-assessment", {2, 3}),
    (Role.COMMISSION, "market-surveillance", {2, 3, 4}),
)

ABOUT_PERSONS = {"person", "consent", "grant", "access-log"}


def oracle_allows(request: AccessRequest) -> bool:
    """Return what the documentation says."""
    principal, resource = request.principal, request.resource
    if _hidden_from_the_city(principal, resource):
        return False
    if request.action in ("passport.read", "passport.proof"):
        return _may_read(request)
    who = MAY[request.action]
    if principal.kind is PrincipalKind.MACHINE and EVERYONE not in who:
        return _machine_may(request, who)
    return any(_is(principal, word, resource) for word in who)


def _machine_may(request: AccessRequest, who: tuple[str, ...]) -> bool:
    principal = request.principal
    if COMMAND_LINE in who and _is_command_line(principal):
        return True
    in_scope = request.action in principal.scopes or _is_command_line(principal)
    return in_scope and any(_is(principal, word, request.resource) for word in who)


def _is(principal: Principal, word: str, resource: Resource) -> bool:
    signed_in = principal.kind is PrincipalKind.PERSON
    member = signed_in and _same_organisation(principal, resource)
    simple = {
        EVERYONE: True,
        PERSON: signed_in,
        OWN: signed_in and _owns(principal, resource),
        "member": member,
        STEWARD: member and "organisation.steward" in principal.scopes,
        COMMAND_LINE: _is_command_line(principal),
    }
    if word in simple:
        return simple[word]
    return _in_role(principal, word, resource)


def _in_role(principal: Principal, word: str, resource: Resource) -> bool:
    role, _, bound = word.removeprefix("human ").partition("/")
    kinds = [PrincipalKind.PERSON] if word.startswith("human ") else _WORKERS
    if principal.kind not in kinds or role not in {each.value for each in principal.roles}:
        return False
    if bound == "city":
        return principal.region is not None and principal.region == resource.region
    if bound == "inspected":
        return principal.organisation_id in resource.inspector_ids
    return bound == "" or _same_organisation(principal, resource)


_WORKERS = [PrincipalKind.PERSON, PrincipalKind.MACHINE]


def _may_read(request: AccessRequest) -> bool:
    principal, resource, point = request.principal, request.resource, request.resource.annex_point
    if point is None:
        return False
    if point == 1:
        return True
    if principal.kind is PrincipalKind.MACHINE and request.action not in principal.scopes:
        return _is_command_line(principal) and _reads_by_right(request, point)
    return _reads_by_right(request, point) or (
        request.grant is not None and _grant_opens(principal, resource, request, request.grant)
    )


def _reads_by_right(request: AccessRequest, point: int) -> bool:
    principal, resource, purpose = request.principal, request.resource, request.purpose.value
    if principal.kind not in _WORKERS:
        return False
    by_law = any(
        role in principal.roles and purpose == needed and point in points
        for role, needed, points in BY_LAW
    )
    owner = (
        principal.kind is PrincipalKind.PERSON
        and _owns(principal, resource)
        and purpose == "own-use"
        and point in (2, 4)
    )
    answers = (
        Role.MANUFACTURER in principal.roles
        and _same_organisation(principal, resource)
        and purpose == "own-use"
        and point in (2, 3, 4)
    )
    return by_law or owner or answers


def _grant_opens(
    principal: Principal, resource: Resource, request: AccessRequest, shown: GrantShown
) -> bool:
    terms = shown.terms
    holds = (
        not terms.revoked
        and terms.valid_from <= shown.at < terms.valid_until
        and terms.battery_id == resource.battery_id
        and terms.purpose == request.purpose
        and resource.annex_point in terms.points
    )
    for_the_firm = (
        terms.organisation_id is not None
        and principal.kind in _WORKERS
        and terms.organisation_id == principal.organisation_id
    )
    if terms.purpose.value == "customs-check":
        is_customs = principal.kind in _WORKERS and Role.CUSTOMS in principal.roles
        return holds and for_the_firm and is_customs and resource.annex_point in (2, 3)
    with_link = (
        principal.kind in (PrincipalKind.PERSON, PrincipalKind.GRANT_HOLDER)
        and principal.grant_id is not None
        and principal.grant_id == terms.grant_id
    )
    still_owner = terms.giver_id is not None and terms.giver_id == resource.owner_id
    return holds and still_owner and (with_link or for_the_firm) and resource.annex_point in (2, 4)


def _hidden_from_the_city(principal: Principal, resource: Resource) -> bool:
    officer = principal.kind in _WORKERS and Role.CITY_OFFICER in principal.roles
    own = principal.kind is PrincipalKind.PERSON and _owns(principal, resource)
    return officer and resource.kind.value in ABOUT_PERSONS and not own


def _owns(principal: Principal, resource: Resource) -> bool:
    return principal.person_id is not None and principal.person_id == resource.owner_id


def _same_organisation(principal: Principal, resource: Resource) -> bool:
    organisation = principal.organisation_id
    return organisation is not None and organisation == resource.responsible_id


def _is_command_line(principal: Principal) -> bool:
    return (
        principal.kind is PrincipalKind.MACHINE
        and principal.organisation_id is None
        and "control.run" in principal.scopes
    )
