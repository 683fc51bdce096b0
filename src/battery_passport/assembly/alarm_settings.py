"""The setting that names who is told of findings by mail.

In: the values of settings by name. Out: mail addresses.
"""

import re
from collections.abc import Mapping

from battery_passport.foundation.errors import Misconfigured

_ADDRESS = re.compile(r"[^@\s,;:<>]+@[^@\s,;:<>]+")


def alarm_recipients(values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the addresses that findings of the monitor are mailed to. Raises: Misconfigured."""
    listed = tuple(part.strip() for part in values["alarm_mail"].split(",") if part.strip())
    for each in listed:
        if not _ADDRESS.fullmatch(each):
            raise Misconfigured(
                f"BATTERY_PASSPORT_ALARM_MAIL: {each[:120]!r} is no mail address.",
                remedy="Write plain addresses, as in watch@city.example,it@city.example.",
            )
    return listed
