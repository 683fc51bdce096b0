"""What the registry's events say, one after the other, of batches and of passports.

In: events in their order. Out: every batch, and the state of each registered passport as its own
events give it, with the block that told last.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from battery_passport.ledger.onchain.statuses import StatusCode


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of the registry, in the block of that number."""

    name: str
    members: Mapping[str, Any]
    block_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAsTold:
    """A batch as its event tells of it."""

    number: int
    issuer: str
    root: bytes
    size: int
    block_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAsTold:
    """A change of a passport's status, and who recorded it."""

    status: StatusCode
    actor: str
    block_number: int


@dataclass(slots=True, kw_only=True)
class TokenAsTold:
    """A passport as its events tell of it; `block_number` is that of the newest of them."""

    batch: int
    beginning: StatusCode
    commitment: bytes
    evidence: bytes
    holder: str
    responsible: str
    status: StatusCode
    block_number: int
    registered_in: int
    revoked: bool = False
    successors: int = 0
    changes: list[StatusAsTold] = field(default_factory=list)


class RegistryHistory:
    """Takes the registry's events; remembers all batches, and the passports of some keys."""

    def __init__(self, keys: Collection[bytes]) -> None:
        self.batches: dict[int, BatchAsTold] = {}
        self.tokens: dict[bytes, TokenAsTold] = {}
        self._keys = frozenset(keys)

    def take(self, happenings: Iterable[Happening]) -> None:
        """Take events that follow those taken before."""
        for each in happenings:
            if each.name == "PassportIssued":
                self._issue(each)
            elif each.name == "Registered":
                self._register(each)
            else:
                self._change(each)

    def _issue(self, happening: Happening) -> None:
        told = happening.members
        self.batches[told["batch"]] = BatchAsTold(
            number=told["batch"],
            issuer=told["issuer"],
            root=told["root"],
            size=told["size"],
            block_number=happening.block_number,
        )

    def _register(self, happening: Happening) -> None:
        told = happening.members
        if told["key"] not in self._keys:
            return
        status = StatusCode(told["status"])
        self.tokens[told["key"]] = TokenAsTold(
            batch=told["batch"],
            beginning=status,
            commitment=told["commitment"],
            evidence=told["evidence"],
            holder=told["issuer"],
            responsible=told["issuer"],
            status=status,
            block_number=happening.block_number,
            registered_in=happening.block_number,
        )

    def _change(self, happening: Happening) -> None:
        change = _CHANGES.get(happening.name)
        token = self.tokens.get(happening.members.get(_KEY_OF.get(happening.name, "key"), b""))
        if change is not None and token is not None:
            change(token, happening)
            token.block_number = happening.block_number


def _set_status(token: TokenAsTold, happening: Happening) -> None:
    token.status = StatusCode(happening.members["to"])
    token.changes.append(
        StatusAsTold(
            status=token.status,
            actor=happening.members["actor"],
            block_number=happening.block_number,
        )
    )


def _move(token: TokenAsTold, happening: Happening) -> None:
    token.holder = happening.members["to"]


def _move_responsibility(token: TokenAsTold, happening: Happening) -> None:
    token.responsible = happening.members["to"]


def _rebind(token: TokenAsTold, happening: Happening) -> None:
    if happening.members["responsibility"]:
        _move_responsibility(token, happening)
    else:
        _move(token, happening)


def _revoke(token: TokenAsTold, _happening: Happening) -> None:
    token.revoked = True


def _live_on(token: TokenAsTold, _happening: Happening) -> None:
    token.successors += 1


_CHANGES: Mapping[str, Callable[[TokenAsTold, Happening], None]] = MappingProxyType(
    {
        "StatusSet": _set_status,
        "Transferred": _move,
        "ResponsibilityTransferred": _move_responsibility,
        "Rebound": _rebind,
        "Revoked": _revoke,
        "LivesOn": _live_on,
    }
)
"""Events that change what the registry holds of a passport; others only tell."""

_KEY_OF: Mapping[str, str] = MappingProxyType({"LivesOn": "predecessor"})
