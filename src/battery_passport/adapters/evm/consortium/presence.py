"""Who keeps the network going: its validators, their power, and when each was seen last.

In: the addresses of members' CometBFT RPC. Out: what the newest blocks' votes and the nodes tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from battery_passport.adapters.evm.consortium.comet import CometReader
from battery_passport.ledger.errors import ChainUnavailable

TIMEOUT_S = 1.0
_LOOKED_BACK = 4
"""Blocks whose votes are looked at: a vote that comes late is not in the newest one yet."""

_FOR_THE_BLOCK = 2
_SECONDS = len("2026-01-01T00:00:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenValidator:
    """A validator; `voted_at_height` is None if it voted for none of the blocks looked at."""

    address: str
    power: int
    voted_at_height: int | None
    moniker: str = ""
    answers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The network as the node that is furthest tells it."""

    height: int
    block_at: datetime
    validators: tuple[SeenValidator, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    url: str
    moniker: str
    address: str
    height: int
    block_at: datetime


def look_around(urls: Sequence[str]) -> Presence:
    """Return the validators as they are now. Raises: ChainUnavailable if no node answers."""
    with ThreadPoolExecutor(max(1, len(urls)), thread_name_prefix="presence") as pool:
        answers = [each for each in pool.map(_asked, urls) if each is not None]
    if not answers:
        raise ChainUnavailable("No validator's node answers.")
    furthest = max(answers, key=lambda each: each.height)
    node = CometReader(furthest.url, timeout_s=TIMEOUT_S)
    try:
        validators = tuple(_validators(node, furthest.height, answers))
    finally:
        node.close()
    return Presence(height=furthest.height, block_at=furthest.block_at, validators=validators)


def _asked(url: str) -> _Answer | None:
    node = CometReader(url, timeout_s=TIMEOUT_S)
    try:
        status = node.ask("status")
        return _Answer(
            url=url,
            moniker=str(status["node_info"]["moniker"])[:80],
            address=str(status["validator_info"]["address"]).lower(),
            height=int(status["sync_info"]["latest_block_height"]),
            block_at=_moment(status["sync_info"]["latest_block_time"]),
        )
    except (ChainUnavailable, KeyError, ValueError, TypeError):
        return None
    finally:
        node.close()


def _validators(
    node: CometReader, height: int, answers: Sequence[_Answer]
) -> Iterator[SeenValidator]:
    voted: dict[str, int] = {}
    for each in range(max(1, height - _LOOKED_BACK + 1), height + 1):
        voted |= dict.fromkeys(_voters(node.ask("commit", {"height": each})), each)
    own = {each.address: each for each in answers}
    told = node.ask("validators", {"height": height, "page": 1, "per_page": 100})
    for each in told["validators"]:
        address = str(each["address"]).lower()
        known = own.get(address)
        yield SeenValidator(
            address=address,
            power=int(each["voting_power"]),
            voted_at_height=voted.get(address),
            moniker="" if known is None else known.moniker,
            answers=known is not None,
        )


def _voters(answer: Mapping[str, Any]) -> list[str]:
    votes = answer["signed_header"]["commit"]["signatures"]
    return [
        str(each["validator_address"]).lower()
        for each in votes
        if int(each["block_id_flag"]) == _FOR_THE_BLOCK
    ]


def _moment(text: str) -> datetime:
    return datetime.strptime(text[:_SECONDS], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)


__all__ = ["Presence", "SeenValidator", "look_around"]
