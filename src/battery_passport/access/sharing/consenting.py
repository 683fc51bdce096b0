"""Giving and withdrawing consent, each effective at once.

In: a person, a purpose and a version of its text. Out: the consents that hold.
"""

from datetime import datetime
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.ports import ActLog
from battery_passport.access.sharing.consents import current_text
from battery_passport.access.sharing.model import Consent, ConsentPurpose
from battery_passport.access.sharing.ports import Consents
from battery_passport.foundation.errors import Conflict
from battery_passport.foundation.uuid7 import new_uuid7


class ConsentTextChanged(Conflict):
    """The text was changed after the page with it was opened."""

    code = "consent-text-changed"
    remedy = "Read the new text and decide again."


class Consenting:
    """Consents within one transaction."""

    def __init__(self, consents: Consents, acts: ActLog) -> None:
        self._consents = consents
        self._acts = acts

    def give(
        self, person_id: UUID, purpose: ConsentPurpose, *, text_version: int, now: datetime
    ) -> None:
        """Record the consent to the text that was read; the same consent again changes nothing.

        Raises: ConsentTextChanged.
        """
        text = current_text(purpose)
        if text_version != text.version:
            raise ConsentTextChanged(f"The text on {purpose.value} is now version {text.version}.")
        known = self._consents.given(person_id, purpose)
        if known is not None:
            if known.text_version == text_version:
                return
            self._consents.withdraw(known.consent_id, now)
        consent = Consent(
            consent_id=new_uuid7(now),
            person_id=person_id,
            purpose=purpose,
            text_version=text_version,
            given_at=now,
        )
        self._consents.add(consent)
        details = {"purpose": purpose.value, "version": text_version, "text": text.digest()}
        self._acts.record(Act(name="consent-given", subject_id=person_id, details=details), now)

    def withdraw(self, person_id: UUID, purpose: ConsentPurpose, now: datetime) -> None:
        """End the consent; none that holds changes nothing."""
        known = self._consents.given(person_id, purpose)
        if known is None:
            return
        self._consents.withdraw(known.consent_id, now)
        details = {"purpose": purpose.value, "version": known.text_version}
        self._acts.record(Act(name="consent-withdrawn", subject_id=person_id, details=details), now)
