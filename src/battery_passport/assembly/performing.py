"""Runs operations of the command line: each names its action, and is asked for before it runs.

In: an operation's name and request. Out: its answer; a denial where the policies say no.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from battery_passport.access.policy.actions import EVENT_ACTIONS, OPERATOR_SCOPE
from battery_passport.access.policy.errors import UnknownAction
from battery_passport.assembly.authorizing import authorize_operator, build_authorizer
from battery_passport.assembly.operation_table import OPERATIONS
from battery_passport.foundation.errors import NotFound
from battery_passport.foundation.strict_json import JsonObject

if TYPE_CHECKING:
    from battery_passport.assembly.installation import Installation


class UnknownOperation(NotFound):
    """There is no operation of that name."""

    code = "unknown-operation"
    remedy = "Command line and server must be of the same version."


OPERATION_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "model-add": "model.add",
        "battery-add": "battery.register",
        "city-register": "battery.register",
        "city-issue": "passport.issue",
        "device-add": "device.enrol",
        "device-code": "device.enrol",
        "device-list": "device.enrol",
        "device-suspend": "device.enrol",
        "device-lift": "device.enrol",
        "device-move": "device.enrol",
        "device-replace": "device.enrol",
        "device-retire": "device.enrol",
        "event-add": "event.record.*",
        "inspector-add": "organisation.approve",
        "inspect": "event.record.inspection",
        "measured": "health.diagnose",
        "ingest": "evidence.import",
        "diagnose": "health.diagnose",
        "sheet": "diagnosis.read",
        "fleet-list": "platform.run",
        "fleet-learn": "platform.run",
        "quality": "quality.read",
        "battery-district": "battery.register",
        "passport-issue": "passport.issue",
        "passport-revoke": "passport.revoke",
        "passport-show": "passport.read",
        "passport-export": "passport.proof",
        "trust-export": "trust.read",
        "bundle": "passport.proof",
        "audit": "audit.run",
        "quarantine-list": "audit.run",
        "quarantine-show": "audit.run",
        "quarantine-judge": "platform.run",
        "evidence-status": "audit.run",
        "evidence-seal": "platform.run",
        "evidence-expire": "platform.run",
        "monitor": "audit.run",
        "keys-rotate": "key.rotate",
        "ledger-wishes": "ledger.judge",
        "ledger-approve": "ledger.judge",
        "ocpp-site": "charger.manage",
        "ocpp-charger-add": "charger.manage",
        "ocpp-charger-remove": "charger.manage",
        "ocpp-bind": "charger.manage",
        "gbt32960-bind": "charger.manage",
        "gbt32960-platform-add": "charger.manage",
        "gbt32960-platform-remove": "charger.manage",
        "gbt32960-status": "charger.manage",
        "ocpp-unbind": "charger.manage",
        "ocpp-stop": "charging.steer",
        "ocpp-limit": "charging.steer",
        "ocpp-status": "charger.manage",
        "ocpp-kept": "charger.manage",
        "admin-invite": "organisation.approve",
        "admin-provider": "organisation.approve",
    }
)
"""The action of each operation; an event's is that of its type."""

LOCAL_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "serve": "platform.run",
        "demo": "platform.run",
        "simulate": "platform.run",
        "ocpp-serve": "platform.run",
        "ocpp-proxy": "platform.run",
        "gbt32960-serve": "platform.run",
        "signer": "platform.run",
        "keys-protect": "key.rotate",
        "backup": "backup.run",
        "restore": "backup.run",
        "verify": "proof.check",
        "recompute": "proof.check",
        "witness": "platform.run",
        "evaluate": "health.diagnose",
        "fleet-diagnose": "health.diagnose",
        "fleet-cluster": "health.diagnose",
        "fleet-outlook": "health.diagnose",
        "decode": "evidence.import",
        "device-enrol": "device.join",
        "device-run": "telemetry.send",
        "device-status": "telemetry.send",
        "device-rotate": "device.report",
        "mqtt-configure": "platform.run",
        "mqtt-serve": "platform.run",
        "intake-serve": "platform.run",
    }
)
"""The actions of verbs that work on the home folder or a file by themselves. The operating system
guards those; nobody but the operator can come this way."""

FOR_AN_AUDIENCE = frozenset({"passport.read", "passport.proof"})
"""What these disclose is decided for the audience that they name, point by point."""


def perform(installation: "Installation", name: str, request: JsonObject) -> JsonObject:
    """Return the answer of an operation that the operator may run.

    Raises: UnknownOperation, UnknownAction, AccessDenied, and whatever the operation raises.
    """
    if name not in OPERATIONS:
        raise UnknownOperation(f"There is no operation {name[:60]!r}.")
    authorizer = build_authorizer(installation.clock)
    for action in actions_of_operation(name, request):
        authorize_operator(authorizer, action)
    return OPERATIONS[name](installation, request)


def actions_of_operation(name: str, request: JsonObject) -> tuple[str, ...]:
    """Return what the operator must be allowed for an operation.

    Raises: UnknownAction.
    """
    action = OPERATION_ACTIONS.get(name)
    if action is None:
        raise UnknownAction(f"The operation {name!r} names no action.")
    if action == "event.record.*":
        # An unknown type is refused by the operation itself, which lists those there are.
        action = EVENT_ACTIONS.get(str(request.get("type")))
    if action is None or action in FOR_AN_AUDIENCE:
        return (OPERATOR_SCOPE,)
    return (OPERATOR_SCOPE, action)
