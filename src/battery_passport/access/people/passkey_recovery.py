"""The way back for somebody privileged whose passkeys are lost: two administrators vouch for him.

In: his request, made with his password; two administrators of his city, neither of them himself.
Out: no passkeys, no sessions, a letter; he makes a new passkey at his next sign-in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.desk import Desk
from battery_passport.access.errors import NotAllowedNow
from battery_passport.access.letters import Occasion, write_letter
from battery_passport.access.model import Principal, Role
from battery_passport.access.people.reading import active_person, profile_of
from battery_passport.access.people.second_factor import Factor
from battery_passport.access.people.sessions import SignedIn
from battery_passport.access.policy.errors import NothingHere
from battery_passport.access.records.people import PasskeyRecovery, Person, Profile
from battery_passport.foundation.uuid7 import new_uuid7

OPEN_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A request as an administrator sees it: who asks, for which organisation, who said yes."""

    recovery: PasskeyRecovery
    profile: Profile
    organisation_name: str
    own_turn: bool


def ask_for_passkeys(desk: Desk, found: SignedIn) -> None:
    """Begin a request; asked twice, there is one. Raises: NotAllowedNow."""
    place, person = found.place, found.person
    if place is None or found.factor is not Factor.PROVE:
        raise NotAllowedNow("Nothing asks you for a passkey just now.")
    if desk.recoveries.open_of_person(person.person_id, desk.moment) is not None:
        return
    recovery = PasskeyRecovery(
        recovery_id=new_uuid7(desk.moment),
        person_id=person.person_id,
        organisation_id=place.account.organisation_id,
        region=place.account.region,
        asked_at=desk.moment,
        expires_at=desk.moment + OPEN_FOR,
    )
    desk.recoveries.add(recovery)
    _tell(desk, person, Occasion.PASSKEYS_ASKED, "/account")
    _trace(desk, "passkeys-asked", recovery)


def waiting_in(desk: Desk, administrator: Principal) -> Sequence[Waiting]:
    """Return the requests of the administrator's city."""
    if administrator.region is None:
        return ()
    found = []
    for each in desk.recoveries.open_in(administrator.region, desk.moment):
        person = active_person(desk, each.person_id)
        account = desk.organisations.account(each.organisation_id)
        if person is None or account is None:
            continue
        others = administrator.person_id not in (each.person_id, each.first_by)
        found.append(
            Waiting(
                recovery=each,
                profile=profile_of(desk, person),
                organisation_name=account.name,
                own_turn=others,
            )
        )
    return found


def vouch(desk: Desk, administrator: Principal, recovery_id: UUID) -> bool:
    """Say that somebody is who he says; return whether he is free to make passkeys now.

    Raises: NothingHere, NotAllowedNow.
    """
    recovery = _of_this_city(desk, administrator, recovery_id)
    voucher = administrator.person_id
    if voucher in (recovery.person_id, recovery.first_by):
        raise NotAllowedNow("Somebody else must say so: two administrators, and not the person.")
    if recovery.first_by is None:
        desk.recoveries.save(replace(recovery, first_by=voucher, first_at=desk.moment))
        done = False
    else:
        desk.recoveries.save(replace(recovery, second_by=voucher, ended_at=desk.moment))
        _free(desk, recovery.person_id)
        done = True
    name = "passkeys-reset" if done else "passkeys-vouched"
    _trace(desk, name, recovery, actor_id=voucher)
    return done


def turn_down(desk: Desk, administrator: Principal, recovery_id: UUID) -> None:
    """End a request without anything changed. Raises: NothingHere."""
    recovery = _of_this_city(desk, administrator, recovery_id)
    desk.recoveries.save(replace(recovery, ended_at=desk.moment))
    _trace(desk, "passkeys-refused", recovery, actor_id=administrator.person_id)


def _of_this_city(desk: Desk, administrator: Principal, recovery_id: UUID) -> PasskeyRecovery:
    found = desk.recoveries.by_id(recovery_id)
    mine = found is not None and found.region == administrator.region
    is_open = found is not None and found.ended_at is None and desk.moment < found.expires_at
    if found is None or not (mine and is_open and Role.ADMINISTRATOR in administrator.roles):
        raise NothingHere("There is no such request in your city.")
    return found


def _free(desk: Desk, person_id: UUID) -> None:
    desk.people.remove_passkeys(person_id)
    desk.sessions.end_all(person_id)
    person = active_person(desk, person_id)
    if person is not None:
        _tell(desk, person, Occasion.PASSKEYS_RESET, "/sign-in")


def _tell(desk: Desk, person: Person, occasion: Occasion, path: str) -> None:
    profile, link = profile_of(desk, person), desk.address(path)
    letter = write_letter(occasion, to=profile.email, language=profile.language, link=link)
    desk.letters.append(letter)


def _trace(
    desk: Desk, name: str, recovery: PasskeyRecovery, *, actor_id: UUID | None = None
) -> None:
    act = Act(
        name=name,
        subject_id=recovery.person_id,
        actor_id=actor_id or recovery.person_id,
        details={"organisation": str(recovery.organisation_id)},
    )
    desk.acts.record(act, desk.moment)
