"""The shipped contracts: their code, and their calls in the chain's encoding.

In: Python values. Out: call data; results, events and refusals back as values.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak

CHECKPOINT_ANCHORS = "CheckpointAnchors"
CONSORTIUM = "Consortium"
PASSPORT_REGISTRY = "PassportRegistry"


@dataclass(frozen=True, slots=True)
class EventShape:
    """How an event's members are laid out: name and type, indexed ones in topics."""

    topic: bytes
    indexed: tuple[tuple[str, str], ...]
    plain: tuple[tuple[str, str], ...]

    def read(self, topics: Sequence[bytes], data: bytes) -> dict[str, Any]:
        """Return the members of an event by name."""
        pairs = zip(self.indexed, topics[1:], strict=True)
        found = {name: decode([kind], topic)[0] for (name, kind), topic in pairs}
        values = decode([kind for _, kind in self.plain], data)
        return found | {name: v for (name, _), v in zip(self.plain, values, strict=True)}


@dataclass(frozen=True, slots=True)
class Artefact:
    """A compiled contract as this version ships it."""

    creation_code: bytes
    deployed_code: bytes
    immutables: tuple[tuple[int, int], ...]
    selectors: dict[str, bytes]
    inputs: dict[str, tuple[str, ...]]
    outputs: dict[str, tuple[str, ...]]
    errors: dict[bytes, str]
    events: dict[str, bytes]
    event_shapes: dict[str, EventShape]

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

    def is_code(self, code: bytes) -> bool:
        """Return whether that is this contract's code, whatever it was deployed with."""
        if len(code) != len(self.deployed_code):
            return False
        blank = bytearray(code)
        for start, length in self.immutables:
            blank[start : start + length] = bytes(length)
        return bytes(blank) == self.deployed_code


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
        immutables=tuple((each["start"], each["length"]) for each in artefact["immutables"]),
        selectors={each["name"]: _signature_hash(each)[:4] for each in functions},
        inputs=inputs,
        outputs={each["name"]: _types(each["outputs"]) for each in functions},
        errors={_signature_hash(each)[:4]: each["name"] for each in items["error"]},
        events={each["name"]: _signature_hash(each) for each in items["event"]},
        event_shapes={each["name"]: _event_shape(each) for each in items["event"]},
    )


def _event_shape(item: dict[str, Any]) -> EventShape:
    def chosen(*, indexed: bool) -> tuple[tuple[str, str], ...]:
        members = (each for each in item["inputs"] if each["indexed"] is indexed)
        return tuple((each["name"], _type(each)) for each in members)

    return EventShape(_signature_hash(item), chosen(indexed=True), chosen(indexed=False))


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
