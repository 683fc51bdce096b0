"""Claiming a battery with a code, making codes, and handing a battery over.

In: what an owner typed, or who asks for a code. Out: an ownership or a refusal that tells nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.ports import ActLog
from battery_passport.access.sharing.codes import code_hash, new_code, read_code
from battery_passport.access.sharing.errors import NotOwnedByYou
from battery_passport.access.sharing.model import ClaimCode, CodeKind, Ownership
from battery_passport.access.sharing.ports import ClaimCodes, Grants, Ownerships
from battery_passport.access.sharing.rules import (
    CODE_LASTS,
    GUESS_WINDOW,
    TRANSFER_LASTS,
    may_guess,
)
from battery_passport.foundation.uuid7 import new_uuid7


class Refusal(StrEnum):
    """Why nothing was claimed: a slip of the finger, a code that is no good, too many guesses."""

    MISTYPED = "mistyped"
    NOT_USABLE = "not-usable"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code just made; it is shown once and kept as a hash only."""

    code: str
    expires_at: datetime


class Claiming:
    """Claims and codes within one transaction."""

    def __init__(
        self, ownerships: Ownerships, codes: ClaimCodes, grants: Grants, acts: ActLog
    ) -> None:
        self._ownerships = ownerships
        self._codes = codes
        self._grants = grants
        self._acts = acts

    def make_code(
        self,
        battery_id: UUID,
        kind: CodeKind,
        *,
        person_id: UUID,
        organisation_id: UUID | None,
        now: datetime,
    ) -> NewCode:
        """Return a new code of an organisation; the caller has checked that it may make one."""
        maker = (person_id, organisation_id)
        return self._make(battery_id, kind, maker, lasts=CODE_LASTS, now=now)

    def hand_over(self, battery_id: UUID, person_id: UUID, now: datetime) -> NewCode:
        """Return a code by which the next owner takes the battery over.

        Codes handed out before are withdrawn. Raises: NotOwnedByYou.
        """
        current = self._ownerships.current(battery_id)
        if current is None or current.person_id != person_id:
            raise NotOwnedByYou("The battery is not yours to hand over.")
        self._codes.withdraw_open(battery_id, now)
        maker = (person_id, None)
        return self._make(battery_id, CodeKind.TRANSFER, maker, lasts=TRANSFER_LASTS, now=now)

    def claim(self, person_id: UUID, typed: str, now: datetime) -> Ownership | Refusal:
        """Return the ownership that a code gives, or why not; every wrong guess is remembered."""
        since = now - GUESS_WINDOW
        by_person = self._codes.attempts(person_id, since)
        if not may_guess(by_person=by_person, by_all=self._codes.attempts(None, since)):
            return Refusal.TOO_MANY
        code = read_code(typed)
        if code is None:
            return Refusal.MISTYPED
        known = self._codes.by_hash(code_hash(code))
        if known is None or not self._opens(known, person_id, now):
            self._codes.add_attempt(person_id, now)
            return Refusal.NOT_USABLE
        return self._take_over(known, person_id, now)

    def _make(
        self,
        battery_id: UUID,
        kind: CodeKind,
        maker: tuple[UUID, UUID | None],
        *,
        lasts: timedelta,
        now: datetime,
    ) -> NewCode:
        person_id, organisation_id = maker
        code = new_code()
        made = ClaimCode(
            code_id=new_uuid7(now),
            code_hash=code_hash(code),
            battery_id=battery_id,
            kind=kind,
            made_by_person=person_id,
            made_by_organisation=organisation_id,
            made_at=now,
            expires_at=now + lasts,
        )
        self._codes.add(made)
        details = {
            "code": str(made.code_id),
            "kind": kind.value,
            "organisation": None if organisation_id is None else str(organisation_id),
        }
        act = Act(
            name="claim-code-made", subject_id=person_id, battery_id=battery_id, details=details
        )
        self._acts.record(act, now)
        return NewCode(code, made.expires_at)

    def _opens(self, code: ClaimCode, person_id: UUID, now: datetime) -> bool:
        spent = code.used_at is not None or code.withdrawn_at is not None
        if spent or now >= code.expires_at:
            return False
        current = self._ownerships.current(code.battery_id)
        owner = None if current is None else current.person_id
        if owner == person_id:
            return False
        if code.kind is CodeKind.TRANSFER:
            return current is not None and owner == code.made_by_person
        return code.kind is CodeKind.CORRECTION or current is None

    def _take_over(self, code: ClaimCode, person_id: UUID, now: datetime) -> Ownership | Refusal:
        if not self._codes.use(code.code_id, now):
            return Refusal.NOT_USABLE
        self.end(code.battery_id, now)
        ownership = Ownership(
            ownership_id=new_uuid7(now),
            battery_id=code.battery_id,
            person_id=person_id,
            since=now,
        )
        self._ownerships.begin(ownership)
        details = {"code": str(code.code_id), "kind": code.kind.value}
        act = Act(
            name="battery-claimed",
            subject_id=person_id,
            battery_id=code.battery_id,
            details=details,
        )
        self._acts.record(act, now)
        return ownership

    def end(self, battery_id: UUID, now: datetime) -> None:
        """End the present ownership of a battery with all that rests on it."""
        current = self._ownerships.current(battery_id)
        if current is None:
            return
        self._grants.revoke_all(battery_id, now)
        self._codes.withdraw_open(battery_id, now)
        self._ownerships.end(battery_id, now)
        act = Act(name="ownership-ended", subject_id=current.person_id, battery_id=battery_id)
        self._acts.record(act, now)
