"""What the web needs from the rest of the platform, and nothing more.

In: nothing. Out: the ports that `assembly` fills, gathered in `WebServices`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from battery_passport.access.policy.service import Authorizer
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.web.reading.ports import ReaderServices
from battery_passport.web.views import HealthReport, Overview, PublicPassportView


class PublicPassports(Protocol):
    """Passports as everyone may see them."""

    def resolve(self, alias: str) -> BatteryIdentifier | None:
        """Return the identifier that an alias stands for."""

    def revision(self, identifier: BatteryIdentifier) -> str | None:
        """Return a text that changes whenever `find` would give something else, cheaply.

        None if there is no passport. Together with the language it keys the page cache.
        """

    def generation(self) -> int:
        """Return a number that changes whenever this process wrote anything, at no cost."""

    def find(self, identifier: BatteryIdentifier) -> PublicPassportView | None:
        """Return the public view, or None if the battery has no passport."""

    def proof_file(self, identifier: BatteryIdentifier) -> bytes:
        """Return the offline proof bundle of the public audience.

        Raises: NotFound; TemporarilyUnavailable until the version is anchored.
        """


class TrustAnchors(Protocol):
    """This installation's keys and origins, for somebody else's `verify`."""

    def trust_file(self) -> bytes: ...


class Health(Protocol):
    """Asks every part of the installation whether it can do its work."""

    def check(self) -> HealthReport: ...


class Overviews(Protocol):
    """The figures of the home page."""

    def overview(self) -> Overview: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLine:
    """One answered request without anything personal: no address, query, header or identifier."""

    request_id: str
    method: str
    route: str
    status: int
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WebServices:
    """All that `create_application` is given.

    `public_address` has no slash at its end; `node_modules` is the folder that holds `krds-uiux`.
    """

    passports: PublicPassports
    trust: TrustAnchors
    health: Health
    overviews: Overviews
    authorizer: Authorizer
    readers: ReaderServices
    public_address: str
    node_modules: Path
    software_version: str
    log_access: Callable[[AccessLine], None]
    log_failure: Callable[[str, BaseException], None]
