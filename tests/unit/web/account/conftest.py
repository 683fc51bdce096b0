"""A site of accounts over a fresh record store, and visitors with cookie jars.

In: an office. Out: the application, and a visitor who is not signed in.
"""

import pytest
from fastapi import FastAPI

from tests.factories.accounts_site import Guest, accounts_application, guest
from tests.factories.people import Office
from tests.unit.access.conftest import database, made, migrated, strict

__all__ = ["database", "made", "migrated", "strict"]


@pytest.fixture
def application(made: Office) -> FastAPI:
    """The whole web application."""
    return accounts_application(made)


@pytest.fixture
def visitor(application: FastAPI) -> Guest:
    """Somebody at a browser."""
    return guest(application)
