"""One turn of the monitor of this home.

In: how many seconds it may look. Out: how it stands.
"""

from battery_passport.assembly.installation import Installation
from battery_passport.assembly.monitoring.home_monitor import HomeMonitor
from battery_passport.assembly.requests import Asked
from battery_passport.foundation.strict_json import JsonObject

_LONGEST_S = 30.0


def monitor(installation: Installation, request: JsonObject) -> JsonObject:
    """Audit for a while, and tell how far the round has come."""
    seconds = Asked(request).optional_text("seconds")
    for_s = min(float(seconds or 5), _LONGEST_S)
    return HomeMonitor(installation).run(for_s=for_s).as_json()
