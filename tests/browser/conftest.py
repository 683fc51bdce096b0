"""The real application on a free loopback port, and a headless Chromium that looks at it.

In: `tests.factories.web`; Debian's Chromium. Out: the fixtures `address`, `browser` and `axe`.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from starlette.types import ASGIApp

from battery_passport.web.application import create_application
from tests.browser.serving import serving
from tests.factories.web import (
    IDENTIFIER,
    memory_passports,
    node_modules,
    passport_view,
    web_services,
)

CHROMIUM_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the application answers."""

    def make(found: str) -> ASGIApp:
        view = replace(passport_view(), digital_link=f"{found}/{IDENTIFIER.path}")
        services = web_services(passports=memory_passports(view), public_address=found)
        return create_application(services)

    with serving(make) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; each test opens a context of its own."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if executable is None:
        pytest.skip("Chromium is not installed: run tools/system_packages.sh")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable, args=list(CHROMIUM_ARGUMENTS)
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, the accessibility checker."""
    source = node_modules() / "axe-core" / "axe.min.js"
    if not source.is_file():
        pytest.skip("axe-core is not installed: run `make setup`")
    return source.read_text("utf-8")
