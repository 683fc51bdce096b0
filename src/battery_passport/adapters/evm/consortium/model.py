"""Members of a consortium and what their network is to be like.

In: names and numbers. Out: frozen values.
"""

from dataclasses import dataclass, field
from pathlib import Path

ENGINE = "cometbft"
EVM_CHAIN_ID = 262_144
"""Fixed in the node program."""

COIN = "atest"
"""What stake is counted in, fixed in the node program; nothing is paid with it."""

UNIT = 10**18
"""Coins that make one vote."""

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class MemberOrganisation:
    """An organisation that runs a validator: a short name for folders, and the full ones."""

    slug: str
    name_en: str
    name_ko: str


MEMBERS = (
    MemberOrganisation("city", "City", "시"),
    MemberOrganisation("second-city", "Second city", "협력 시"),
    MemberOrganisation("institute", "Institute", "산학융합원"),
    MemberOrganisation("association", "Industry association", "산업협회"),
    MemberOrganisation("operator", "Operator", "운영사"),
)
"""The members of a new network, in the order in which they are left out of a smaller one."""


@dataclass(frozen=True, slots=True)
class MemberPorts:
    """Where a validator listens; all on loopback unless the organisation says otherwise."""

    peers: int
    comet: int
    ethereum: int
    events: int


@dataclass(frozen=True, slots=True)
class Share:
    """Votes that a member stakes at the start, and those that it may give to newcomers.

    With five members each could stake 1,250 of 5,250 votes, with four 1,250 of 4,250: less than a
    third, so that no member can stop the network alone. A newcomer's stake is a gift of several.
    """

    staked: int = 1_000
    given_away: int = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPlan:
    """What a new network is to be like."""

    network: str
    """The CometBFT chain id, which every vote names."""

    members: tuple[str, ...]
    deployers: tuple[str, ...]
    """Addresses that may put contracts on the chain."""

    block_interval_s: float = 1.0
    share: Share = field(default_factory=Share)


@dataclass(frozen=True, slots=True)
class MemberNode:
    """A member's validator: its folder, its ports, its name among peers and its account."""

    slug: str
    folder: Path
    ports: MemberPorts
    node_id: str
    account: str

    @property
    def comet_url(self) -> str:
        return f"http://{LOOPBACK}:{self.ports.comet}"

    @property
    def ethereum_url(self) -> str:
        return f"http://{LOOPBACK}:{self.ports.ethereum}"

    @property
    def peer_address(self) -> str:
        return f"{self.node_id}@{LOOPBACK}:{self.ports.peers}"
