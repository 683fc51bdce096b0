"""Refusals of lifecycle events and of issuing, as templates of the catalogue.

In: messages of `lifecycle` and `passport`. Out: the same with named particulars.
"""

from battery_passport.web.language import marked

EVENTS = (
    marked("There is no event type %(name)s."),
    marked("Event types are %(names)s."),
    marked("%(path)s holds what looks like %(kind)s."),
    marked("In the event %(name)s, payload %(found)s."),
    marked("The event %(name)s reports none of %(names)s."),
    marked("The payload has %(count)s bytes, at most %(most)s are taken."),
    marked("The time %(at)s has no time zone."),
    marked("%(at)s lies outside %(first)s to now."),
    marked("Give the time at which it happened, not one yet to come."),
    marked("%(text)s is not an organisation's short name."),
    marked("Short names have lower-case letters, digits and hyphens."),
    marked("A battery that is %(before)s cannot become %(after)s."),
    marked("The battery was recycled before this %(event)s is said to have happened."),
    marked("Nothing can happen to a recycled battery; check the time and the battery."),
    marked("The passport is %(standing)s, so %(event)s changes nothing."),
    marked("A battery becomes %(target)s only with %(member)s in the event."),
    marked("Give %(member)s; docs/reference/lifecycle-events.md shows its form."),
    marked("The battery was recycled, which ended its passport."),
    marked("docs/reference/lifecycle-events.md lists every event type and its fields."),
    marked("Leave it out: events are kept for ever and are shown to others."),
    marked("Event records are canonical JSON; do not edit or reformat them."),
    marked("Record the missing step first, or correct the time at which this happened."),
    marked("Earlier versions stay readable."),
)
