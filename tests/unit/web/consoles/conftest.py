"""One city for a module, with a visitor of each role.

In: `tests.factories.desk_city`. Out: the fixture `made`.
"""

from collections.abc import Iterator

import pytest

from tests.factories.desk_city import DeskCity, desk_city


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskCity]:
    with desk_city(tmp_path_factory.mktemp("desks") / "home") as city:
        yield city
