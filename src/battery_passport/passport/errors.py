"""What can be wrong with values, model files and the issuing of versions.

In: a message. Out: errors with a code and a remedy.

    InvalidInput
    ├── InvalidPointValue ── PointNotToBeFilled, PointFilledElsewhere
    ├── InvalidModelFile
    ├── UnknownRuleSet
    ├── UnknownDataPoint
    └── UnknownAudience
    Conflict
    └── PassportEnded
"""

from battery_passport.foundation.errors import Conflict, InvalidInput


class InvalidPointValue(InvalidInput):
    """A value does not have the form its data point asks for."""

    code = "invalid-point-value"
    remedy = "docs/reference/data-points.md shows the form of each value."


class PointNotToBeFilled(InvalidPointValue):
    """The rules say that this data point must stay empty, for good or for now."""

    code = "point-not-to-be-filled"
    remedy = "Leave it out."


class PointFilledElsewhere(InvalidPointValue):
    """The value comes from registration or from events, not from a model file."""

    code = "point-filled-elsewhere"
    remedy = "Leave it out of the model file."


class InvalidModelFile(InvalidInput):
    """A file that describes no battery model."""

    code = "invalid-model-file"
    remedy = "docs/reference/model-file.md shows the form, with an example to copy."


class UnknownRuleSet(InvalidInput):
    """There are no rules under that version."""

    code = "unknown-rule-set"


class UnknownDataPoint(InvalidInput):
    """The guidance has no data point of that number."""

    code = "unknown-data-point"
    remedy = "Data points are numbered 1 to 71."


class UnknownAudience(InvalidInput):
    """Nobody is known under that audience."""

    code = "unknown-audience"
    remedy = "Audiences are public, legitimate-interest and authority."


class PassportEnded(Conflict):
    """The battery was recycled and its passport with it; nothing more can be issued."""

    code = "passport-ended"
    remedy = "Earlier versions stay readable."
