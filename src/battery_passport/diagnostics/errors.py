"""What can be wrong with a request for an estimate, or with a health statement.

In: nothing. Out: exceptions below `InvalidInput` and `VerificationFailed`.

    InvalidInput
    ├── UnknownMethod        no method of that name and version is published
    ├── NothingDetermined    an estimate without any figure, of which nothing can be stated
    └── MalformedStatement   claims that are no health statement of a known version
    VerificationFailed
    └── FigureDiffers        a stated figure is not what its evidence gives
"""

from typing import ClassVar

from battery_passport.foundation.errors import InvalidInput, VerificationFailed


class UnknownMethod(InvalidInput):
    """No method of that name and version is published."""

    code: ClassVar[str] = "unknown-method"
    remedy: ClassVar[str] = "docs/reference/methods.md lists every published method."


class NothingDetermined(InvalidInput):
    """An estimate without any figure, of which nothing can be stated."""

    code: ClassVar[str] = "nothing-determined"
    remedy: ClassVar[str] = "Collect longer charges, then estimate again."


class MalformedStatement(InvalidInput):
    """Claims that are no health statement of a known version."""

    code: ClassVar[str] = "malformed-health-statement"
    remedy: ClassVar[str] = "docs/reference/methods.md describes the health statement."


class FigureDiffers(VerificationFailed):
    """A stated figure is not what the named method gives on the evidence."""

    code: ClassVar[str] = "figure-differs"
    remedy: ClassVar[str] = "Do not rely on the statement; ask its issuer for a corrected one."


class TooFewCells(InvalidInput):
    """There are not enough cells of a kind to learn from."""

    code: ClassVar[str] = "too-few-cells"
    remedy: ClassVar[str] = "Give a folder with more cells of that kind to learn from."
