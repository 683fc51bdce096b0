"""What can be wrong with a request for an evaluation.

In: nothing. Out: exceptions below `InvalidInput`, which end with exit code 2.
"""

from typing import ClassVar

from battery_passport.foundation.errors import InvalidInput


class UnusableFolder(InvalidInput):
    """A folder does not hold what the evaluation reads."""

    code: ClassVar[str] = "unusable-evaluation-folder"
    remedy: ClassVar[str] = "Give a folder shaped as docs/reference/evaluation.md describes."


class UnknownEvaluation(InvalidInput):
    """No evaluation has that name."""

    code: ClassVar[str] = "unknown-evaluation"
    remedy: ClassVar[str] = "`battery-passport evaluate --help` lists them."
