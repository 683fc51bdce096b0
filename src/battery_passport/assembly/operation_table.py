"""Every operation by the name that verbs and the control endpoint use.

In: nothing. Out: the table.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from battery_passport.assembly.devices.changing import (
    lift_suspension,
    move_device,
    replace_device,
    retire_device,
    suspend_device,
)
from battery_passport.assembly.devices.codes import make_code
from battery_passport.assembly.devices.listing import list_devices
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.audits import audit
from battery_passport.assembly.operations.bindings import bind, unbind
from battery_passport.assembly.operations.chargers import (
    add_charger,
    remove_charger,
    set_site,
    show_kept,
    show_status,
)
from battery_passport.assembly.operations.charging import limit_charging, stop_charging
from battery_passport.assembly.operations.evidence import (
    evidence_status,
    expire_evidence,
    seal_evidence,
)
from battery_passport.assembly.operations.fleet_curves import learn_fleet, list_fleets
from battery_passport.assembly.operations.health import diagnose
from battery_passport.assembly.operations.importing import ingest
from battery_passport.assembly.operations.inspections import (
    add_inspection_body,
    inspect_battery,
    tell_measured,
)
from battery_passport.assembly.operations.keys import rotate_key
from battery_passport.assembly.operations.ledger_keys import approve_wish, list_wishes
from battery_passport.assembly.operations.monitoring import monitor
from battery_passport.assembly.operations.passports import (
    export_passport,
    issue_passport,
    revoke_passport,
    show_passport,
)
from battery_passport.assembly.operations.people import (
    invite_administrator,
    set_sign_in_provider,
)
from battery_passport.assembly.operations.proofs import export_trust, make_bundle
from battery_passport.assembly.operations.quarantine import (
    judge_quarantined,
    list_quarantine,
    show_quarantined,
)
from battery_passport.assembly.operations.registry import (
    add_battery,
    add_device,
    add_event,
    add_model,
)
from battery_passport.assembly.operations.simulating import issue_simulated, register_simulated
from battery_passport.assembly.operations.vehicle_platforms import (
    add_platform,
    remove_platform,
    show_vehicles,
)
from battery_passport.assembly.telling_quality import place_battery, report_quality
from battery_passport.foundation.strict_json import JsonObject

Operation = Callable[[Installation, JsonObject], JsonObject]

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "model-add": add_model,
        "battery-add": add_battery,
        "city-register": register_simulated,
        "city-issue": issue_simulated,
        "device-add": add_device,
        "device-code": make_code,
        "device-list": list_devices,
        "device-suspend": suspend_device,
        "device-lift": lift_suspension,
        "device-move": move_device,
        "device-replace": replace_device,
        "device-retire": retire_device,
        "event-add": add_event,
        "inspector-add": add_inspection_body,
        "inspect": inspect_battery,
        "measured": tell_measured,
        "ingest": ingest,
        "diagnose": diagnose,
        "fleet-list": list_fleets,
        "fleet-learn": learn_fleet,
        "quality": report_quality,
        "battery-district": place_battery,
        "passport-issue": issue_passport,
        "passport-revoke": revoke_passport,
        "passport-show": show_passport,
        "passport-export": export_passport,
        "trust-export": export_trust,
        "bundle": make_bundle,
        "audit": audit,
        "quarantine-list": list_quarantine,
        "quarantine-show": show_quarantined,
        "quarantine-judge": judge_quarantined,
        "evidence-status": evidence_status,
        "evidence-seal": seal_evidence,
        "evidence-expire": expire_evidence,
        "monitor": monitor,
        "keys-rotate": rotate_key,
        "ledger-wishes": list_wishes,
        "ledger-approve": approve_wish,
        "ocpp-site": set_site,
        "ocpp-charger-add": add_charger,
        "ocpp-charger-remove": remove_charger,
        "ocpp-bind": bind,
        "gbt32960-bind": bind,
        "gbt32960-platform-add": add_platform,
        "gbt32960-platform-remove": remove_platform,
        "gbt32960-status": show_vehicles,
        "ocpp-unbind": unbind,
        "ocpp-stop": stop_charging,
        "ocpp-limit": limit_charging,
        "ocpp-status": show_status,
        "ocpp-kept": show_kept,
        "admin-invite": invite_administrator,
        "admin-provider": set_sign_in_provider,
    }
)
