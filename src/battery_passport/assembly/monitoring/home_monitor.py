"""Audits this home round after round, a slice at a time, going on where it stopped.

In: an opened installation. Out: a standing for pages, metrics and verbs. Between slices no
transaction is open and no role is held, so that a server does its work beside it.
"""

import time
from dataclasses import asdict, dataclass
from typing import cast

from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.assembly.audit_database import checked_reading
from battery_passport.assembly.audit_sources import settled_view
from battery_passport.assembly.auditing import audit_of, report_rest
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.leases import Role
from battery_passport.assembly.state_file import StateFile
from battery_passport.foundation.clock import Clock, format_utc
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.audit_state import AuditState, read_state
from battery_passport.proof.errors import StoredRecordAltered

_TURN_S = 60.0
STATE_FILE = "monitor.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the monitor has come. A finding stays until somebody removes the state file."""

    checked: int = 0
    size: int = 0
    rounds: int = 0
    finished_at: str | None = None
    finding: str | None = None

    def as_json(self) -> JsonObject:
        return cast("JsonObject", asdict(self))


class HomeMonitor:
    """The audit of one home, without end."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._file = StateFile(installation.home.folder / STATE_FILE)
        self._clock: Clock = installation.clock

    def standing(self) -> Standing:
        """Return what is known."""
        return _standing(self._file.read())

    def run(self, *, for_s: float) -> Standing:
        """Look for about so long, or until a round ends; return how it stands.

        Raises: ChainUnavailable, RoleTaken if another monitor of this home is at it.
        """
        with self._installation.leases.hold(Role.MONITOR, timeout_s=_TURN_S):
            document = self._file.read()
            standing = _standing(document)
            if standing.finding is not None:
                return standing
            state = document.get("state")
            before = read_state(state) if isinstance(state, dict) else AuditState()
            after, document = self._look(before, standing, for_s=for_s)
            self._file.write({**document, "state": after.as_json()})
            return _standing(document)

    def _look(
        self, state: AuditState, standing: Standing, *, for_s: float
    ) -> tuple[AuditState, JsonObject]:
        installation, enough = self._installation, _Deadline(for_s)
        try:
            with (
                settled_view(
                    installation, installation.database, from_block=state.anchor_block
                ) as (connection, anchors),
                checked_reading(),
            ):
                audit = audit_of(installation, connection, anchors, state)
                size = SqlCheckpointStore(connection).tree_head().size
                for _ in audit.slices():
                    if enough() and audit.at < size:
                        told = _told(standing, checked=audit.state.size, size=size)
                        return audit.state, told
                report_rest(installation, audit, connection)
        except StoredRecordAltered as error:
            told = {**standing.as_json(), "finding": error.message}
            return state, told
        rounds, now = standing.rounds + 1, format_utc(self._clock.now())
        done = _told(standing, checked=size, size=size)
        return AuditState(), {**done, "rounds": rounds, "finished_at": now}


class _Deadline:
    def __init__(self, for_s: float) -> None:
        self._ends_s = time.monotonic() + for_s

    def __call__(self) -> bool:
        return time.monotonic() >= self._ends_s


def _told(standing: Standing, *, checked: int, size: int) -> JsonObject:
    return {**standing.as_json(), "checked": checked, "size": size}


def _standing(document: JsonObject) -> Standing:
    known = {name: document[name] for name in Standing.__slots__ if name in document}
    return Standing(**known)  # type: ignore[arg-type]  # a file of our own
