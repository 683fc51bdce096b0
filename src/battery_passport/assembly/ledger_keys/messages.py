"""Messages of people on the ledger, made from what is known and checked when they come back signed.

In: tokens and addresses. Out: messages; nothing if the signature is theirs.
"""

from datetime import datetime, timedelta

from battery_passport.adapters.evm.accounts import signer_of
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.onchain.checking import same_address
from battery_passport.ledger.onchain.messages import OwnershipTransfer, Rebinding
from battery_passport.ledger.onchain.state import TokenState
from battery_passport.ledger.onchain.typed_data import Domain, TypedMessage, digest_of

VALID_FOR = timedelta(days=30)
"""How long the other side has to sign."""


class SignatureNotTheirs(InvalidInput):
    """A signature is not that of the key it is said to be of, over this message."""

    code = "signature-not-theirs"
    remedy = "Open the page anew and sign again with the key that it names."


def moved(token: TokenState, receiver: str, deadline_s: int, *, nonce: int) -> OwnershipTransfer:
    """Return the message that gives a battery from its present holder to somebody."""
    return OwnershipTransfer(
        key=token.key, sender=token.holder, receiver=receiver, nonce=nonce, deadline=deadline_s
    )


def until(now: datetime) -> int:
    """Return the deadline of what is signed now."""
    return int((now + VALID_FOR).timestamp())


def check_signer(domain: Domain, message: TypedMessage, signature: bytes, address: str) -> None:
    """Return if the address's key signed the message. Raises: SignatureNotTheirs."""
    found = signer_of(digest_of(domain, message), signature)
    if found is None or not same_address(found, address):
        raise SignatureNotTheirs("The signature does not fit the message and the key.")


def kept_move(move: OwnershipTransfer) -> JsonObject:
    """Return a transfer as a request keeps it."""
    return {
        "key": move.key.hex(),
        "sender": move.sender,
        "receiver": move.receiver,
        "nonce": move.nonce,
        "deadline": move.deadline,
    }


def opened_move(kept: JsonObject) -> OwnershipTransfer:
    """Return the transfer of a request."""
    return OwnershipTransfer(
        key=bytes.fromhex(str(kept["key"])),
        sender=str(kept["sender"]),
        receiver=str(kept["receiver"]),
        nonce=int(str(kept["nonce"])),
        deadline=int(str(kept["deadline"])),
    )


def kept_wish(wish: Rebinding) -> JsonObject:
    """Return a re-binding as a request keeps it."""
    return {
        "key": wish.key.hex(),
        "sender": wish.sender,
        "receiver": wish.receiver,
        "proposal": wish.proposal,
        "deadline": wish.deadline,
    }


def opened_wish(kept: JsonObject) -> Rebinding:
    """Return the re-binding of a request."""
    return Rebinding(
        key=bytes.fromhex(str(kept["key"])),
        responsibility=False,
        sender=str(kept["sender"]),
        receiver=str(kept["receiver"]),
        proposal=int(str(kept["proposal"])),
        deadline=int(str(kept["deadline"])),
    )
