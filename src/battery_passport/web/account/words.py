"""The words of these pages: roles, kinds of organisations, refusals in plain language.

In: values and errors. Out: marked texts for the catalogues, and which field a refusal is about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from battery_passport.access.model import Role
from battery_passport.access.records.organisations import OrganisationKind, Standing
from battery_passport.access.records.people import SignInMethod
from battery_passport.foundation.errors import BatteryPassportError, TemporarilyUnavailable
from battery_passport.web.language import Language, marked
from battery_passport.web.problems import problem_of

ROLE_WORDS: Mapping[Role, str] = MappingProxyType(
    {
        Role.OWNER: marked("Owner"),
        Role.CITY_OFFICER: marked("City officer"),
        Role.INSPECTOR: marked("Inspector"),
        Role.MANUFACTURER: marked("Economic operator"),
        Role.SITE_OPERATOR: marked("Charging or car-park operator"),
        Role.DISMANTLER: marked("Dismantler"),
        Role.RECYCLER: marked("Recycler"),
        Role.TRADER: marked("Trader"),
        Role.AUTHORITY: marked("Market surveillance authority"),
        Role.CUSTOMS: marked("Customs"),
        Role.NOTIFIED_BODY: marked("Notified body"),
        Role.COMMISSION: marked("European Commission"),
        Role.ADMINISTRATOR: marked("Administrator"),
    }
)
KIND_WORDS: Mapping[OrganisationKind, str] = MappingProxyType(
    {
        OrganisationKind.CITY: marked("City"),
        OrganisationKind.INSPECTION_BODY: marked("Inspection body"),
        OrganisationKind.MANUFACTURER: marked("Manufacturer or economic operator"),
        OrganisationKind.SITE_OPERATOR: marked("Charging or car-park operator"),
        OrganisationKind.DISMANTLER: marked("Dismantler"),
        OrganisationKind.RECYCLER: marked("Recycler"),
        OrganisationKind.TRADER: marked("Trader"),
        OrganisationKind.AUTHORITY: marked("Market surveillance authority"),
        OrganisationKind.CUSTOMS: marked("Customs"),
        OrganisationKind.NOTIFIED_BODY: marked("Notified body"),
        OrganisationKind.COMMISSION: marked("European Commission"),
    }
)
STANDING_WORDS: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.APPLIED: marked("Waits for a decision"),
        Standing.ACTIVE: marked("Takes part"),
        Standing.SUSPENDED: marked("Suspended"),
        Standing.REFUSED: marked("Refused"),
    }
)
METHOD_WORDS: Mapping[SignInMethod, str] = MappingProxyType(
    {
        SignInMethod.PASSWORD: marked("with password"),
        SignInMethod.PASSKEY: marked("with passkey"),
        SignInMethod.PROVIDER: marked("through your organisation"),
        SignInMethod.LINK: marked("by a link from a letter"),
    }
)

_REFUSALS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "unusable-name": (
            "name",
            marked("Type 1 to 80 letters, figures and usual signs, of one alphabet."),
        ),
        "unusable-address": ("email", marked("Type an e-mail address, as in name@example.org.")),
        "weak-password": (
            "password",
            marked(
                "Take at least 12 characters that nobody guesses: no usual password, no name, no "
                "address, no repetition. A sentence is good."
            ),
        ),
        "sign-in-refused": (
            "",
            marked("E-mail address and password do not belong together. Check both."),
        ),
        "passkey-refused": (
            "",
            marked("The passkey was not accepted. Try once more, or use your password."),
        ),
        "provider-refused": (
            "",
            marked(
                "Your organisation's provider did not confirm this sign-in. If you have an account "
                "here already, sign in with your password first and join the two in your account."
            ),
        ),
        "provider-unreachable": (
            "",
            marked("Your organisation's provider does not answer. Try later, or use a password."),
        ),
        "too-many-attempts": ("", marked("Too many attempts. Wait %(wait)s seconds.")),
        "link-not-usable": (
            "",
            marked("This link cannot be used, or no longer. Ask for a new one."),
        ),
        "sign-in-again": (
            "",
            marked("For your safety, sign in once more and do it within 15 minutes."),
        ),
        "not-allowed-now": ("", marked("That is not possible just now.")),
        "invalid-scope": ("scopes", marked("Choose at least one thing the machine may do.")),
        "malformed-key": ("jwk", marked("Paste the public P-256 key as a JWK, without its d.")),
        "malformed-json": ("jwk", marked("Paste the public P-256 key as a JWK, without its d.")),
        "unusable-application": ("", marked("Something in the form cannot be used. Check it.")),
        "invalid-input": ("", marked("Something in the form cannot be used. Check it.")),
    }
)
"""By error code: the field it is about (none: the form as a whole), and what to say."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a form was not taken, beside which field, and how that is told over HTTP."""

    field: str
    text: str
    status: int
    headers: Mapping[str, str]

    @property
    def faults(self) -> Mapping[str, str]:
        """The refusal by field, as forms show it."""
        return {self.field: self.text}


def refusal_of(error: BatteryPassportError, language: Language) -> Refusal | None:
    """Return how an error is said beside a form; None if it is for the page of failures."""
    codes = (getattr(kind, "code", "") for kind in type(error).__mro__)
    known = next((_REFUSALS[code] for code in codes if code in _REFUSALS), None)
    if known is None:
        return None
    field, message = known
    problem = problem_of(error)
    wait_s = problem.retry_after_s if isinstance(error, TemporarilyUnavailable) else None
    said = language.text(message, wait=wait_s) if "%(wait)s" in message else language.text(message)
    return Refusal(field, said, problem.status, problem.headers())
