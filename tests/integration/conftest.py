"""One consortium network for all the tests that need one: it is dear.

In: nothing. Out: the session's network; its modules run in one worker, in the order of their names.
"""

from collections.abc import Iterator

import pytest

from tests.factories.consortium import ConsortiumWorld, running_world


@pytest.fixture(scope="session")
def consortium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsortiumWorld]:
    """A running network of four."""
    with running_world(tmp_path_factory.mktemp("consortium")) as world:
        yield world
