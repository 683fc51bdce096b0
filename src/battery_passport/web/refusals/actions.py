"""Refusals that name an action, as templates of the catalogue.

In: messages of `access.policy` and `web.authorization`. Out: the same with named particulars.
"""

from battery_passport.web.language import marked

ACTIONS = (
    marked("You may not do this: %(action)s."),
    marked("Nobody has signed in: %(action)s."),
    marked("This asks for a passkey once more: %(action)s."),
    marked("This work asks for a passkey: %(action)s."),
)
