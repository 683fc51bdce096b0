"""A battery in the registry of passports, as far as one reader may know of it.

In: a battery, a sight. Out: an `OnchainView`, or None for readers who may not see the status.
"""

from uuid import UUID

from battery_passport.adapters.evm.accounts import address_of
from battery_passport.adapters.evm.errors import RegistryRefused, RpcRefused
from battery_passport.adapters.sql.ledger_keys import SqlLedgerTokens
from battery_passport.adapters.sql.ledger_pages import LedgerPages
from battery_passport.adapters.sql.onchain import OnchainStore
from battery_passport.assembly.explorer.window import ChainWindow
from battery_passport.assembly.installation import Installation
from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.ledger.onchain.checking import same_address
from battery_passport.ledger.onchain.state import TokenState
from battery_passport.web.explorer.record_views import (
    OnchainView,
    RegisteredToken,
    RegistryState,
    TokenHolder,
)
from battery_passport.web.reading.views import STATUS_NUMBER, Sight

_Batch = tuple[int | None, int]


class RegistryView:
    """Looks a battery up.

    Whoever knows its key or its batch can follow it for ever after: only its owner is told them.
    """

    def __init__(self, installation: Installation, window: ChainWindow) -> None:
        self._installation = installation
        self._window = window

    def view(
        self, battery_id: UUID, credential_id: UUID | None, sight: Sight, *, is_own: bool
    ) -> OnchainView | None:
        """Return how a battery stands in the registry, for those who may see its status."""
        if STATUS_NUMBER not in sight.numbers:
            return None
        with self._installation.database.read() as connection:
            batch = self._batch(
                OnchainStore(connection), LedgerPages(connection), battery_id, credential_id
            )
            known = SqlLedgerTokens(connection).of(battery_id)
        if known is None or batch is None or batch[0] is None:
            return OnchainView(state=RegistryState.WAITING)
        number, size = batch if is_own else (None, 0)
        try:
            with self._window.opened() as node:
                token = self._window.registry(node).token(known.onchain_key)
        except (ChainUnavailable, RpcRefused, RegistryRefused):
            return OnchainView(state=RegistryState.NO_ANSWER, batch=number, batch_size=size)
        return OnchainView(
            state=RegistryState.IN_BATCH if token is None else RegistryState.REGISTERED,
            batch=number,
            batch_size=size,
            token=None if token is None else self._token(token, is_own=is_own),
        )

    def _batch(
        self, store: OnchainStore, pages: LedgerPages, battery_id: UUID, version: UUID | None
    ) -> _Batch | None:
        """Return the batch of a version, or that of the battery's oldest version on the chain."""
        if version is not None:
            return pages.registry_batch(version)
        placed = store.leaf_of(battery_id)
        return None if placed is None else (placed.batch.number, placed.batch.size)

    def _token(self, token: TokenState, *, is_own: bool) -> RegisteredToken:
        own = address_of(self._installation.keys.organisation_key.public_key)
        by_organisation = same_address(token.holder, own)
        shown = is_own or by_organisation
        return RegisteredToken(
            key=token.key if is_own else b"",
            status=token.status.name.lower(),
            holder=TokenHolder.ORGANISATION if by_organisation else TokenHolder.OWN_KEY,
            holder_address=token.holder if shown else "",
            responsible_is_own=same_address(token.responsible, own),
            successors=token.successors,
            revoked=token.revoked,
        )
