"""Requests of people who have lost their passkeys, for the administrators of their city.

In: the desks of an installation. Out: fulfils `web.consoles.administration.ports.RecoveryBook`.
"""

from collections.abc import Sequence
from uuid import UUID

from battery_passport.access.model import Principal
from battery_passport.access.people.passkey_recovery import (
    Waiting,
    turn_down,
    vouch,
    waiting_in,
)
from battery_passport.assembly.desks import Desks
from battery_passport.web.consoles.administration.ports import LostPasskeys


class DeskRecoveryBook:
    """Requests over desks, so that letters go out once a decision is kept."""

    def __init__(self, desks: Desks) -> None:
        self._desks = desks

    def waiting(self, principal: Principal) -> Sequence[LostPasskeys]:
        """Return the requests of the principal's city."""
        with self._desks.reading() as desk:
            return [_lost(each) for each in waiting_in(desk, principal)]

    def vouch(self, principal: Principal, recovery_id: UUID) -> bool:
        """Say that somebody is who he says."""
        with self._desks.transaction() as desk:
            return vouch(desk, principal, recovery_id)

    def turn_down(self, principal: Principal, recovery_id: UUID) -> None:
        """End a request."""
        with self._desks.transaction() as desk:
            turn_down(desk, principal, recovery_id)


def _lost(each: Waiting) -> LostPasskeys:
    return LostPasskeys(
        recovery_id=each.recovery.recovery_id,
        name=each.profile.name,
        email=each.profile.email,
        organisation=each.organisation_name,
        asked_at=each.recovery.asked_at,
        expires_at=each.recovery.expires_at,
        vouched=each.recovery.first_by is not None,
        own_turn=each.own_turn,
    )
