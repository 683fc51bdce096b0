"""How fields of lifecycle events, and the words they hold, read in a history.

In: names of `lifecycle.event_types`. Out: messages of the catalogue; a test finds what is missing.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.web.language import marked

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
        "operating_time_h": marked("Operating time"),
        "cumulative_charge_kwh": marked("Cumulative charge"),
        "cumulative_discharge_kwh": marked("Cumulative discharge"),
        "state_of_charge_percent": marked("State of charge (SOC)"),
        "bms_state_of_health_percent": marked("State of health (SOH) shown by the car"),
        "fast_charge_count": marked("Fast charges"),
        "insulation_kohm": marked("Insulation resistance"),
        "lowest_cell_v": marked("Lowest cell voltage"),
        "highest_cell_v": marked("Highest cell voltage"),
        "highest_module_celsius": marked("Highest module temperature"),
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
        "passed": marked("Passed"),
        "passed-with-remarks": marked("Passed with remarks"),
        "failed": marked("Failed"),
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
