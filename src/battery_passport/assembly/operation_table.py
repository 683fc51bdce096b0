"""Every operation by the name that verbs and the control endpoint use.

In: nothing. Out: the table. An operation is imported when it is first asked for: a verb on the
command line runs one, and starts in a third of the time that all of them take.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from battery_passport.assembly.installation import Installation
    from battery_passport.foundation.strict_json import JsonObject

    Operation = Callable[[Installation, JsonObject], JsonObject]

_PLACES: Mapping[str, str] = MappingProxyType(
    {
        "model-add": "operations.registry:add_model",
        "battery-add": "operations.registry:add_battery",
        "city-register": "operations.simulating:register_simulated",
        "city-issue": "operations.simulating:issue_simulated",
        "device-add": "operations.registry:add_device",
        "device-code": "devices.codes:make_code",
        "device-list": "devices.listing:list_devices",
        "device-suspend": "devices.changing:suspend_device",
        "device-lift": "devices.changing:lift_suspension",
        "device-move": "devices.changing:move_device",
        "device-replace": "devices.changing:replace_device",
        "device-retire": "devices.changing:retire_device",
        "event-add": "operations.registry:add_event",
        "ingest": "operations.importing:ingest",
        "diagnose": "operations.health:diagnose",
        "sheet": "sites.sheet_paper:set_sheet",
        "fleet-list": "operations.fleet_curves:list_fleets",
        "fleet-learn": "operations.fleet_curves:learn_fleet",
        "quality": "telling_quality:report_quality",
        "battery-district": "telling_quality:place_battery",
        "inspector-add": "operations.inspections:add_inspection_body",
        "inspect": "operations.inspections:inspect_battery",
        "measured": "operations.inspections:tell_measured",
        "passport-issue": "operations.passports:issue_passport",
        "passport-revoke": "operations.passports:revoke_passport",
        "passport-show": "operations.passports:show_passport",
        "passport-export": "operations.passports:export_passport",
        "trust-export": "operations.proofs:export_trust",
        "bundle": "operations.proofs:make_bundle",
        "audit": "operations.audits:audit",
        "quarantine-list": "operations.quarantine:list_quarantine",
        "quarantine-show": "operations.quarantine:show_quarantined",
        "quarantine-judge": "operations.quarantine:judge_quarantined",
        "evidence-status": "operations.evidence:evidence_status",
        "evidence-seal": "operations.evidence:seal_evidence",
        "evidence-expire": "operations.evidence:expire_evidence",
        "monitor": "operations.monitoring:monitor",
        "keys-rotate": "operations.keys:rotate_key",
        "ledger-wishes": "operations.ledger_keys:list_wishes",
        "ledger-approve": "operations.ledger_keys:approve_wish",
        "ocpp-site": "operations.chargers:set_site",
        "ocpp-charger-add": "operations.chargers:add_charger",
        "ocpp-charger-remove": "operations.chargers:remove_charger",
        "ocpp-bind": "operations.bindings:bind",
        "gbt32960-bind": "operations.bindings:bind",
        "gbt32960-platform-add": "operations.vehicle_platforms:add_platform",
        "gbt32960-platform-remove": "operations.vehicle_platforms:remove_platform",
        "gbt32960-status": "operations.vehicle_platforms:show_vehicles",
        "ocpp-unbind": "operations.bindings:unbind",
        "ocpp-stop": "operations.charging:stop_charging",
        "ocpp-limit": "operations.charging:limit_charging",
        "ocpp-status": "operations.chargers:show_status",
        "ocpp-kept": "operations.chargers:show_kept",
        "admin-invite": "operations.people:invite_administrator",
        "admin-provider": "operations.people:set_sign_in_provider",
    }
)
"""Where each operation is: a module of `assembly`, and a function in it."""


class _Operations(Mapping[str, "Operation"]):
    """The operations, each imported at first use."""

    def __getitem__(self, name: str) -> "Operation":
        module, function = _PLACES[name].split(":")
        found: Operation = getattr(
            importlib.import_module(f"battery_passport.assembly.{module}"), function
        )
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


OPERATIONS: Mapping[str, "Operation"] = _Operations()
