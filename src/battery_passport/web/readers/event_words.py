"""How fields of lifecycle events, and the words they hold, read in a history.

In: names of `lifecycle.event_types`. Out: messages of the catalogue; a test finds what is missing.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.web.language import marked
from battery_passport.web.pages.measured_words import ITEMS

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "manufactured_in": marked("Month of manufacture"),
        "place": marked("Place"),
        "batch": marked("Production batch"),
        "status": marked("Status"),
        "to": marked("New status"),
        "predecessors": marked("Made from"),
        "successors": marked("Became"),
        "evidence": marked("Number of the evidence"),
        "recovered_kg": marked("Recovered"),
        "note": marked("Note"),
        "device": marked("Collection device"),
        "reason": marked("Reason"),
        "application": marked("Used in"),
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
        "work": marked("Work done"),
        "replaced_parts": marked("Parts replaced"),
        "pack_opened": marked("Pack opened"),
        "severity": marked("Severity"),
        "description": marked("Description"),
        "reference": marked("Number of the recall"),
        "remedy_due_on": marked("To be put right by"),
        "odometer_km": marked("Odometer"),
        "channel": marked("Handed over by"),
        "method": marked("Method"),
        "data_point": marked("Number of the entry"),
        "value": marked("The value"),
    }
)
"""Fields that set a data point bear its name instead."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "new": marked("new device"),
        "moved": marked("device moved"),
        "end": marked("device taken out of service"),
        "compromised": marked("key no longer trusted"),
        "passenger-car": marked("passenger car"),
        "van": marked("van"),
        "truck": marked("truck"),
        "bus": marked("bus"),
        "stationary": marked("stationary storage"),
        "other": marked("Other"),
        "end-of-life": marked("End of life"),
        "replacement": marked("Replacement"),
        "accident": marked("After an accident"),
        "recall": marked("Recall"),
        "periodic": marked("Periodic inspection"),
        "pre-removal": marked("Performance evaluation before removal"),
        "before-distribution": marked("Safety inspection before distribution"),
        "follow-up": marked("Follow-up inspection"),
        "kc-10031": marked("Safety inspection of reused batteries (KC 10031)"),
        "full-discharge": marked("Full discharge"),
        "full-charge": marked("Full charge"),
        "partial-charge": marked("Part of a charge"),
        "pulse": marked("Short pulses of current"),
        "other-method": marked("Another method"),
        "passed": marked("Passed"),
        "passed-with-remarks": marked("Passed with remarks"),
        "failed": marked("Failed"),
        "withdrawn": marked("Taken back"),
        "collision": marked("collision"),
        "flood": marked("flood"),
        "fire": marked("fire"),
        "thermal-event": marked("overheating"),
        "overcharge": marked("overcharging"),
        "deep-discharge": marked("deep discharge"),
        "drop": marked("fall"),
        "minor": marked("minor"),
        "major": marked("major"),
        "total-loss": marked("total loss"),
        "private": marked("private sale"),
        "dealer": marked("dealer"),
        "auction": marked("auction"),
        "fleet": marked("fleet"),
        "return": marked("return"),
        "original": marked("Original"),
        "repurposed": marked("Repurposed"),
        "re-used": marked("Re-used"),
        "remanufactured": marked("Remanufactured"),
        "waste": marked("Waste battery"),
    }
)
