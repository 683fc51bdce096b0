"""Refusals of sharing, consents, customs cases and pages for work, as templates of the catalogue.

In: messages of `access` and `web`. Out: the same with named particulars.
"""

from battery_passport.web.language import marked

RIGHTS = (
    marked("The battery is not yours to hand over."),
    marked("The battery is not yours to share."),
    marked("The text on %(purpose)s is now version %(version)s."),
    marked("You gave no such permission."),
    marked("This link shows nothing, or nothing any more."),
    marked("The grant shows nothing."),
    marked("A grant cannot last %(span)s."),
    marked("A grant cannot be for %(purpose)s."),
    marked("Choose what the case opens."),
    marked("A case lasts 1 to 30 days."),
    marked("A declaration number has at most 40 letters, figures, dots and dashes."),
    marked("Say what is wrong when goods are not released."),
    marked("You do not act for a city."),
    marked("You open no case on this battery."),
    marked("There is no open case of yours here."),
    marked("No battery of this identifier is registered here."),
    marked("There is no draft of yours here; it was signed or discarded."),
    marked("There is no draft of yours here."),
    marked("Your organisation answers for no such battery."),
    marked("You own no battery yet."),
    marked("You own no such battery."),
    marked("Your role makes no claim codes."),
    marked("There is nothing to consent to under this name."),
    marked("Nobody has signed in."),
    marked("You act for no organisation."),
    marked("This battery is not registered any more."),
    marked("There is no such act in your city."),
    marked("This act has no proof: it is on its way, or was erased."),
    marked("The organisation you act for is not known here."),
    marked("There is nothing here for you."),
    marked("Sign in, or send an API key."),
    marked("Ask whoever looks after your organisation's members whether you need this."),
    marked("Check the address, and in which role you are signed in."),
    marked("Choose at least one part, and a time from one hour to 90 days."),
    marked("Ask the owner of the battery for a new link."),
    marked("Claim the battery first."),
    marked("Choose the organisation you act for, then try again."),
    marked("Go back to your first page and choose it from the list."),
    marked("Read the present text, then decide."),
)
