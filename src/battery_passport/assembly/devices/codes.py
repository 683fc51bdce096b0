"""Makes one-time codes by which a device is enrolled for a battery.

In: a battery, and the device to be replaced if there is one. Out: a code, shown this once.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.acts import Act, DetailValue
from battery_passport.adapters.sql.device_codes import DeviceCodeStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.finding import find_battery
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.requests import Asked
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.devices.codes import (
    LONGEST_LIFE,
    USUAL_LIFE,
    EnrolmentCode,
    KeptCode,
    hashed_secret,
    new_code,
)
from battery_passport.registry.errors import InvalidRegistration
from battery_passport.registry.model import Battery

CODE_MADE = "device-code-made"
ENROLMENT_PATH = "/v1/devices/enrolments"


def make_code(installation: Installation, request: JsonObject) -> JsonObject:
    """Return a fresh code for the device of a battery."""
    asked = Asked(request)
    life = _life_of_code(asked)
    moment = installation.clock.now()
    with installation.database.write() as connection:
        battery = find_battery(RegistryStore(connection), asked.text("battery"))
        code = save_code(
            connection,
            battery.battery_id,
            life=life,
            moment=moment,
            by=asked.optional_id("by"),
        )
    installation.pipeline.settle()
    return describe_code(installation, battery, code, expires_at=moment + life)


def save_code(
    connection: Connection,
    battery_id: UUID,
    *,
    moment: datetime,
    life: timedelta = USUAL_LIFE,
    replaces: UUID | None = None,
    by: UUID | None = None,
) -> EnrolmentCode:
    """Return a fresh code, of which only a hash is kept; that it was made enters the log."""
    code = new_code()
    kept = KeptCode(
        handle=code.handle,
        secret_hash=hashed_secret(code),
        battery_id=battery_id,
        replaces=replaces,
        made_at=moment,
        expires_at=moment + life,
        attempts=0,
        used_by=None,
    )
    DeviceCodeStore(connection).add(kept)
    replaced: dict[str, DetailValue] = {} if replaces is None else {"device": str(replaces)}
    act = Act(name=CODE_MADE, actor_id=by, battery_id=battery_id, details=replaced)
    record_act(connection, act, moment)
    return code


def describe_code(
    installation: Installation, battery: Battery, code: EnrolmentCode, *, expires_at: datetime
) -> JsonObject:
    """Return a code as a person hands it out; `link` is what its QR code holds."""
    return {
        "battery": str(battery.identifier),
        "code": str(code),
        "expires_at": format_utc(expires_at),
        "link": f"{installation.base_url}{ENROLMENT_PATH}#{code}",
    }


def _life_of_code(asked: Asked) -> timedelta:
    hours = asked.optional_number("hours")
    life = USUAL_LIFE if hours is None else timedelta(hours=min(hours, 1e6))
    if not timedelta(minutes=1) <= life <= LONGEST_LIFE:
        raise InvalidRegistration(f"A code lives for a minute to {LONGEST_LIFE.days} days.")
    return life
