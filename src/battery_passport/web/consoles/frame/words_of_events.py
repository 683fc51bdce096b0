"""How fields of lifecycle events, and the words they may hold, are called on forms.

In: names of `lifecycle.event_types`. Out: messages of the catalogue; a test finds what is missing.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.web.language import marked
from battery_passport.web.pages.measured_words import ITEMS

LABELS: Mapping[str, str] = MappingProxyType(
    {
        **ITEMS,
        "measured_capacity_ah": marked("Measured capacity"),
        "measured_health_percent": marked("Measured state of health (SOH)"),
        "capacity_method": marked("Method of the measurement"),
        "test_c_rate": marked("Current of the test"),
        "test_celsius": marked("Temperature of the test"),
        "instrument": marked("Instrument"),
        "instrument_serial": marked("Serial number of the instrument"),
        "calibrated_on": marked("Last calibrated on"),
        "corrects": marked("Puts right the inspection"),
        "correction_reason": marked("Why it was put right or taken back"),
        "kind": marked("Kind"),
        "result": marked("Result"),
        "certificate": marked("Number of the certificate"),
        "note": marked("Note"),
        "reason": marked("Reason"),
        "evidence": marked("Number of the evidence"),
        "reference": marked("Number of the recall"),
        "remedy_due_on": marked("To be put right by"),
        "at": marked("When"),
        "mass_lithium": marked("Lithium"),
        "mass_nickel": marked("Nickel"),
        "mass_cobalt": marked("Cobalt"),
        "mass_manganese": marked("Manganese"),
        "mass_copper": marked("Copper"),
        "mass_aluminium": marked("Aluminium"),
        "mass_iron": marked("Iron and steel"),
        "mass_graphite": marked("Graphite"),
        "mass_plastics": marked("Plastics"),
        "recovered_kg": marked("Recovered"),
        "to": marked("New status"),
        "application": marked("Used in"),
    }
)

HINTS: Mapping[str, str] = MappingProxyType(
    {
        "bms_state_of_health_percent": marked("As the car's own battery management shows it."),
        "insulation_kohm": marked("Measured between the high-voltage circuit and the body."),
        "measured_capacity_ah": marked("As measured, without any correction."),
        "test_c_rate": marked("1 C empties the rated capacity in an hour."),
        "correction_reason": marked(
            "In a sentence, such as: the display was misread. No names; it is kept for ever."
        ),
        "instrument": marked("Make and type, as on its plate."),
        "note": marked("No names, plates or addresses: the record is kept for ever."),
        "certificate": marked("As on the certificate, if there is one."),
        "reference": marked("As in the recall notice; the repair is recorded under it."),
    }
)

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "periodic": marked("Periodic inspection"),
        "pre-removal": marked("Performance evaluation before removal"),
        "before-distribution": marked("Safety inspection before distribution"),
        "follow-up": marked("Follow-up inspection"),
        "kc-10031": marked("Safety inspection of reused batteries (KC 10031)"),
        "other": marked("Other"),
        "full-discharge": marked("Full discharge"),
        "full-charge": marked("Full charge"),
        "partial-charge": marked("Part of a charge"),
        "pulse": marked("Short pulses of current"),
        "other-method": marked("Another method"),
        "passed": marked("Passed"),
        "passed-with-remarks": marked("Passed with remarks"),
        "failed": marked("Failed"),
        "withdrawn": marked("Taken back"),
        "end-of-life": marked("End of life"),
        "replacement": marked("Replacement"),
        "accident": marked("After an accident"),
        "recall": marked("Recall"),
        "original": marked("Original"),
        "repurposed": marked("Repurposed"),
        "re-used": marked("Re-used"),
        "remanufactured": marked("Remanufactured"),
        "waste": marked("Waste battery"),
        "inspected": marked("Inspected"),
        "removed": marked("Removed"),
        "installed": marked("Fitted"),
        "device_fitted": marked("Collection device fitted"),
        "device_removed": marked("Collection device removed"),
        "status_changed": marked("Status changed"),
        "recycled": marked("Recycled"),
        "recalled": marked("Recalled"),
        "recall_completed": marked("Recall work done"),
        "repaired": marked("Repaired"),
        "passport_suspended": marked("Passport suspended"),
        "passport_resumed": marked("Passport in force again"),
        "alarm_raised": marked("Alarm raised by the measurements"),
    }
)
