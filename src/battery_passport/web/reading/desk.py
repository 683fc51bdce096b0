"""What every page and operation about one passport starts with: which battery, which sight.

In: a request and an identifier. Out: what policies let this reader see; his look recorded first.
"""

from dataclasses import dataclass

from starlette.requests import Request

from battery_passport.access.model import Principal, Purpose, Resource
from battery_passport.access.policy.reading import READ, Reading
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.web.authorization import access_of, read_passport
from battery_passport.web.reading.errors import PassportNotFound, VersionNotFound
from battery_passport.web.reading.looks import RecentLooks, is_own_look, look_of
from battery_passport.web.reading.ports import ReaderServices
from battery_passport.web.reading.views import ReaderPassport, Sight, sight_of_reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A battery with what one reader sees of its passport, and for which purpose."""

    identifier: BatteryIdentifier
    battery: Resource
    principal: Principal
    reading: Reading
    sight: Sight

    @property
    def is_own(self) -> bool:
        """Whether an owner looks at his own battery."""
        return is_own_look(self.principal, self.battery, self.reading.purpose)


class Desk:
    """Opens passports for readers."""

    def __init__(self, services: ReaderServices) -> None:
        self.services = services
        self._recent = RecentLooks()

    def battery(self, identifier: BatteryIdentifier) -> Resource:
        """Return the battery as policies see it. Raises: PassportNotFound."""
        found = self.services.passports.battery(identifier)
        if found is None:
            raise PassportNotFound(f"Battery {identifier} has no passport here.")
        return found

    def open(
        self,
        request: Request,
        identifier: BatteryIdentifier,
        purpose: Purpose | None = None,
        *,
        action: str = READ,
    ) -> Opened:
        """Return what the reader sees for a purpose, or for his usual one.

        Raises: PassportNotFound.
        """
        battery = self.battery(identifier)
        reading = read_passport(request, battery, purpose, action=action)
        return Opened(
            identifier=identifier,
            battery=battery,
            principal=access_of(request.scope).principal,
            reading=reading,
            sight=self.sight(reading),
        )

    def sight(self, reading: Reading) -> Sight:
        """Return what a reading shows, our own estimate included."""
        grants = [terms.grant_id for terms in reading.grants]
        granted = bool(grants) and self.services.passports.grants_estimate(grants)
        return sight_of_reading(reading, estimate_granted=granted)

    def show(self, opened: Opened, *, version: int | None = None) -> ReaderPassport:
        """Return the passport; a look at what is not public is on record before it returns.

        Raises: PassportNotFound, VersionNotFound.
        """
        found = self.services.passports.find(opened.identifier, opened.sight, version=version)
        if found is None and version is not None:
            raise VersionNotFound(f"Battery {opened.identifier} has no version {version}.")
        if found is None:
            raise PassportNotFound(f"Battery {opened.identifier} has no passport here.")
        self.note_look(opened, found)
        return found

    def note_look(self, opened: Opened, shown: ReaderPassport) -> None:
        """Record the look, unless it is the owner's own or was recorded a moment ago."""
        if opened.is_own or opened.sight.is_public:
            return
        look = look_of(
            opened.principal,
            opened.reading,
            shown,
            battery=opened.battery,
            at=self.services.clock.now(),
        )
        if look is not None and self._recent.is_new(opened.principal, look):
            self.services.record_look(look)
            self._recent.note(opened.principal, look)
