"""The form of recyclers: what was recovered, and waste where nobody had recorded that yet.

In: the event types' tables. Out: their descriptions.
"""

from collections.abc import Mapping

from battery_passport.access.model import Purpose
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.scalar_shapes import Number
from battery_passport.web.consoles.frame.answers import Answers
from battery_passport.web.consoles.frame.form_spec import FormSpec
from battery_passport.web.consoles.frame.places import RECYCLING
from battery_passport.web.consoles.frame.questions import AT, Question, questions_of
from battery_passport.web.language import Language, marked

_MASS = Number(0, 100_000, "kg")
_PREFIX = "mass_"

MASSES = tuple(
    f"{_PREFIX}{material}"
    for material in (
        "lithium",
        "nickel",
        "cobalt",
        "manganese",
        "copper",
        "aluminium",
        "iron",
        "graphite",
        "plastics",
    )
)


def with_masses(answers: JsonObject) -> JsonObject:
    """Return the event with the masses that were filled in as one list."""
    recovered = [
        {"material": name.removeprefix(_PREFIX), "mass_kg": answers[name]}
        for name in MASSES
        if name in answers
    ]
    rest = {name: value for name, value in answers.items() if name not in MASSES}
    return {**rest, "recovered_kg": recovered}


def some_mass(answers: Answers, language: Language) -> Mapping[str, str]:
    """Return what to say where no mass was filled in."""
    if any(name in answers.payload for name in MASSES):
        return {}
    return {MASSES[0]: language.text("Fill in at least one mass recovered.")}


RECYCLED = FormSpec(
    place=RECYCLING,
    path="recycled",
    event="recycled",
    action="event.record.recycling",
    purpose=Purpose.LEGITIMATE_INTEREST,
    title=marked("Record recycling"),
    button=marked("Record and end the passport"),
    questions=(*(Question(name, _MASS) for name in MASSES), *questions_of("recycled", "note")),
    groups=(
        (marked("Masses recovered"), MASSES),
        (marked("The recycling"), (AT, "note")),
    ),
    follows=(
        marked("The passport ends. It can still be read, but nothing can be added to it."),
        marked("This cannot be undone."),
    ),
    check=some_mass,
    finish=with_masses,
)
