"""How the nine items, methods and results of a measurement are called where both are shown.

In: names of `lifecycle.measurement`. Out: messages of the catalogue; a test finds what is missing.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.web.language import marked

ITEMS: Mapping[str, str] = MappingProxyType(
    {
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
    }
)

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "full-discharge": marked("Full discharge"),
        "full-charge": marked("Full charge"),
        "partial-charge": marked("Part of a charge"),
        "pulse": marked("Short pulses of current"),
        "other-method": marked("Another method"),
        "periodic": marked("Periodic inspection"),
        "pre-removal": marked("Performance evaluation before removal"),
        "before-distribution": marked("Safety inspection before distribution"),
        "follow-up": marked("Follow-up inspection"),
        "kc-10031": marked("Safety inspection of reused batteries (KC 10031)"),
        "other": marked("Other"),
        "passed": marked("Passed"),
        "passed-with-remarks": marked("Passed with remarks"),
        "failed": marked("Failed"),
        "withdrawn": marked("Taken back"),
    }
)
