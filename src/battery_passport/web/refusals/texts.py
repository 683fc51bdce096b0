"""Refusals of identifiers, files, forms and things not there, as templates of the catalogue.

In: messages of `foundation` and `web`. Out: the same with named particulars.
"""

from battery_passport.web.language import marked

TEXTS = (
    marked("%(text)s is not a battery identifier."),
    marked("%(text)s is not a web address or a path."),
    marked("%(text)s is not a GTIN of 14 digits."),
    marked("GTIN %(gtin)s ends in check digit %(found)s, expected %(expected)s."),
    marked("Serial %(serial)s is not 1 to 20 characters of the GS1 set."),
    marked("%(name)s is not JSON."),
    marked("The JSON text is not an object."),
    marked("The value has no canonical JSON form: %(detail)s."),
    marked("The JSON object has the member %(name)s twice."),
    marked("The text is not JSON: %(detail)s."),
    marked("The JSON text is nested deeper than %(most)s levels."),
    marked("Give a GS1 Digital Link, GTIN/serial, or an alias of letters, digits, '.', '_', '-'."),
    marked("Check every digit against the label on the battery."),
    marked("The form does not belong to this visit."),
    marked("The form was sent from another site."),
    marked("The form cannot be read."),
    marked("The form is larger than %(most)s bytes."),
    marked("The form names no boundary between its parts."),
    marked("The form is cut off, or is none."),
    marked("A part of the form has no name."),
    marked("The file is no text in UTF-8."),
    marked("The form came without its key."),
    marked("Open the form again and send it from there."),
    marked("Open the page again and send it from there."),
    marked("Send less at once, from the page itself."),
    marked("Choose the file again; it must be a text in UTF-8, as our proof and model files are."),
    marked("Battery %(identifier)s has no passport here."),
    marked("There is no battery model %(model)s."),
    marked("Battery %(identifier)s has no version %(version)s."),
    marked("The battery %(identifier)s is not registered."),
    marked("This idempotency key came with another request before."),
    marked("Send the first request again unchanged, or choose a new key for a new request."),
    marked("GET /v1/versions/{gtin}/{serial} lists the versions there are."),
    marked("Go back to the list of models."),
    marked("Try again in a moment."),
    marked("The battery's history was rewritten again and again."),
    marked("Wait for the time that Retry-After gives, then go on more slowly."),
)
