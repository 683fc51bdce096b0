"""What can be wrong with registrations.

In: a message. Out: errors with a code and a remedy.

    InvalidInput ── InvalidRegistration ── UnknownChemistry
    NotFound     ── UnknownBattery, UnknownModel, UnknownOrganisation
    Conflict     ── ConflictingRegistration
"""

from battery_passport.foundation.errors import Conflict, InvalidInput, NotFound


class InvalidRegistration(InvalidInput):
    """A battery, model or device cannot be registered with these values."""

    code = "invalid-registration"


class UnknownChemistry(InvalidRegistration):
    """No chemistry is known under that name."""

    code = "unknown-chemistry"
    remedy = "Give NMC (or NCM), LFP, LMO or NCA, or leave it out if it is not known."


class UnknownBattery(NotFound):
    """No battery is registered under that identifier."""

    code = "unknown-battery"
    remedy = "Register it with `battery add`, or check the identifier."


class UnknownModel(NotFound):
    """No battery model is registered under that name."""

    code = "unknown-model"
    remedy = "Register it with `model add`."


class UnknownOrganisation(NotFound):
    """No organisation is registered under that short name."""

    code = "unknown-organisation"


class ConflictingRegistration(Conflict):
    """The same battery or model is already registered with other values; nothing was changed."""

    code = "conflicting-registration"
    remedy = "Leave the differing values out, or register under another name."
