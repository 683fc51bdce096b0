"""What can go wrong when people, organisations and machines are told apart.

In: a message. Out: errors with a code and a remedy; none says whether an account exists.

    InvalidInput ── UnusableName, UnusableAddress, WeakPassword, UnusableApplication, InvalidScope
    VerificationFailed ── SignInRefused ── ProviderRefused, PasskeyRefused
                       ── LinkNotUsable, ClientRefused, RequestForged
    Conflict ── NotAllowedNow, SignInAgain, SecondFactorNeeded
    TemporarilyUnavailable ── TooManyAttempts, ProviderUnreachable
"""

from battery_passport.foundation.errors import (
    Conflict,
    InvalidInput,
    TemporarilyUnavailable,
    VerificationFailed,
)


class UnusableName(InvalidInput):
    """A name that cannot be shown safely."""

    code = "unusable-name"
    remedy = "Give 1 to 80 letters, digits, blanks and usual signs of one script."


class UnusableAddress(InvalidInput):
    """A text that is no e-mail address."""

    code = "unusable-address"
    remedy = "Write it as name@example.org."


class WeakPassword(InvalidInput):
    """A password that others would guess."""

    code = "weak-password"
    remedy = "Take at least 12 characters; a sentence is good."


class UnusableApplication(InvalidInput):
    """An application or invitation with a value that cannot be used."""

    code = "unusable-application"


class InvalidScope(InvalidInput):
    """A machine's key asks for what no key may have."""

    code = "invalid-scope"


class SignInRefused(VerificationFailed):
    """Account and proof do not belong together; which of them is wrong is not said."""

    code = "sign-in-refused"
    remedy = "Check e-mail address and password, or set a new password."


class PasskeyRefused(SignInRefused):
    """A passkey's answer does not prove what it should."""

    code = "passkey-refused"
    remedy = "Try once more, or sign in with your password."


class ProviderRefused(SignInRefused):
    """The organisation's provider did not vouch for this sign-in."""

    code = "provider-refused"
    remedy = "Start again from the sign-in page."


class LinkNotUsable(VerificationFailed):
    """A one-time link is unknown, used or expired; which of them is not said."""

    code = "link-not-usable"
    remedy = "Ask for a new one."


class ClientRefused(VerificationFailed):
    """A machine did not prove to be who it says."""

    code = "client-refused"
    remedy = "Check key, audience, expiry and the client's registration."


class RequestForged(VerificationFailed):
    """A form was not sent from one of our own pages of this session."""

    code = "request-forged"
    remedy = "Open the page again and send it from there."


class NotAllowedNow(Conflict):
    """The act does not fit the present state; nothing was changed."""

    code = "not-allowed-now"


class SignInAgain(Conflict):
    """A change of what opens the account, asked for long after sign-in."""

    code = "sign-in-again"
    remedy = "Sign in once more, then do it within 15 minutes."


class SecondFactorNeeded(Conflict):
    """A privileged act, or privileged work, without a passkey having been shown for it."""

    code = "second-factor-needed"
    remedy = "Confirm with your passkey, then do it within 15 minutes."


class TooManyAttempts(TemporarilyUnavailable):
    """Too many attempts in a short time; waiting is all that is needed."""

    code = "too-many-attempts"
    remedy = "Wait, then try again."


class ProviderUnreachable(TemporarilyUnavailable):
    """The organisation's sign-in provider gives no usable answer."""

    code = "provider-unreachable"
    remedy = "Try again later, or sign in with a password if you have one."
