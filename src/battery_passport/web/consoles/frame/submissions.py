"""The key that every form carries, so that sending it twice does it once.

In: a form. Out: its key.
"""

from collections.abc import Mapping
from uuid import UUID, uuid4

from battery_passport.web.consoles.frame.errors import UnusableSubmission

FIELD = "submission"


def new_submission() -> str:
    """Return a key for a form that is being shown."""
    return str(uuid4())


def submission_of(form: Mapping[str, str]) -> UUID:
    """Return the key that a form came with. Raises: UnusableSubmission."""
    try:
        return UUID(form[FIELD])
    except (KeyError, ValueError) as error:
        raise UnusableSubmission("The form came without its key.") from error
