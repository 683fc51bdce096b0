"""What diagnosis asks of whoever keeps learned curves.

In: a battery model's name. Out: its library, if one was learned. Libraries are derived values: they
can be dropped and learned again from the whole charges on record.
"""

from typing import Protocol

from battery_passport.diagnostics.capacity.library import CurveLibrary


class CurveLibraries(Protocol):
    """Keeps one library per battery model."""

    def of_model(self, model_id: str) -> CurveLibrary | None:
        """Return the model's library, None if there is none."""
        ...

    def keep(self, model_id: str, library: CurveLibrary) -> None:
        """Keep a model's library in place of any before it."""
        ...
