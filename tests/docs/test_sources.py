"""Every law, standard or paper that the code names is registered."""

from pathlib import Path

import pytest

from tools.sources import (
    UnresolvedSource,
    python_files,
    read_register,
    references_of,
    resolve,
    stated_sources,
)

KEYS = ("RFC 956", "RFC 9562", "EU-2023-1542", "GS1 Digital Link")


def test_every_source_in_the_code_is_registered() -> None:
    register = read_register()
    problems = []
    for path in python_files(("src", "tools", "benchmarks")):
        try:
            references_of(path, register)
        except UnresolvedSource as error:
            problems.append(str(error))

    assert problems == []


def test_the_code_names_sources_at_all(repository: Path) -> None:
    found = references_of(
        repository / "src" / "battery_passport" / "foundation" / "uuid7.py", read_register()
    )

    assert [(reference.key, reference.clause) for reference in found] == [("RFC 9562", "§5.7")]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("RFC 9562 §5.7.", [("RFC 9562", "§5.7")]),
        ("EU-2023-1542 annex-vii", [("EU-2023-1542", "annex-vii")]),
        (
            "RFC 956 §1; GS1 Digital Link §2.3",
            [("RFC 956", "§1"), ("GS1 Digital Link", "§2.3")],
        ),
        ("EU-2023-1542 art-77; rounded", [("EU-2023-1542", "art-77; rounded")]),
        ("RFC 956 §1, RFC 9562 §2 and §3", [("RFC 956", "§1"), ("RFC 9562", "§2 and §3")]),
    ],
)
def test_a_statement_is_split_into_clauses(stated: str, expected: list[tuple[str, str]]) -> None:
    assert resolve(stated, KEYS) == expected


@pytest.mark.parametrize(
    "stated", ["common knowledge", "see RFC 9562", "RFC 95", "RFC 9562 §1, RFC 7000 §2", ""]
)
def test_a_statement_without_a_registered_key_is_refused(stated: str) -> None:
    with pytest.raises(UnresolvedSource):
        resolve(stated, KEYS)


def test_labels_are_found_in_docstrings_and_comments() -> None:
    text = '''
"""A module.

In: x. Out: y. Source: RFC 9562
§5.7 and more.
"""

# Source: EU-2023-1542 art-77
def f() -> None:
    """Return nothing. Source: GS1 Digital Link.

    Raises: nothing.
    """
'''
    assert list(stated_sources(text)) == [
        "RFC 9562 §5.7 and more.",
        "GS1 Digital Link.",
        "EU-2023-1542 art-77",
    ]


def test_registered_sources_say_what_they_are() -> None:
    for source in read_register().values():
        assert source.title
        assert source.publisher
