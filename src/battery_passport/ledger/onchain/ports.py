"""What is asked of a registry of passports, whatever chain it lies on.

In: nothing. Out: the port that `adapters/evm/registry.py` fills.
"""

from collections.abc import Sequence
from typing import Protocol

from battery_passport.ledger.onchain.batch_tree import PassportLeaf
from battery_passport.ledger.onchain.messages import (
    BatchIssue,
    Objection,
    OwnershipTransfer,
    Rebinding,
)
from battery_passport.ledger.onchain.state import IssuerProgress, PendingRebinding, TokenState
from battery_passport.ledger.onchain.typed_data import Domain


class PassportRegistry(Protocol):
    """Reads tokens and carries signed messages; all calls raise ChainUnavailable."""

    @property
    def domain(self) -> Domain:
        """The domain of messages that count here."""

    def token(self, key: bytes) -> TokenState | None:
        """Return what is known of a passport."""

    def pending(self, key: bytes, *, responsibility: bool = False) -> PendingRebinding:
        """Return the re-binding that waits, and the number of the next proposal."""

    def progress(self, issuer: str) -> IssuerProgress:
        """Return how far an issuer has come."""

    def members(self) -> tuple[tuple[str, ...], int]:
        """Return the members of the consortium and how many must agree."""

    def rebinding_delay_s(self) -> int:
        """Return how long an old key can object."""

    def issue(self, issue: BatchIssue, signature: bytes) -> int:
        """Issue a batch and return its number. Raises: RegistryRefused."""

    def register(self, batch: int, leaf: PassportLeaf, proof: Sequence[bytes]) -> None:
        """Register a passport without predecessors. Raises: RegistryRefused."""

    def transfer(self, move: OwnershipTransfer, giving: bytes, taking: bytes) -> None:
        """Move ownership. Raises: RegistryRefused."""

    def propose_rebinding(
        self, wish: Rebinding, of_new: bytes, approvals: Sequence[tuple[str, bytes]]
    ) -> None:
        """Propose a new address for a lost key. Raises: RegistryRefused."""

    def object_to(self, objection: Objection, signature: bytes) -> None:
        """Stop a proposal. Raises: RegistryRefused."""

    def rebind(self, key: bytes, *, responsibility: bool = False) -> None:
        """Carry a proposal out after its delay. Raises: RegistryRefused."""
