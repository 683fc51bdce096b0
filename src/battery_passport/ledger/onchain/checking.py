"""Looks at a signed message before it is carried to the chain, which would refuse it anyway.

In: a message, the state of the passport, the time. Out: nothing, or the first thing that is wrong.
"""

from datetime import datetime, timedelta

from battery_passport.foundation.errors import Conflict
from battery_passport.ledger.onchain.messages import OwnershipTransfer, Rebinding
from battery_passport.ledger.onchain.state import PendingRebinding, TokenState

LONGEST_VALIDITY = timedelta(days=60)
"""A signature that counts for longer is a danger to whoever gave it."""


class MessageOutdated(Conflict):
    """A signed message does not fit what the ledger says now."""

    code = "message-outdated"
    remedy = "Open the page anew and sign again."


def check_transfer(move: OwnershipTransfer, token: TokenState, now: datetime) -> None:
    """Return if a transfer fits the token. Raises: MessageOutdated."""
    if move.key != token.key:
        raise MessageOutdated("The message is about another battery.")
    if not same_address(move.sender, token.holder):
        raise MessageOutdated("The message is from somebody who does not hold the battery now.")
    if same_address(move.receiver, token.holder):
        raise MessageOutdated("Giver and taker are the same.")
    if move.nonce != token.nonce:
        raise MessageOutdated("The holder has signed something else since.")
    check_deadline(move.deadline, now)


def check_rebinding(
    wish: Rebinding, token: TokenState, pending: PendingRebinding, now: datetime
) -> None:
    """Return if a re-binding fits the token. Raises: MessageOutdated."""
    if wish.key != token.key or not same_address(wish.sender, token.holder):
        raise MessageOutdated("The key that is named as lost does not hold the battery now.")
    if same_address(wish.receiver, token.holder):
        raise MessageOutdated("The new key is the one that is named as lost.")
    if pending.receiver is not None:
        raise MessageOutdated("Another replacement waits already.")
    if wish.proposal != pending.next_proposal:
        raise MessageOutdated("Another replacement was asked for since.")
    check_deadline(wish.deadline, now)


def check_deadline(deadline_s: int, now: datetime) -> None:
    """Return if a deadline lies ahead, and not too far. Raises: MessageOutdated."""
    now_s = int(now.timestamp())
    if deadline_s <= now_s:
        raise MessageOutdated("The time for this signature is over.")
    if deadline_s > now_s + int(LONGEST_VALIDITY.total_seconds()):
        raise MessageOutdated("The signature would count for too long.")


def same_address(one: str, other: str) -> bool:
    """Return whether two addresses are the same, however their letters are written."""
    return one.lower() == other.lower()
