"""Writes the software bill of materials: what the platform is made of, from its lock files.

In: requirements/*.txt, package-lock.json, contracts. Out: build/sbom.cdx.json, the same bytes for
the same locks. It names versions, hashes and licences, and no address of where to get anything.
Source: CycloneDX 1.6.
"""

import base64
import hashlib
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "build" / "sbom.cdx.json"
LOCKS = ("development.txt", "bootstrap.txt", "node.txt")
REQUIRED, EXCLUDED, OPTIONAL = "required", "excluded", "optional"

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_NEEDED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
_NAMESPACE = uuid.UUID("5b1a4d52-8f2e-5c55-9a4e-0c6d5f1f2a77")

Component = dict[str, Any]


def build_sbom(root: Path = ROOT) -> dict[str, Any]:
    """Return the bill of materials."""
    project = _project(root)
    direct = {_name_of(each)[0] for each in project["dependencies"]}
    shipped = _closure(project["dependencies"])
    parts = [*_python(root, shipped), *_npm(root), *_contracts(root)]
    components = list(_unique(parts).values())
    application = _application(project)
    depends_on = [
        each["bom-ref"]
        for each in components
        if each["scope"] != EXCLUDED and (each["type"] == "file" or each["name"] in direct)
    ]
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": application,
            "properties": [{"name": "battery-passport:made-from", "value": "lock files"}],
        },
        "components": components,
        "dependencies": [{"ref": application["bom-ref"], "dependsOn": depends_on}],
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return {"serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, digest)}", **content}


def _project(root: Path) -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    version = re.search(
        r'__version__ = "([^"]+)"',
        (root / "src" / "battery_passport" / "__init__.py").read_text("utf-8"),
    )
    return {**project, "version": "0" if version is None else version[1]}


def _application(project: dict[str, Any]) -> Component:
    name, version = project["name"], project["version"]
    return {
        "type": "application",
        "bom-ref": f"pkg:pypi/{name}@{version}",
        "name": name,
        "version": version,
        "licenses": [{"expression": project["license"]}],
    }


def _python(root: Path, shipped: set[str]) -> Iterator[Component]:
    for lock in LOCKS:
        for name, version, hashes in _pinned((root / "requirements" / lock).read_text("utf-8")):
            known = _installed(name)
            yield {
                "type": "library",
                "bom-ref": f"pkg:pypi/{name}@{version}",
                "purl": f"pkg:pypi/{name}@{version}",
                "name": name,
                "version": version,
                "scope": REQUIRED if name in shipped else EXCLUDED,
                **_licence("" if known is None else known.get("License-Expression") or ""),
                "properties": [
                    {"name": "battery-passport:lock", "value": f"requirements/{lock}"},
                    *({"name": "battery-passport:file-sha256", "value": each} for each in hashes),
                ],
            }


def _pinned(text: str) -> Iterator[tuple[str, str, list[str]]]:
    for entry in text.replace("\\\n", " ").splitlines():
        found = _PINNED.match(entry)
        if found is not None:
            yield _normal(found[1]), found[2], _HASH.findall(entry)


def _npm(root: Path) -> Iterator[Component]:
    lock = json.loads((root / "package-lock.json").read_text("utf-8"))
    for path, entry in lock["packages"].items():
        name = path.rpartition("node_modules/")[2]
        if not name:
            continue
        purl = f"pkg:npm/{name.replace('@', '%40', 1)}@{entry['version']}"
        digest = base64.b64decode(entry["integrity"].partition("sha512-")[2]).hex()
        yield {
            "type": "library",
            "bom-ref": purl,
            "purl": purl,
            "name": name,
            "version": entry["version"],
            "scope": _npm_scope(entry),
            **_licence(entry.get("license", "")),
            "hashes": [{"alg": "SHA-512", "content": digest}],
            "properties": [{"name": "battery-passport:lock", "value": "package-lock.json"}],
        }


def _npm_scope(entry: dict[str, Any]) -> str:
    if entry.get("dev"):
        return EXCLUDED
    return OPTIONAL if entry.get("optional") else REQUIRED


def _contracts(root: Path) -> Iterator[Component]:
    sources = (root / "contracts" / "src").glob("*.sol")
    artefacts = (root / "src/battery_passport/adapters/evm/artefacts").glob("*.json")
    for path in sorted((*sources, *artefacts)):
        name = path.relative_to(root).as_posix()
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        yield {
            "type": "file",
            "bom-ref": f"file:{name}",
            "name": name,
            "scope": REQUIRED,
            "hashes": [{"alg": "SHA-256", "content": digest}],
        }


def _licence(expression: str) -> dict[str, Any]:
    return {"licenses": [{"expression": expression}]} if expression else {}


def _unique(parts: Iterable[Component]) -> dict[str, Component]:
    """Return the parts by name; one that several locks pin is what the first says."""
    found: dict[str, Component] = {}
    for part in parts:
        found.setdefault(part["bom-ref"], part)
    return found


def _closure(requirements: Iterable[str]) -> set[str]:
    """Return everything that runs beside the platform, as the installed packages tell it."""
    waiting = [_name_of(each) for each in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        known = _installed(name)
        for line in [] if known is None else known.get_all("Requires-Dist") or []:
            extra = _EXTRA.search(line)
            if extra is None or extra[1] in extras:
                waiting.append(_name_of(line))
    return {name for name, _extras in seen}


def _name_of(requirement: str) -> tuple[str, frozenset[str]]:
    found = _NEEDED.match(requirement)
    if found is None:
        raise ValueError(f"{requirement!r} is no requirement")
    extras = (each.strip() for each in (found[2] or "").split(",") if each.strip())
    return _normal(found[1]), frozenset(extras)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(name: str) -> Any:
    try:
        return metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None


def main() -> int:
    """Write the bill of materials, and say how much is in it."""
    bill = build_sbom()
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {OUTPUT.relative_to(ROOT)}: {len(bill['components'])} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())
