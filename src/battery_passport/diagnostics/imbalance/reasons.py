"""Why modules are not compared, in plain words.

In: what was declared and measured. Out: reasons with a code, parameters, a sentence.
"""

from battery_passport.diagnostics.model import NotDetermined

NO_MODULES = NotDetermined("no-modules", "The model declares no modules.", {})
TOO_FEW_RESTS = NotDetermined(
    "too-few-rests",
    "There are not yet two weeks with three rests each of which single cells are known.",
    {},
)
UNMEASURED_MODULES = NotDetermined(
    "unmeasured-modules", "The cells of some modules were not measured.", {}
)


def too_few_modules(modules: int, needed: int) -> NotDetermined:
    """Return the reason for packs in which no module can be told from the others."""
    return NotDetermined(
        "too-few-modules",
        f"The model declares {modules} modules; they are compared from {needed} on.",
        {"modules": modules, "needed": needed},
    )


def other_modules(declared: int, measured: int) -> NotDetermined:
    """Return the reason for a declaration that cannot be of the cells that were measured."""
    return NotDetermined(
        "other-modules",
        f"The model's modules hold {declared} cells, {measured} were measured.",
        {"declared": declared, "measured": measured},
    )
