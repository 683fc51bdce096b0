"""The actions of the platform: every page, route and command names one of them.

In: the tables of each field of work. Out: `ACTIONS` by name, and look-ups in it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.access.policy.action import Action
from battery_passport.access.policy.actions_of_people import PEOPLE_ACTIONS
from battery_passport.access.policy.actions_of_readers import READER_ACTIONS
from battery_passport.access.policy.actions_of_work import WORK_ACTIONS
from battery_passport.access.policy.errors import UnknownAction

ACTIONS: Mapping[str, Action] = MappingProxyType(
    {each.name: each for each in (*READER_ACTIONS, *PEOPLE_ACTIONS, *WORK_ACTIONS)}
)

KEY_SCOPES: tuple[str, ...] = tuple(each.name for each in ACTIONS.values() if each.for_machines)
"""The scopes an API key may carry: a scope is the name of an action."""

STEWARD_SCOPE = "organisation.steward"
"""In the scopes of a person who looks after an organisation's members and keys."""

OPERATOR_SCOPE = "control.run"
"""In the scopes of the command line of this installation; no API key may carry it."""

EVENT_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "manufactured": "event.record.declaration",
        "placed_on_market": "event.record.declaration",
        "performance_reported": "event.record.declaration",
        "soce_reported": "event.record.declaration",
        "use_reported": "event.record.declaration",
        "data_point_declared": "event.record.declaration",
        "inspected": "event.record.inspection",
        "repaired": "event.record.repair",
        "recall_completed": "event.record.repair",
        "installed": "event.record.removal",
        "removed": "event.record.removal",
        "device_fitted": "event.record.declaration",
        "device_removed": "event.record.declaration",
        "recycled": "event.record.recycling",
        "status_changed": "event.record.status",
        "accident": "event.record.accident",
        "recalled": "event.record.recall",
        "passport_suspended": "event.record.standing",
        "passport_resumed": "event.record.standing",
        "ownership_transferred": "event.record.transfer",
        "alarm_raised": "event.record.declaration",
    }
)
"""The action of recording each type of lifecycle event."""


def action_named(name: str) -> Action:
    """Return the action of that name.

    Raises: UnknownAction.
    """
    if name not in ACTIONS:
        raise UnknownAction(f"There is no action {name[:80]!r}.")
    return ACTIONS[name]
