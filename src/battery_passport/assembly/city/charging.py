"""A charging place of the demonstration: two chargers, and who charged there lately.

In: an installation in which the accounts are settled. Out: a site of its operator; sessions as a
charger would have told them. No process is connected to these chargers, and pages say so.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from battery_passport.access.records.organisations import OrganisationKind
from battery_passport.adapters.sql.charge_points import ChargePointStore
from battery_passport.adapters.sql.charging_sessions import SessionStore, StoredSession
from battery_passport.assembly.city.offices import first_of
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.chargers import add_charger, set_site
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.digests import sha256
from battery_passport.safety.charging.model import State

SITE = "gwangan"
FAST, SLOW = "DEMO-1", "DEMO-2"
_CHARGERS: Final = (
    (FAST, "dc", "2.0.1", ("DEMO", "F200", "2.4.1")),
    (SLOW, "ac", "1.6", ("DEMO", "S11", "1.9")),
)
_HOURS_AGO: Final = (52.0, 31.0, 26.0, 9.5, 3.0, 0.4)
"""When the sessions began; the last of them goes on at the fast charger."""

_POWER_W: Final = {FAST: 78_000, SLOW: 7_000}
_VOLTAGE_MV: Final = {FAST: 640_000, SLOW: 230_000}
_START_WH: Final = 125_000


def enter_chargers(installation: Installation) -> bool:
    """Enter the site with its chargers and sessions, once; return whether it was done now."""
    with installation.database.read() as connection:
        operator = first_of(connection, OrganisationKind.SITE_OPERATOR)
        known = ChargePointStore(connection).get(FAST)
    if known is not None or operator is None:
        return False
    set_site(installation, {"site": SITE, "power_kw": 100, "operator": operator})
    for name, supply, _version, _told in _CHARGERS:
        add_charger(installation, {"charger": name, "site": SITE, "supply": supply})
    now = installation.clock.now()
    with installation.database.write() as connection:
        points, sessions = ChargePointStore(connection), SessionStore(connection)
        for name, _supply, version, told in _CHARGERS:
            points.note_heard(name, version=version, told=told, at=now - timedelta(days=9))
            points.note_alive({name: now - timedelta(minutes=4)}, now - timedelta(minutes=4))
            points.note_socket(name, 1, "taken" if name == FAST else "free")
        for session in _sessions(now):
            begun, _is_new = sessions.begin(session)
            sessions.save(replace(session, number=begun.number))
    return True


def _sessions(now: datetime) -> Iterator[StoredSession]:
    for place, hours in enumerate(_HOURS_AGO):
        charger = SLOW if place % 3 == 1 else FAST
        goes_on = place == len(_HOURS_AGO) - 1
        lasted_h = hours if goes_on else (3.5 if charger == SLOW else 0.7)
        began, ended = now - timedelta(hours=hours), now - timedelta(hours=hours - lasted_h)
        power_w = _POWER_W[charger]
        yield StoredSession(
            opening=sha256(f"{charger} {began.isoformat()}".encode()),
            charge_point=charger,
            transaction=f"demo-{place}",
            connector=1,
            state=(State.CHARGING if goes_on else State.UNPLUGGED).value,
            started_at=began,
            ended_at=None if goes_on else ended,
            soc_ratio=min(0.9, 0.35 + lasted_h * (0.1 if charger == SLOW else 0.6)),
            metered={
                "at_ms": unix_ms(ended),
                "power_w": -power_w if goes_on else 0,
                "current_ma": -power_w * 1_000_000 // _VOLTAGE_MV[charger] if goes_on else 0,
                "voltage_mv": _VOLTAGE_MV[charger],
                "begun_wh": _START_WH,
                "register_wh": _START_WH + round(power_w * lasted_h),
            },
        )
