"""Consignments checked: one answer for each identifier of a list, valid or what is wrong.

In: texts as pasted. Out: answers in their order. Nothing beyond Annex XIII point 1 is looked at.
"""

from collections.abc import Sequence

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.public_passports import SitePassports
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.identifiers import BatteryIdentifier, parse_battery_identifier
from battery_passport.web.pages.evidence import tone_of
from battery_passport.web.reading.views import CheckedIdentifier, Verdict
from battery_passport.web.views import Duty, PublicPassportView, Standing

_STANDINGS = {Standing.SUSPENDED: Verdict.SUSPENDED, Standing.ENDED: Verdict.ENDED}
_TONES = {"danger": Verdict.CHECK_FAILED, "notice": Verdict.WAITING}


class ConsignmentDesk:
    """Checks lists of identifiers."""

    def __init__(self, installation: Installation, passports: SitePassports) -> None:
        self._installation = installation
        self._passports = passports

    def check(self, asked: Sequence[str]) -> tuple[CheckedIdentifier, ...]:
        """Return the answer of each identifier; one listed before is not checked twice."""
        seen: set[BatteryIdentifier] = set()
        answers = []
        for text in asked:
            answer = self._answer(text, seen)
            if answer.identifier is not None:
                seen.add(answer.identifier)
            answers.append(answer)
        return tuple(answers)

    def _answer(self, text: str, seen: set[BatteryIdentifier]) -> CheckedIdentifier:
        try:
            named = parse_battery_identifier(text)
        except InvalidInput:
            return CheckedIdentifier(asked=text, verdict=Verdict.MALFORMED)
        identifier = self._passports.resolve(named) if isinstance(named, str) else named
        if identifier is None:
            return CheckedIdentifier(asked=text, verdict=Verdict.UNKNOWN)
        if identifier in seen:
            return CheckedIdentifier(asked=text, verdict=Verdict.REPEATED, identifier=identifier)
        view = self._passports.find(identifier)
        if view is None:
            return self._without_passport(text, identifier)
        return self._judged(text, view)

    def _without_passport(self, text: str, identifier: BatteryIdentifier) -> CheckedIdentifier:
        with self._installation.database.read() as connection:
            known = RegistryStore(connection).battery_by_identifier(identifier) is not None
        verdict = Verdict.NO_PASSPORT if known else Verdict.UNKNOWN
        return CheckedIdentifier(asked=text, verdict=verdict, identifier=identifier)

    def _judged(self, text: str, view: PublicPassportView) -> CheckedIdentifier:
        today = self._installation.clock.now().date()
        overdue = sum(
            point.duty is Duty.MISSING and point.due is not None and point.due < today
            for point in view.open_points
        )
        return CheckedIdentifier(
            asked=text,
            verdict=verdict_of(view, overdue=overdue),
            identifier=view.identifier,
            model_name=view.model_name,
            operator_name=view.issuer_name,
            version=view.version,
            overdue=overdue,
        )


def verdict_of(view: PublicPassportView, *, overdue: int) -> Verdict:
    """Return the first thing that is wrong with a passport, or that it is valid."""
    tone = tone_of(view.evidence.checks)
    if tone == "danger":
        return Verdict.CHECK_FAILED
    if view.standing in _STANDINGS:
        return _STANDINGS[view.standing]
    if overdue:
        return Verdict.INCOMPLETE
    return _TONES.get(tone, Verdict.VALID)
