"""A consortium whose validators all run on this machine, founded for the home's own keys.

In: the node program, settings of the home. Out: a running network with its contracts, and the
settings by which the platform anchors there. For demonstrations and tests.
"""

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from battery_passport.adapters.evm.accounts import address_of
from battery_passport.adapters.evm.consortium.client import ConsortiumChain
from battery_passport.adapters.evm.consortium.contracts import Founders, found_consortium
from battery_passport.adapters.evm.consortium.local import LocalNetwork
from battery_passport.adapters.evm.consortium.model import EVM_CHAIN_ID, MEMBERS, NetworkPlan
from battery_passport.adapters.evm.consortium.program import NodeProgram
from battery_passport.adapters.evm.contract import ChainAccount
from battery_passport.adapters.evm.deployment import ContractSet
from battery_passport.assembly.home import Home
from battery_passport.assembly.keys import InstallationKeys, load_keys
from battery_passport.assembly.keystores import open_keystore
from battery_passport.assembly.settings import PREFIX, Settings
from battery_passport.foundation.digests import sha256

NETWORK = "battery-passport-demo"
BLOCK_INTERVAL_S = 1.0
_ORGANISATION_KEY = "insecure-organisation.key"
_FOLDER = "consortium"


@dataclass(frozen=True)
class LocalConsortium:
    """A running network and what was deployed on it."""

    network: LocalNetwork
    contracts: ContractSet
    members: Mapping[str, str]
    """The account by which each member decides in the contracts."""

    def settings(self) -> dict[str, str]:
        """Return the environment in which the platform anchors here."""
        nodes = list(self.network.nodes.values())
        return {
            f"{PREFIX}CHAIN_ENGINE": "consortium",
            f"{PREFIX}CHAIN_NETWORK": self.network.network,
            f"{PREFIX}CHAIN_RPC_URLS": ",".join(node.ethereum_url for node in nodes),
            f"{PREFIX}CHAIN_COMET_URLS": ",".join(node.comet_url for node in nodes),
            f"{PREFIX}CHAIN_NAMES": ",".join(self._names()),
        }

    def _names(self) -> Iterator[str]:
        """Yield each member's account with its names, as the setting has it."""
        known = {member.slug: member for member in MEMBERS}
        for slug, address in self.members.items():
            if slug in known:
                yield f"{address}={known[slug].name_en};{known[slug].name_ko}"


@contextmanager
def running_consortium(
    program: Path,
    settings: Settings,
    *,
    slugs: Sequence[str] = tuple(member.slug for member in MEMBERS),
    block_interval_s: float = BLOCK_INTERVAL_S,
    further_anchorers: Sequence[tuple[bytes, str]] = (),
) -> Iterator[LocalConsortium]:
    """Run the network of a home while the block lasts; it is made and founded at first use.

    The home's own organisation is the last member; `further_anchorers` are accounts that anchor
    other logs, each with the SHA-256 of its origin. All keys but the home's lie in clear beside
    the validators.
    Raises: NodeProgramFailed, ValidatorDown, TransactionRefused, WrongContract.
    """
    home = Home(settings.home)
    home.prepare()
    keys = load_keys(open_keystore(settings, home))
    folder = home.folder / _FOLDER
    node = NodeProgram(program)
    plan = NetworkPlan(
        network=NETWORK,
        members=tuple(slugs),
        deployers=(address_of(keys.deployer_key.public_key),),
        block_interval_s=block_interval_s,
    )
    network = LocalNetwork.found(node, folder) or LocalNetwork.make(node, folder, plan)
    with network.running():
        members = _member_addresses(folder, slugs, keys)
        contracts = _founded(network, members, keys, further_anchorers)
        yield LocalConsortium(network, contracts, members)


def _founded(
    network: LocalNetwork,
    members: Mapping[str, str],
    keys: InstallationKeys,
    further_anchorers: Sequence[tuple[bytes, str]],
) -> ContractSet:
    chain = ConsortiumChain([node.ethereum_url for node in network.nodes.values()])
    *_, own = members.values()
    founders = Founders(
        members=list(members.values()),
        issuer=own,
        anchorers=[
            (sha256(keys.log.name.encode()), address_of(keys.anchor_key.public_key)),
            *further_anchorers,
        ],
    )
    try:
        deployer = ChainAccount(keys.deployer_key, chain_id=EVM_CHAIN_ID)
        return found_consortium(chain, deployer, founders)
    finally:
        chain.close()


def _member_addresses(folder: Path, slugs: Sequence[str], keys: InstallationKeys) -> dict[str, str]:
    """Return each member's account; the last one's is the home's own organisation."""
    *others, own = slugs
    found = {slug: _address_in(folder / slug / _ORGANISATION_KEY) for slug in others}
    return {**found, own: address_of(keys.organisation_key.public_key)}


def _address_in(path: Path) -> str:
    """Return the address of the account whose key lies in a file, made at first use."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32))
    key = bytes.fromhex(path.read_text(encoding="ascii"))
    return ChainAccount(key, chain_id=EVM_CHAIN_ID).address
