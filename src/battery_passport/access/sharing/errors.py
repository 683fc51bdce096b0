"""What can go wrong when batteries are claimed and shared.

In: a message. Out: errors with a code and a remedy; none tells whether somebody owns a battery.

    InvalidInput ── UnusableGrant
    VerificationFailed ── GrantNotUsable
    NotFound ── NotYours
    Conflict ── NotOwnedByYou
"""

from battery_passport.foundation.errors import Conflict, InvalidInput, NotFound, VerificationFailed


class UnusableGrant(InvalidInput):
    """A grant was asked for without parts, or for longer than is allowed."""

    code = "unusable-grant"
    remedy = "Choose at least one part, and a time from one hour to 90 days."


class GrantNotUsable(VerificationFailed):
    """A link is unknown, expired or revoked; which of them is not said."""

    code = "grant-not-usable"
    remedy = "Ask the owner of the battery for a new link."


class NotYours(NotFound):
    """Nothing of that name belongs to whoever asks."""

    code = "not-yours"


class NotOwnedByYou(Conflict):
    """The act is for the battery's present owner only."""

    code = "not-owned-by-you"
    remedy = "Claim the battery first."
