"""What documents say of folders, links and verbs is true."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

# These hold data, not code, and are described by the folder they lie in.
DESCRIBED_ABOVE = {"static", "templates", "locales", "versions", "__pycache__"}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")
DOCUMENT_PATH = re.compile(r"\bdocs/[\w/-]+\.md\b")
MAKE_VERB = re.compile(r"`make ([a-z-]+)[^`]*`|^(?:\$ )?make ([a-z-]+)", re.MULTILINE)


def documents(repository: Path) -> list[Path]:
    at_root = list(repository.glob("*.md"))
    return at_root + [
        path
        for folder in ("docs", "src", "tests", "tools", "benchmarks", "contracts", "deploy")
        for path in (repository / folder).rglob("*.md")
        if "node_modules" not in path.parts
    ]


def folders_with_code(root: Path) -> set[Path]:
    return {
        path.parent
        for pattern in ("*.py", "*.sol")
        for path in root.rglob(pattern)
        if not DESCRIBED_ABOVE & set(path.parts)
    }


def test_every_folder_of_the_package_has_a_readme(repository: Path) -> None:
    package = repository / "src" / "battery_passport"
    folders = folders_with_code(package) - {package}

    assert len(folders) > 5
    assert sorted(str(f) for f in folders if not (f / "README.md").is_file()) == []


@pytest.mark.parametrize(
    "name", ["benchmarks", "contracts", "docs", "requirements", "standards", "tests", "tools"]
)
def test_every_folder_at_the_root_has_a_readme(repository: Path, name: str) -> None:
    if not (repository / name).is_dir():
        pytest.skip(f"there is no folder {name} yet")
    assert (repository / name / "README.md").is_file()


def test_readmes_are_short(repository: Path) -> None:
    package = repository / "src" / "battery_passport"
    lengths = {str(p): len(p.read_text("utf-8").splitlines()) for p in package.rglob("README.md")}

    assert {path: lines for path, lines in lengths.items() if not 3 <= lines <= 40} == {}


def test_relative_links_lead_somewhere(repository: Path) -> None:
    targets = [
        (document, unquote(next(filter(None, groups))).partition("#")[0])
        for document in documents(repository)
        for groups in LINK.findall(document.read_text("utf-8"))
    ]
    broken = [
        f"{document.relative_to(repository)}: {target}"
        for document, target in targets
        if target
        and "://" not in target
        and not target.startswith("mailto:")
        and not (document.parent / target).exists()
    ]

    assert broken == []


def test_documents_that_messages_send_people_to_exist(repository: Path) -> None:
    missing = {
        f"{path.relative_to(repository)}: {page}"
        for path in (repository / "src").rglob("*.py")
        for page in DOCUMENT_PATH.findall(path.read_text("utf-8"))
        if not (repository / page).is_file()
    }

    assert missing == set()


def test_make_verbs_in_documents_exist(repository: Path) -> None:
    makefile = (repository / "Makefile").read_text("utf-8")
    verbs = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        f"{document.relative_to(repository)}: {verb}"
        for document in documents(repository)
        for groups in MAKE_VERB.findall(document.read_text("utf-8"))
        for verb in filter(None, groups)
        if verb not in verbs
    }

    assert named == set()


def test_make_help_lists_the_verbs_people_need(repository: Path) -> None:
    makefile = (repository / "Makefile").read_text("utf-8")
    helped = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))

    assert {"setup", "run", "test", "check", "fix", "bench", "contracts", "docs"} <= helped
