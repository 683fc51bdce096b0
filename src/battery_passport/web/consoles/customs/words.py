"""Customs in words: reasons, results, what a case opens.

In: values. Out: marked texts.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.access.customs import CaseReason, CheckReason, CheckResult
from battery_passport.web.consoles.frame.cells import Tone
from battery_passport.web.language import marked

CASE_REASONS: Mapping[CaseReason, str] = MappingProxyType(
    {
        CaseReason.DOCUMENTS: marked("papers to be compared"),
        CaseReason.SAFETY: marked("doubts about safety"),
        CaseReason.RECALL: marked("a recall"),
        CaseReason.SAMPLE: marked("a sample check"),
    }
)
RESULTS: Mapping[CheckResult, tuple[str, Tone]] = MappingProxyType(
    {
        CheckResult.RELEASED: (marked("Released"), Tone.GOOD),
        CheckResult.HELD: (marked("Held"), Tone.BAD),
        CheckResult.REFERRED: (marked("Referred to the authority"), Tone.NOTICE),
    }
)
REASONS: Mapping[CheckReason, str] = MappingProxyType(
    {
        CheckReason.NO_PASSPORT: marked("There is no passport"),
        CheckReason.NOT_IN_FORCE: marked("The passport is not in force"),
        CheckReason.OTHER_BATTERY: marked("The battery is not the one described"),
        CheckReason.LABEL_MISSING: marked("Label or QR code is missing or unreadable"),
        CheckReason.DOCUMENTS_MISSING: marked("Papers are missing"),
        CheckReason.DAMAGED: marked("The battery is damaged"),
    }
)
POINTS: Mapping[int, str] = MappingProxyType(
    {
        2: marked("composition, parts and dismantling (point 2)"),
        3: marked("results of test reports (point 3)"),
    }
)
