"""Says an error in a language: its sentence and its remedy, particulars included.

In: an error, a language. Out: two texts, which may be empty.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache

from battery_passport.access.policy.actions import ACTIONS
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.lifecycle.event_types import EVENT_TYPES
from battery_passport.passport.data_points import DATA_POINTS
from battery_passport.passport.rule_sets import REASONS
from battery_passport.web.language import Language, marked
from battery_passport.web.problems import problem_type_of
from battery_passport.web.refusals.actions import ACTIONS as ACTION_SENTENCES
from battery_passport.web.refusals.checks import CHECKS
from battery_passport.web.refusals.events import EVENTS
from battery_passport.web.refusals.models import MODELS
from battery_passport.web.refusals.people import PEOPLE
from battery_passport.web.refusals.phrases import PHRASES
from battery_passport.web.refusals.rights import RIGHTS
from battery_passport.web.refusals.texts import TEXTS

SENTENCES: tuple[str, ...] = (
    *ACTION_SENTENCES,
    *MODELS,
    *EVENTS,
    *PEOPLE,
    *RIGHTS,
    *TEXTS,
)
_UNFIT = marked("This cannot be used as it is.")
_HOLE = re.compile(r"%\((\w+)\)s")
_PATH = re.compile(r"((?:[\w-]+|\[\d+\])(?:\.[\w-]+|\[\d+\])*) (.+)", re.DOTALL)


def said(error: BatteryPassportError, language: Language) -> tuple[str, str]:
    """Return what happened and what to do, both in the language."""
    sentence, remedy = error.message, error.next_step
    if language.code == "en":
        return sentence, remedy
    known = translated(sentence, language)
    if known is None:
        title = CHECKS.get(error.code) or problem_type_of(type(error)).title
        return language.text(title), ""
    return known, (translated(remedy, language) or "") if remedy else ""


def translated(sentence: str, language: Language) -> str | None:
    """Return a sentence in the language, None if no template knows it."""
    found = _fitting(sentence, SENTENCES)
    if found is None:
        return None
    template, particulars = found
    inner = {name: _particular(name, text, language) for name, text in particulars.items()}
    return language.text(template, **inner) if inner else language.text(template)


def phrase_text(fault: str, language: Language) -> str:
    """Return what is wrong with a value as its shape puts it, in the language."""
    if language.code == "en":
        return f"{fault[:1].upper()}{fault[1:]}."
    return f"{_phrase(fault, language) or language.text(_UNFIT)}."


def is_known(sentence: str) -> bool:
    """Return whether a template knows the sentence."""
    return _fitting(sentence, SENTENCES) is not None


def _particular(name: str, text: str, language: Language) -> str:
    word = _WORDS.get(name, _as_it_is)(text, language)
    return text if word is None else word


def _phrase(text: str, language: Language) -> str | None:
    """Return a fault in words: where it is, as it is written there, and what is wrong."""
    whole = translated(text, language) or _fill(text, language)
    if whole is not None:
        return whole.rstrip(".")
    where = _PATH.fullmatch(text)
    inner = None if where is None else _fill(where[2], language)
    return None if where is None or inner is None else f"{where[1]}: {inner}"


def _fill(text: str, language: Language) -> str | None:
    found = _fitting(text, PHRASES)
    if found is None:
        return None
    template, particulars = found
    if not particulars:
        return language.text(template)
    inner = {name: _fill(word, language) or word for name, word in particulars.items()}
    return language.text(template, **inner)


def _event(text: str, _language: Language) -> str | None:
    return EVENT_TYPES[text].name_ko if text in EVENT_TYPES else None


def _target(text: str, language: Language) -> str | None:
    status, _, event = text.partition(" by the event ")
    word = _fill(status, language) or status
    return f"{word}({EVENT_TYPES[event].name_ko})" if event in EVENT_TYPES else word


def _action(text: str, _language: Language) -> str | None:
    return next((each.title_ko for each in ACTIONS.values() if each.title_en == text), None)


def _label(text: str, _language: Language) -> str | None:
    number = re.match(r"Data point (\d+)", text)
    point = DATA_POINTS.get(int(number[1])) if number else None
    return None if point is None else f"{point.number} {point.name_ko}"


def _point(text: str, _language: Language) -> str | None:
    return next((each.name_ko for each in DATA_POINTS.values() if each.name_en == text), None)


def _reason(text: str, _language: Language) -> str | None:
    return next((korean for english, korean in REASONS.values() if english == text), None)


def _as_it_is(_text: str, _language: Language) -> str | None:
    return None


_WORDS: dict[str, Callable[[str, Language], str | None]] = {
    "found": _phrase,
    "kind": _phrase,
    "before": _fill,
    "standing": _fill,
    "after": _target,
    "target": _target,
    "event": _event,
    "member": _fill,
    "action": _action,
    "label": _label,
    "name": _point,
    "why": _reason,
}


def _fitting(text: str, templates: Sequence[str]) -> tuple[str, dict[str, str]] | None:
    for template in templates:
        match = _pattern(template).fullmatch(text)
        if match is not None:
            return template, match.groupdict()
    return None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    pieces = _HOLE.split(template)
    written = [
        re.escape(piece) if place % 2 == 0 else f"(?P<{piece}>.+?)"
        for place, piece in enumerate(pieces)
    ]
    return re.compile("".join(written), re.DOTALL)


def refusal_text(error: BatteryPassportError, language: Language) -> str:
    """Return what a page says beside its form."""
    return " ".join(filter(None, said(error, language)))
