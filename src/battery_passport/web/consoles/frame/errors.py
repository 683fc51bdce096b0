"""What can be wrong with a request to a role's page.

In: a message. Out: errors with a code and a remedy.

    Conflict ── NoOrganisation
    NotFound ── NothingOfYours
    InvalidInput ── UnusableSubmission
"""

from battery_passport.foundation.errors import Conflict, InvalidInput, NotFound


class NoOrganisation(Conflict):
    """Somebody records without acting for an organisation that is known here."""

    code = "no-organisation"
    remedy = "Choose the organisation you act for, then try again."


class NothingOfYours(NotFound):
    """No draft, battery or run of that name is open to whoever asks."""

    code = "nothing-of-yours"
    remedy = "Go back to your first page and choose it from the list."


class UnusableSubmission(InvalidInput):
    """A form without the key that every form of ours carries."""

    code = "unusable-submission"
    remedy = "Open the form again and send it from there."
