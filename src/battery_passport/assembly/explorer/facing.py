"""The chain as it answers now: its members, its validators, its newest blocks.

In: a window onto the chain. Out: a `ChainFace`, or None while nobody answers.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from battery_passport.adapters.evm.artefact import CONSORTIUM, load_artefact
from battery_passport.adapters.evm.consortium.presence import Presence as Seen
from battery_passport.adapters.evm.consortium.presence import SeenValidator, look_around
from battery_passport.adapters.evm.errors import RpcRefused
from battery_passport.adapters.evm.node import octets
from battery_passport.adapters.evm.reading import ReadingNode
from battery_passport.assembly.explorer.lines import block_line
from battery_passport.assembly.explorer.naming import Naming
from battery_passport.assembly.explorer.remembered import Remembered
from battery_passport.assembly.explorer.window import ChainWindow
from battery_passport.assembly.installation import Installation
from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.web.explorer.views import (
    ChainFace,
    LedgerOrganisation,
    LedgerRole,
    Presence,
    ValidatorLine,
)
from battery_passport.web.views import LedgerKind

KEEP_S = 4.0
_KEEP_MEMBERS_S = 60.0
_NEWEST = 5
_STALLED_AFTER = timedelta(seconds=30)
"""A network of validators makes a block every few seconds, whether or not there is work."""

_Members = tuple[int, tuple[LedgerOrganisation, ...]]


class Facing:
    """Looks at the chain, and remembers for seconds what it saw."""

    def __init__(self, installation: Installation, window: ChainWindow, naming: Naming) -> None:
        self._installation = installation
        self._window = window
        self._naming = naming
        self._faces = Remembered[ChainFace | None](keep_s=KEEP_S)
        self._members = Remembered[_Members](keep_s=_KEEP_MEMBERS_S)

    def face(self) -> ChainFace | None:
        """Return the chain as it was a few seconds ago at the most."""
        return self._faces.get("face", self._look)

    def _look(self) -> ChainFace | None:
        try:
            with self._window.opened() as node:
                blocks = self._window.blocks(node).lines(newest=node.height, limit=_NEWEST)
                threshold, members = self._members.get("members", lambda: self._ask(node))
        except (ChainUnavailable, RpcRefused):
            return None
        if not blocks:
            return None
        seen = self._seen()
        block_at = blocks[0].at if seen is None else max(seen.block_at, blocks[0].at)
        stalled_since = self._stalled_since(block_at)
        return ChainFace(
            height=blocks[0].number,
            block_at=block_at,
            chain_id=node.chain_id,
            network=self._installation.settings.chain.network,
            threshold=threshold,
            organisations=members,
            validators=()
            if seen is None
            else tuple(self._validators(seen, is_stalled=stalled_since is not None)),
            blocks=tuple(map(block_line, blocks)),
            contracts=self._contracts(),
            stalled_since=stalled_since,
        )

    def _stalled_since(self, block_at: datetime) -> datetime | None:
        if self._window.kind is not LedgerKind.CONSORTIUM:
            return None  # this ledger makes a block when there is something for it
        age = self._installation.clock.now() - block_at
        return block_at if age > _STALLED_AFTER else None

    def _contracts(self) -> dict[str, str]:
        found = self._installation.chain.contracts
        return {
            "Consortium": found.consortium,
            "CheckpointAnchors": found.anchors,
            "PassportRegistry": found.registry,
        }

    def _seen(self) -> Seen | None:
        if self._window.kind is not LedgerKind.CONSORTIUM:
            return None
        try:
            return look_around(self._installation.settings.chain.comet_urls)
        except ChainUnavailable:
            return None

    def _validators(self, seen: Seen, *, is_stalled: bool) -> Iterator[ValidatorLine]:
        total = sum(each.power for each in seen.validators) or 1
        for each in seen.validators:
            yield ValidatorLine(
                address=each.address,
                name=self._naming.validator(each.address, each.moniker),
                power=each.power,
                share_percent=100.0 * each.power / total,
                presence=_presence(each, is_stalled=is_stalled),
                seen_block=each.voted_at_height,
                seen_at=seen.block_at if each.voted_at_height is not None else None,
            )

    def _ask(self, node: ReadingNode) -> _Members:
        """Return how many members must agree, and who may do what."""
        listed = self._read(node, "allMembers")
        if not isinstance(listed, tuple):
            return 0, ()
        addresses = [str(each) for each in listed]
        own = [str(each) for each in self._naming.own_addresses()]
        known = {each.lower() for each in addresses}
        named = self._naming.accounts([*addresses, *(each for each in own if each not in known)])
        found = (
            LedgerOrganisation(
                account=account,
                is_member=address.lower() in known,
                roles=tuple(self._roles(node, address)),
            )
            for address, account in named.items()
        )
        threshold = int(str(self._read(node, "threshold") or 0))
        return threshold, tuple(each for each in found if each.is_member or each.roles)

    def _roles(self, node: ReadingNode, address: str) -> Iterator[LedgerRole]:
        for role, name in self._naming.roles().items():
            if self._read(node, "hasRole", role, address):
                yield name

    def _read(self, node: ReadingNode, function: str, *arguments: object) -> object:
        artefact = load_artefact(CONSORTIUM)
        data = f"0x{artefact.call(function, *arguments).hex()}"
        call = {"to": self._installation.chain.contracts.consortium, "data": data}
        answer = octets(node.request("eth_call", [call, "latest"]))
        return artefact.result(function, answer)[0] if answer else None


def _presence(validator: SeenValidator, *, is_stalled: bool) -> Presence:
    """Return how it was seen; the last votes before a standstill say nothing of now."""
    if validator.voted_at_height is not None and not is_stalled:
        return Presence.VOTES
    return Presence.ANSWERS if validator.answers else Presence.SILENT
