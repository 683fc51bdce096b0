"""A battery's measurements from the digests of its history; what has none yet gets one.

In: a history that is still growing, its files. Out: `Looked`, as the whole table would give it.
"""

from collections.abc import Sequence
from uuid import UUID

from battery_passport.adapters.parquet.history import EARLIEST_MS, LATEST_MS, ParquetHistory
from battery_passport.assembly.diagnosing.digests.joining import joined
from battery_passport.assembly.diagnosing.digests.making import digest_of
from battery_passport.assembly.diagnosing.digests.merging import merged
from battery_passport.assembly.diagnosing.digests.model import PartDigest
from battery_passport.assembly.diagnosing.digests.packing import packed, unpacked
from battery_passport.assembly.diagnosing.drifting import oldest_ms
from battery_passport.assembly.diagnosing.looking import Looked, look_at
from battery_passport.assembly.evidence.live_history import LiveHistory
from battery_passport.foundation.digests import sha256
from battery_passport.telemetry.errors import HistoryFileGone
from battery_passport.telemetry.history import HistoryPart, closed_parts

_ATTEMPTS = 5
_ALWAYS = (EARLIEST_MS, LATEST_MS)


class DigestReader:
    """Reads each file of a history once; one part is in memory at a time."""

    def __init__(self, history: LiveHistory, files: ParquetHistory) -> None:
        self._history = history
        self._files = files

    def look(self, battery_id: UUID, *, anew: bool = False) -> Looked:
        """Return all that was measured; `anew` from the files themselves. Raises: HistoryDamaged.

        The whole table is read only where its parts overlap in time.
        """
        for _ in range(_ATTEMPTS):
            try:
                return self._look(battery_id, anew=anew)
            except HistoryFileGone:
                continue  # merged meanwhile: the manifest names another file
        return self._look(battery_id, anew=anew)

    def _look(self, battery_id: UUID, *, anew: bool) -> Looked:
        parts, waiting = self._history.view(battery_id)
        ends = [part.last_ms for part in parts] + waiting.sampled_at_ms[-1:].tolist()
        oldest = oldest_ms(max(ends, default=0))
        digests = self._digests(parts, oldest, anew=anew)
        if waiting.row_count:
            digests.append(digest_of(waiting))
        looked = joined(digests)
        return look_at(self._history.read(battery_id)) if looked is None else looked

    def _digests(
        self, parts: Sequence[HistoryPart], oldest: int, *, anew: bool
    ) -> list[PartDigest]:
        """Return the digests of all parts: of closed months one together, where there can be."""
        closed = closed_parts(parts)
        source = sha256(b"".join(part.sha256 for part in closed))
        octets = None if anew or not closed else self._files.digest_of_all(closed)
        known = None if octets is None else unpacked(octets, source)
        if known is not None:
            files = {part.file for part in closed}
            open_parts = [part for part in parts if part.file not in files]
            return [known, *(self._digest(part, oldest, anew=anew) for part in open_parts)]
        digests = {part.file: self._digest(part, oldest, anew=anew) for part in parts}
        together = merged([digests[part.file] for part in closed], oldest)
        if together is not None:
            self._files.keep_digest_of_all(closed, packed(together, source))
        return list(digests.values())

    def _digest(self, part: HistoryPart, oldest: int, *, anew: bool) -> PartDigest:
        octets = None if anew else self._files.digest(part)
        known = None if octets is None else unpacked(octets, part.sha256)
        if known is not None:
            return known
        table = self._files.read_parts([part], columns=None, between=_ALWAYS)
        made = digest_of(table, days_from_ms=oldest)
        self._files.keep_digest(part, packed(made, part.sha256))
        return made
