"""The shipped contract: its code, and its calls in the chain's encoding.

In: Python values. Out: call data; results and refusals back as values.
Source: EIP-155 for the signing of transactions.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from eth_abi.abi import decode, encode
from eth_account import Account
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

CHECKPOINT_ANCHORS = "CheckpointAnchors"


@dataclass(frozen=True, slots=True)
class Artefact:
    """A compiled contract as this version ships it."""

    creation_code: bytes
    deployed_code: bytes
    selectors: dict[str, bytes]
    inputs: dict[str, tuple[str, ...]]
    outputs: dict[str, tuple[str, ...]]
    errors: dict[bytes, str]
    events: dict[str, bytes]

    def call(self, function: str, *arguments: object) -> bytes:
        """Return the call data of a function."""
        return self.selectors[function] + encode(self.inputs[function], arguments)

    def creation(self, *arguments: object) -> bytes:
        """Return the data of a transaction that deploys the contract."""
        return self.creation_code + encode(self.inputs["constructor"], arguments)

    def result(self, function: str, octets: bytes) -> tuple[Any, ...]:
        """Return what a call gave back."""
        return decode(self.outputs[function], octets)

    def error_name(self, revert_data: bytes) -> str:
        """Return the name of the error that a call ended with; empty if it is none of ours."""
        return self.errors.get(revert_data[:4], "")


@cache
def load_artefact(name: str) -> Artefact:
    """Return a contract from the package's own files."""
    text = (files(__package__) / "artefacts" / f"{name}.json").read_text(encoding="utf-8")
    artefact = json.loads(text)
    items: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in artefact["abi"]:
        items[item["type"]].append(item)
    functions, constructors = items["function"], items["constructor"]
    inputs = {each["name"]: _types(each["inputs"]) for each in functions}
    inputs["constructor"] = _types(constructors[0]["inputs"]) if constructors else ()
    return Artefact(
        creation_code=bytes.fromhex(artefact["bytecode"]),
        deployed_code=bytes.fromhex(artefact["deployedBytecode"]),
        selectors={each["name"]: _signature_hash(each)[:4] for each in functions},
        inputs=inputs,
        outputs={each["name"]: _types(each["outputs"]) for each in functions},
        errors={_signature_hash(each)[:4]: each["name"] for each in items["error"]},
        events={each["name"]: _signature_hash(each) for each in items["event"]},
    )


def _types(parameters: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(_type(each) for each in parameters)


def _type(parameter: dict[str, Any]) -> str:
    name: str = parameter["type"]
    if name.startswith("tuple"):
        inner = ",".join(_types(parameter["components"]))
        return f"({inner}){name.removeprefix('tuple')}"
    return name


def _signature_hash(item: dict[str, Any]) -> bytes:
    return keccak(f"{item['name']}({','.join(_types(item['inputs']))})".encode())


class ChainAccount:
    """An account that signs transactions at price zero, the rule on our chains."""

    def __init__(self, signing_key: bytes, *, chain_id: int) -> None:
        """`signing_key` is the 32-byte secp256k1 private key."""
        self._account: LocalAccount = Account.from_key(signing_key)
        self._chain_id = chain_id

    @property
    def address(self) -> str:
        return str(self._account.address)

    def sign(self, *, nonce: int, data: bytes, gas: int, to: str | None = None) -> bytes:
        """Return a signed transaction; without `to` it deploys a contract."""
        fields: dict[str, Any] = {
            "chainId": self._chain_id,
            "nonce": nonce,
            "gas": gas,
            "gasPrice": 0,
            "value": 0,
            "data": data,
        }
        if to is not None:
            fields["to"] = to
        return bytes(self._account.sign_transaction(fields).raw_transaction)

    def contract_address(self, nonce: int) -> str:
        """Return the address of the contract that this account deploys with that nonce."""
        sender = bytes.fromhex(self.address.removeprefix("0x"))
        return str(to_checksum_address(keccak(_rlp_pair(sender, nonce))[12:]))


def _rlp_pair(sender: bytes, nonce: int) -> bytes:
    """Return the RLP of (20-byte address, nonce)."""
    number = nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")
    single = len(number) == 1 and number[0] < 0x80
    encoded = number if single else bytes([0x80 + len(number)]) + number
    body = bytes([0x80 + len(sender)]) + sender + encoded
    return bytes([0xC0 + len(body)]) + body
