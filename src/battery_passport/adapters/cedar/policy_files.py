"""The policies and their schema as they lie in the package.

In: nothing. Out: texts; what each policy is called and rests on, for documentation.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

_FOLDER = files("battery_passport.access").joinpath("policies")
_SCHEMA = "schema.cedarschema"
_ENDING = ".cedar"
_ANNOTATION = re.compile(r'@(\w+)\("((?:[^"\\]|\\.)*)"\)')
_POLICY = re.compile(r'((?:@\w+\("(?:[^"\\]|\\.)*"\)\s*)+)(permit|forbid)')


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWording:
    """What a policy says of itself: its name, one sentence in two languages, what it rests on."""

    file: str
    policy_id: str
    title_en: str
    title_ko: str
    source: str
    permits: bool


def schema_text() -> str:
    """Return the schema."""
    return _FOLDER.joinpath(_SCHEMA).read_text("utf-8")


def policy_texts() -> dict[str, str]:
    """Return the text of every file of policies by its name, in order."""
    found = sorted(each.name for each in _FOLDER.iterdir() if each.name.endswith(_ENDING))
    return {name.removesuffix(_ENDING): _FOLDER.joinpath(name).read_text("utf-8") for name in found}


def policy_wordings() -> tuple[PolicyWording, ...]:
    """Return the wording of every policy, file by file."""
    return tuple(
        wording for file, text in policy_texts().items() for wording in _wordings(file, text)
    )


def _wordings(file: str, text: str) -> Iterator[PolicyWording]:
    for annotations, effect in _POLICY.findall(text):
        said = dict(_ANNOTATION.findall(annotations))
        yield PolicyWording(
            file=file,
            policy_id=said["id"],
            title_en=said["title_en"],
            title_ko=said["title_ko"],
            source=said["source"],
            permits=effect == "permit",
        )
