"""The table of operations names functions that are there and take an installation and a request.

In: the table. Out: the functions that it names.
"""

import inspect

import pytest

from battery_passport.assembly.operation_table import OPERATIONS


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_where_the_table_says(name: str) -> None:
    signature = inspect.signature(OPERATIONS[name])
    needed = [each for each in signature.parameters.values() if each.default is each.empty]
    assert len(needed) == 2
    assert [each.kind for each in needed] == [inspect.Parameter.POSITIONAL_OR_KEYWORD] * 2


def test_an_unknown_operation_is_not_there() -> None:
    assert "battery-explode" not in OPERATIONS
    with pytest.raises(KeyError):
        OPERATIONS["battery-explode"]
