"""What the contracts' tests ask for: contracts freshly deployed."""

import pytest

from tests.factories.contracts import ContractWorld


@pytest.fixture
def world() -> ContractWorld:
    """Three members of which two must agree, and a party in every role."""
    return ContractWorld()
