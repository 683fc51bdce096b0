"""A battery's place on the ledger, made at its first use; and the ledger itself, opened.

In: an installation, a battery with a passport. Out: the key by which the ledger knows it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from battery_passport.access.records.ledger_keys import LedgerToken
from battery_passport.adapters.evm.accounts import address_of, sign_digest
from battery_passport.adapters.evm.anchors import EvmAnchorLedger
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.deployment import are_deployed
from battery_passport.adapters.evm.registry import EvmPassportRegistry
from battery_passport.adapters.evm.sending import Sender
from battery_passport.adapters.sql.ledger_keys import SqlLedgerTokens
from battery_passport.adapters.sql.outgoing import SqlOutgoing
from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import Misconfigured, NotFound
from battery_passport.ledger.onchain.batch_tree import NO_DIGEST, PassportLeaf, batch_tree
from battery_passport.ledger.onchain.messages import BatchIssue
from battery_passport.ledger.onchain.salted import commitment_of, new_salt, onchain_key
from battery_passport.ledger.onchain.state import TokenState
from battery_passport.ledger.onchain.statuses import StatusCode
from battery_passport.ledger.onchain.typed_data import digest_of
from battery_passport.proof.model import PASSPORT

_ISSUE_WITHIN = timedelta(hours=1)
_one_at_a_time = threading.Lock()


class NotOnLedger(NotFound):
    """A battery without a passport has no place on the ledger."""

    code = "not-on-ledger"
    remedy = "Issue its passport first."


@contextmanager
def opened_registry(installation: Installation) -> Iterator[EvmPassportRegistry]:
    """Give the registry of passports while nobody else of this process writes to it.

    Raises: RoleTaken, ChainUnavailable, EngineMissing.
    """
    keys, clock = installation.keys, installation.clock
    with _one_at_a_time, installation.anchoring.chain() as chain:
        if not isinstance(chain, EvmAnchorLedger):
            raise Misconfigured("This ledger has no registry of passports.")
        contracts = installation.chain.contracts
        if not are_deployed(chain.node, contracts):
            chain.deploy()
        account = ChainAccount(
            keys.relay_key,
            chain_id=chain.chain_id,
            gas_price_wei=installation.settings.chain_gas_price_wei,
        )
        sender = Sender(chain.node, account, SqlOutgoing(installation.database, clock))
        yield EvmPassportRegistry(chain.node, contracts, sender)


def organisation_address(installation: Installation) -> str:
    """Return the address by which the installation's own organisation acts."""
    return address_of(installation.keys.organisation_key.public_key)


def token_of(
    installation: Installation, registry: EvmPassportRegistry, battery_id: UUID
) -> TokenState:
    """Return a battery's token, registered now if it was not.

    Raises: NotOnLedger, RegistryRefused, ChainUnavailable.
    """
    known = _known_key(installation, battery_id)
    found = registry.token(known.onchain_key)
    if found is not None:
        return found
    _register(installation, registry, known)
    registered = registry.token(known.onchain_key)
    if registered is None:
        raise NotOnLedger("The battery could not be registered on the ledger.")
    return registered


def _known_key(installation: Installation, battery_id: UUID) -> LedgerToken:
    with installation.database.read() as connection:
        known = SqlLedgerTokens(connection).of(battery_id)
        versions = list(CredentialStore(connection).of_battery(PASSPORT, battery_id))
    if known is not None:
        return known
    if not versions:
        raise NotOnLedger("The battery has no passport yet.")
    first = min(versions, key=lambda version: version.sequence)
    salt, digest = new_salt(), sha256(first.record)
    made = LedgerToken(
        battery_id=battery_id,
        salt=salt,
        digest=digest,
        onchain_key=onchain_key(salt, digest),
        made_at=installation.clock.now(),
    )
    with installation.database.write() as connection:
        store = SqlLedgerTokens(connection)
        store.add(made)
        return store.of(battery_id) or made


def _register(
    installation: Installation, registry: EvmPassportRegistry, known: LedgerToken
) -> None:
    leaf = PassportLeaf(
        key=known.onchain_key,
        status=StatusCode.ORIGINAL,
        commitment=commitment_of(known.salt, known.digest),
        evidence=NO_DIGEST,
    )
    tree = batch_tree([leaf.leaf_hash])
    issuer = organisation_address(installation)
    progress = registry.progress(issuer)
    issue = BatchIssue(
        issuer=issuer,
        root=tree.root,
        previous_root=progress.newest_root,
        size=1,
        nonce=progress.count,
        deadline=seconds(installation.clock.now() + _ISSUE_WITHIN),
    )
    digest = digest_of(registry.domain, issue)
    batch = registry.issue(issue, sign_digest(installation.keys.organisation_key, digest))
    registry.register(batch, leaf, tree.proof(0))


def seconds(moment: datetime) -> int:
    """Return a moment as the ledger counts: whole seconds since 1970."""
    return int(moment.timestamp())
