"""Forms that were sent before: what they led to, by person and the form's own key.

In: a transaction, a principal, a form's key. Out: what it led to; the same form with other content
counts as the same, because each form that is shown has a key of its own.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.model import Principal
from battery_passport.adapters.sql.answers import AnswerStore, KeptAnswer
from battery_passport.foundation.digests import sha256
from battery_passport.web.consoles.frame.errors import NoOrganisation

_FORM = "form:"


def known_outcome(connection: Connection, principal: Principal, submission: UUID) -> str | None:
    """Return what a form has led to, None if it was not sent yet."""
    kept = AnswerStore(connection).kept(_sender(principal), _key(submission))
    return None if kept is None else kept.answer


def keep_outcome(
    connection: Connection,
    principal: Principal,
    submission: UUID,
    *,
    outcome: str,
    moment: datetime,
) -> None:
    """Remember what a form led to."""
    kept = KeptAnswer(request_sha256=sha256(submission.bytes), answer=outcome)
    AnswerStore(connection).keep(_sender(principal), _key(submission), kept, moment=moment)


def _sender(principal: Principal) -> str:
    if principal.person_id is None:
        raise NoOrganisation("Nobody has signed in.")
    return f"person:{principal.person_id}"


def _key(submission: UUID) -> str:
    return f"{_FORM}{submission}"
