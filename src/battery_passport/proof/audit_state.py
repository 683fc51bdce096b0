"""How far an audit has come, so that another can go on where it stopped.

In: a state after whole tiles, or its JSON. Out: the other of the two.
"""

from dataclasses import dataclass, field
from typing import cast

from battery_passport.foundation.encoding import hex_decode
from battery_passport.foundation.strict_json import JsonObject, JsonValue

FORMAT_VERSION = 1


@dataclass(slots=True, kw_only=True)
class AuditState:
    """What was found in order so far; `size` entries, always whole tiles until the end."""

    size: int = 0
    erased: int = 0
    checkpoints: int = 0
    cosignatures: int = 0
    anchors: int = 0
    anchor_block: int = 0
    anchor_root: bytes = bytes(32)
    subtrees: list[bytes] = field(default_factory=list)
    open_hashes: list[list[bytes]] = field(default_factory=list)

    def as_json(self) -> JsonObject:
        """Return the state for a file."""
        return {
            "v": FORMAT_VERSION,
            "size": self.size,
            "erased": self.erased,
            "checkpoints": self.checkpoints,
            "cosignatures": self.cosignatures,
            "anchors": self.anchors,
            "anchorBlock": self.anchor_block,
            "anchorRoot": self.anchor_root.hex(),
            "subtrees": [each.hex() for each in self.subtrees],
            "openHashes": [[each.hex() for each in hashes] for hashes in self.open_hashes],
        }


def read_state(document: JsonObject) -> AuditState:
    """Return the state that a file holds; the first state if it is of another form."""
    if document.get("v") != FORMAT_VERSION:
        return AuditState()
    numbers = {
        name: cast("int", document.get(key, 0))
        for name, key in (
            ("size", "size"),
            ("erased", "erased"),
            ("checkpoints", "checkpoints"),
            ("cosignatures", "cosignatures"),
            ("anchors", "anchors"),
            ("anchor_block", "anchorBlock"),
        )
    }
    return AuditState(
        **numbers,
        anchor_root=hex_decode(str(document["anchorRoot"]), length=32),
        subtrees=_hashes(document["subtrees"]),
        open_hashes=[_hashes(each) for each in cast("list[JsonValue]", document["openHashes"])],
    )


def _hashes(value: JsonValue) -> list[bytes]:
    return [hex_decode(str(each), length=32) for each in cast("list[JsonValue]", value)]
