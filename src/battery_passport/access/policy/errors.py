"""Denials, and faults in how an act was named.

In: a message. Out: errors with a code and a remedy.

    BatteryPassportError ── SignInNeeded, AccessDenied
    NotFound ── NothingHere       (in place of a denial that would tell that something exists)
    Misconfigured ── UnclassifiedRoute, UnknownAction, PolicyFault
"""

from battery_passport.foundation.errors import BatteryPassportError, Misconfigured, NotFound


class SignInNeeded(BatteryPassportError):
    """Nobody has signed in, and this is not for everyone."""

    code = "sign-in-needed"
    remedy = "Sign in, or send an API key."


class AccessDenied(BatteryPassportError):
    """No policy permits this to whoever asked."""

    code = "access-denied"
    remedy = "Ask whoever looks after your organisation's members whether you need this."


class NothingHere(NotFound):
    """There is nothing here for whoever asked; whether there is for others is not said."""

    code = "nothing-here"
    remedy = "Check the address, and in which role you are signed in."


class UnknownAction(Misconfigured):
    """A page, route or command names an action that is not in the table."""

    code = "unknown-action"
    remedy = "Add it to access/policy/actions with its titles, and say in a policy who may do it."


class UnclassifiedRoute(Misconfigured):
    """A route carries no action, or its endpoint answered without asking whether it may."""

    code = "unclassified-route"
    remedy = "Make it an ActionRoute or give it requires(action); ask authorize() in its endpoint."


class PolicyFault(Misconfigured):
    """The policies cannot be used as they are."""

    code = "policy-fault"
    remedy = "Compare the policies with their schema: the message names policy and place."
