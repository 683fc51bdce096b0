"""What can be wrong with sealed evidence.

In: nothing. Out: exceptions below `VerificationFailed`.
"""

from typing import ClassVar

from battery_passport.foundation.errors import VerificationFailed


class EvidenceDamaged(VerificationFailed):
    """Sealed evidence is not what was sealed."""

    code: ClassVar[str] = "evidence-damaged"
    remedy: ClassVar[str] = "Restore the segment from a backup; `audit` names what it holds."


class SegmentGone(EvidenceDamaged):
    """A segment is not there."""

    code: ClassVar[str] = "segment-gone"
