"""Forgetting a person: the key of his data is deleted, and with it what was sealed under it.

In: a desk and a person. Out: an empty row that nothing opens; the log stays as it is.
"""

from dataclasses import replace
from uuid import UUID

from battery_passport.access.desk import Desk
from battery_passport.access.errors import NotAllowedNow
from battery_passport.access.records.organisation_rules import is_last_steward
from battery_passport.access.records.people import PersonStatus


def erase_person(desk: Desk, person_id: UUID) -> None:
    """Erase a person's data, proofs, sessions and memberships. The caller records the act.

    Raises: NotAllowedNow if an organisation would be left without a steward.
    """
    person = desk.people.person(person_id)
    if person is None:
        return
    for membership in desk.organisations.memberships_of(person_id):
        members = desk.organisations.members(membership.organisation_id)
        if is_last_steward(members, person_id):
            raise NotAllowedNow(
                "You are the last who looks after an organisation.",
                remedy="Make another member a steward first.",
            )
        desk.organisations.end_membership(membership.organisation_id, person_id)
    desk.sessions.end_all(person_id)
    desk.links.drop_links(person_id)
    desk.recoveries.forget(person_id)
    desk.people.remove_passkeys(person_id)
    desk.people.unlink_outside_persons(person_id)
    desk.people.save_person(
        replace(
            person,
            email_lookup=None,
            sealed_email=b"",
            sealed_name=b"",
            status=PersonStatus.ERASED,
            password_hash=None,
        )
    )
    desk.people.delete_subject_key(person_id)
