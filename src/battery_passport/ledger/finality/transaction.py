"""What an anchoring transaction did: the Ethereum transaction in it, its result and its event.

In: the transaction's and the result's bytes, both under block hashes. Out: the anchor's values.
Source: Cosmos SDK Tx, TxMsgData; Cosmos EVM MsgEthereumTx; CometBFT deterministic result
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from battery_passport.foundation.digests import sha256
from battery_passport.ledger.finality.errors import (
    NoAnchorEvent,
    NotAnAnchoring,
    OtherContract,
    ResultNotInBlock,
    TransactionFailed,
    TransactionNotInBlock,
)
from battery_passport.ledger.finality.model import PathStep
from battery_passport.ledger.finality.protobuf import BadMessage, Message, read_message
from battery_passport.ledger.merkle import leaf_hash, node_hash

ANCHORED_TOPIC = "0x80544d4e3e634f46b060a54cfa4362b9be1a239121ed658f7242111cc1cc9a70"
"""Keccak-256 of Anchored(bytes32,uint64,bytes32,bytes32,uint256)."""

_ETHEREUM_TX = "/cosmos.evm.vm.v1.MsgEthereumTx"
_ETHEREUM_RESPONSE = "/cosmos.evm.vm.v1.MsgEthereumTxResponse"
_HASH = re.compile(r"0x[0-9a-f]{64}")
_WORD = 32


@dataclass(frozen=True, slots=True)
class AnchorEvent:
    """The values of the contract's event."""

    origin_hash: bytes
    size: int
    root: bytes
    previous_root: bytes
    anchor_number: int


def check_in_block(transaction: bytes, path: Iterable[PathStep], data_hash: bytes) -> None:
    """Return if the transaction is under a header's data hash. Raises: TransactionNotInBlock."""
    root = leaf_hash(sha256(transaction))
    for step in path:
        root = _above(root, step.transaction, neighbour_is_left=step.neighbour_is_left)
    if root != data_hash:
        raise TransactionNotInBlock(
            f"The transaction leads to data hash {root.hex()}, expected {data_hash.hex()}."
        )


def check_result_sealed(result: bytes, path: Iterable[PathStep], results_hash: bytes) -> None:
    """Return if the result is under the next header's results hash. Raises: ResultNotInBlock."""
    root = leaf_hash(result)
    for step in path:
        root = _above(root, step.result, neighbour_is_left=step.neighbour_is_left)
    if root != results_hash:
        raise ResultNotInBlock(
            f"The result leads to results hash {root.hex()}, expected {results_hash.hex()}."
        )


def ethereum_hash(transaction: bytes) -> str:
    """Return the hash of the one Ethereum transaction inside. Raises: NotAnAnchoring."""
    try:
        messages = read_message(transaction).message(1).blobs(1)
        found = _single_any(messages, _ETHEREUM_TX).text(3)
    except BadMessage as error:
        raise NotAnAnchoring(f"The transaction cannot be read: {error}.") from error
    if not _HASH.fullmatch(found):
        raise NotAnAnchoring("The transaction holds no hash of an Ethereum transaction.")
    return found


def anchor_event(result: bytes, *, transaction_hash: str, contract: str) -> AnchorEvent:
    """Return the one event by which the contract says what it anchored.

    Raises: TransactionFailed, NotAnAnchoring, OtherContract, NoAnchorEvent.
    """
    try:
        response = _response(read_message(result))
        if response.text(1) != transaction_hash:
            raise NotAnAnchoring("The result is of another Ethereum transaction.")
        if response.blob(4):
            words = response.blob(4)[:200].decode("utf-8", "replace")
            raise TransactionFailed(f"The contract refused the transaction: {words}.")
        return _event([read_message(each) for each in response.blobs(2)], contract)
    except BadMessage as error:
        raise NotAnAnchoring(f"The result cannot be read: {error}.") from error


def _response(result: Message) -> Message:
    code = result.number(1)
    if code:
        raise TransactionFailed(f"The validators carried the transaction out with code {code}.")
    return _single_any(result.message(2).blobs(2), _ETHEREUM_RESPONSE)


def _single_any(wrapped: list[bytes], kind: str) -> Message:
    """Return the one message of a list if it is of the expected kind."""
    if len(wrapped) != 1:
        raise NotAnAnchoring(f"There are {len(wrapped)} messages, expected one.")
    message = read_message(wrapped[0])
    if message.text(1) != kind:
        raise NotAnAnchoring(f"The message is a {message.text(1)[:80]!r}, expected {kind}.")
    return message.message(2)


def _event(logs: list[Message], contract: str) -> AnchorEvent:
    anchored = [log for log in logs if _topics(log)[:1] == [ANCHORED_TOPIC]]
    ours = [log for log in anchored if log.text(1).lower() == contract]
    if anchored and not ours:
        raise OtherContract(
            f"The anchor's event is of contract {anchored[0].text(1).lower()}, expected {contract}."
        )
    if len(ours) != 1:
        raise NoAnchorEvent(f"The result holds {len(ours)} anchor events, expected one.")
    return _event_values(ours[0])


def _event_values(log: Message) -> AnchorEvent:
    topics, data = _topics(log), log.blob(3)
    if len(topics) != 2 or not _HASH.fullmatch(topics[1]) or len(data) != 4 * _WORD:
        raise NoAnchorEvent("The anchor event does not have the contract's form.")
    size, root, previous_root, number = (
        data[start : start + _WORD] for start in range(0, len(data), _WORD)
    )
    return AnchorEvent(
        origin_hash=bytes.fromhex(topics[1][2:]),
        size=int.from_bytes(size, "big"),
        root=root,
        previous_root=previous_root,
        anchor_number=int.from_bytes(number, "big"),
    )


def _topics(log: Message) -> list[str]:
    return [each.decode("ascii", "replace") for each in log.blobs(2)]


def _above(below: bytes, neighbour: bytes, *, neighbour_is_left: bool) -> bytes:
    return node_hash(neighbour, below) if neighbour_is_left else node_hash(below, neighbour)
