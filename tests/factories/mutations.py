"""Ways to change a file: bytes, and members of a JSON document.

In: a file and dice. Out: the file changed in one place.
"""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

# Characters that mean something to JSON, base64, numbers or notes are likelier to slip through.
TELLING = b' \t\n\r"\\{}[]:,.~-_+/=0123456789eEtfnuAaBb\xe2\x80\x94\x00'


def replace_byte(octets: bytearray, dice: random.Random) -> None:
    octets[dice.randrange(len(octets))] = dice.randrange(256)


def flip_bit(octets: bytearray, dice: random.Random) -> None:
    octets[dice.randrange(len(octets))] ^= 1 << dice.randrange(8)


def put_telling(octets: bytearray, dice: random.Random) -> None:
    octets[dice.randrange(len(octets))] = dice.choice(TELLING)


def insert_telling(octets: bytearray, dice: random.Random) -> None:
    octets.insert(dice.randrange(len(octets) + 1), dice.choice(TELLING))


def drop_byte(octets: bytearray, dice: random.Random) -> None:
    del octets[dice.randrange(len(octets))]


def swap_neighbours(octets: bytearray, dice: random.Random) -> None:
    place = dice.randrange(len(octets) - 1)
    octets[place], octets[place + 1] = octets[place + 1], octets[place]


def repeat_slice(octets: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(octets))
    end = min(len(octets), start + dice.randrange(1, 200))
    octets[start:start] = octets[start:end]


Mutation = Callable[[bytearray, random.Random], None]
MUTATIONS: tuple[Mutation, ...] = (
    replace_byte,
    flip_bit,
    put_telling,
    insert_telling,
    drop_byte,
    swap_neighbours,
    repeat_slice,
)


def mutated(octets: bytes, dice: random.Random) -> bytes:
    """Return a file changed in its bytes."""
    altered = bytearray(octets)
    dice.choice(MUTATIONS)(altered, dice)
    return bytes(altered)


def mutated_document(document: dict[str, Any], other: dict[str, Any], dice: random.Random) -> bytes:
    """Return a document changed in one value, wherever it stands.

    Values are dropped, renamed, retyped, turned a little, or taken from another document.
    """
    changed = copy.deepcopy(document)
    holder, key = dice.choice(_places(changed))
    action = dice.choice((_drop, _retype, _turn, _turn, _turn, _borrow, _add))
    action(holder, key, other, dice)
    return json.dumps(changed, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _places(value: Any) -> list[tuple[Any, Any]]:
    keys = value if isinstance(value, dict) else range(len(value))
    found: list[tuple[Any, Any]] = [(value, key) for key in keys]
    for key in list(keys):
        if isinstance(value[key], dict | list):
            found += _places(value[key])
    return found


def _drop(holder: Any, key: Any, _other: Any, _dice: random.Random) -> None:
    del holder[key]


def _retype(holder: Any, key: Any, _other: Any, dice: random.Random) -> None:
    holder[key] = dice.choice(
        [None, True, False, 0, 1, -1, 1.5, 2**53, "", "x", "\ud800", [], {}, [None], {"a": 1}]
    )


def _turn(holder: Any, key: Any, _other: Any, dice: random.Random) -> None:
    """Change a value into a near one of its kind."""
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int):
        holder[key] = value + dice.choice((-1, 1, 7, 2**31))
    elif isinstance(value, str) and value:
        place = dice.randrange(len(value))
        letter = dice.choice("AZaz09+/=-_~.\n é가\u2028\x85")
        rest = value[place + dice.randrange(2) :]
        holder[key] = value[:place] + letter + rest
    elif isinstance(value, list) and value:
        dice.shuffle(value)
    else:
        _retype(holder, key, None, dice)


def _borrow(holder: Any, key: Any, other: Any, dice: random.Random) -> None:
    places = [(where, name) for where, name in _places(other) if name == key]
    if places:
        where, name = dice.choice(places)
        holder[key] = copy.deepcopy(where[name])


def _add(holder: Any, key: Any, _other: Any, dice: random.Random) -> None:
    if isinstance(holder, dict):
        holder[dice.choice(("x", "extra", "format", "__proto__"))] = holder[key]
    else:
        holder.append(copy.deepcopy(holder[key]))
