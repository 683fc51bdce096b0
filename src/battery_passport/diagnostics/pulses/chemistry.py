"""Which chemistries a pulse can judge.

In: the material's name. Out: the reason to refuse it, if there is one.
"""

from collections.abc import Mapping

_REFUSED: Mapping[str, str] = {
    "LFP": (
        "The voltage of an LFP cell hardly changes between 10 and 90 % of its charge, so that a "
        "short pulse does not tell its health. Measure a full discharge."
    ),
}


def refusal(material: str) -> str | None:
    """Return why cells of this material are refused, None if they are not."""
    return _REFUSED.get(material.upper())
