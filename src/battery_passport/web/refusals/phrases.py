"""Phrases that stand inside refusals: faults of a value, kinds of personal data, statuses.

In: phrases of `lifecycle` shapes. Out: the same as templates of the catalogue.
"""

from battery_passport.web.language import marked

PHRASES = (
    marked("is missing"),
    marked("holds a control character"),
    marked("is not text of 1 to %(most)s characters"),
    marked("is not text of up to %(most)s characters"),
    marked("is not a number from %(low)s to %(high)s"),
    marked("is %(value)s, not a number from %(low)s to %(high)s"),
    marked("is not a whole number from %(low)s"),
    marked("is %(value)s, not a whole number from %(low)s"),
    marked("is not one of %(words)s"),
    marked("is not true or false"),
    marked("is not a day, as in 2026-11-23"),
    marked("is not a month, as in 2026-11"),
    marked("is not a time, as in 2026-11-23T07:30:00Z"),
    marked("is not a list of %(least)s to %(most)s"),
    marked("is not known here; known are %(names)s"),
    marked("is not a web address that begins with https://"),
    marked("is not an e-mail address"),
    marked("is not a SHA-256 in hexadecimal"),
    marked("is not a CAS number"),
    marked("is %(low)s, above %(name)s %(high)s"),
    marked("is not %(right)s"),
    marked("a vehicle identification number"),
    marked("a Korean number plate"),
    marked("coordinates"),
    marked("an e-mail address"),
    marked("a telephone number"),
    marked("a resident registration number"),
    marked("not yet placed on the market"),
    marked("already %(status)s"),
    marked("suspended"),
    marked("open"),
    marked("ended"),
    marked("recycled"),
    marked("original"),
    marked("repurposed"),
    marked("re-used"),
    marked("remanufactured"),
    marked("waste"),
    marked("evidence"),
)
