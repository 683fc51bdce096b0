"""Shapes that several event types share, with bounds and units.

In: nothing. Out: shapes and the two row types of the table of event types.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from battery_passport.lifecycle.scalar_shapes import Day, Number, Shape, Text, Whole
from battery_passport.lifecycle.shapes import Record

NOTE = Text(500)
REFERENCE = Text(64)
EVENT_ID = Text(36, r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "the id of an event")
LOG_KEY = Text(32, r"[0-9a-f]{32}", "the 32 hexadecimal digits of a battery's record key")
PERCENT = Number(0, 100, "%")
SIGNED_PERCENT = Number(-100, 1_000, "%")
# Health is told as measured and never clamped: a good pack can start above what was certified.
HEALTH_PERCENT = Number(0, 200, "%")
CELSIUS = Number(-60, 200, "°C")
COUNT = Whole()
METHOD = Text(64, r"[a-z0-9][a-z0-9._-]*", "a method's name in lower case, as in usable-capacity")

PERIOD_TEMPERATURE = Record(
    required={
        "from": Day(),
        "to": Day(),
        "lowest_celsius": CELSIUS,
        "highest_celsius": CELSIUS,
    },
    optional={"mean_celsius": CELSIUS, "minutes_above_45_celsius": COUNT},
    ordered=("lowest_celsius", "highest_celsius"),
)
PERIOD_STATE_OF_CHARGE = Record(
    required={
        "from": Day(),
        "to": Day(),
        "lowest_percent": PERCENT,
        "highest_percent": PERCENT,
    },
    optional={"mean_percent": PERCENT},
    ordered=("lowest_percent", "highest_percent"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One member of a payload; `data_point` is the EC number whose value it sets."""

    shape: Shape
    required: bool = False
    data_point: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One row of the table of event types.

    `whole_payload_point` is the data point that collects the payload itself, one entry an event.
    `method` says how its values came about, unless the payload names a method. With `needs_value`
    at least one member with a data point must be there. `public` types show in the public timeline.
    """

    name: str
    name_en: str
    name_ko: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    whole_payload_point: int | None = None
    method: str | None = None
    ordered: tuple[str, str] | None = None
    needs_value: bool = False
    public: bool = False

    @property
    def shape(self) -> Record:
        """The payload's shape."""
        return Record(
            required={name: f.shape for name, f in self.fields.items() if f.required},
            optional={name: f.shape for name, f in self.fields.items() if not f.required},
            ordered=self.ordered,
        )
