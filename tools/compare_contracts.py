"""Tells whether the committed contract artefacts are what their Solidity sources compile to.

In: `contracts/build.mjs` and the artefacts it writes. Out: exit code 1 and the artefacts that a
fresh build would change; the files themselves are left as they were.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "contracts" / "build.mjs"
ARTEFACT_FOLDERS = (ROOT / "contracts", ROOT / "src" / "battery_passport" / "adapters")


def main() -> int:
    """Return 0 if a fresh build changes nothing."""
    if not BUILD.is_file():
        print("contracts: none in this checkout")
        return 0
    before = artefacts()
    try:
        subprocess.run([ROOT / ".venv" / "bin" / "node", BUILD], cwd=ROOT, check=True)
    finally:
        after = artefacts()
        put_back(before, after)
    changed = sorted(path for path in before | after if before.get(path) != after.get(path))
    for path in changed:
        print(f"{path.relative_to(ROOT)} is not what its source compiles to: run `make contracts`")
    return 1 if changed else 0


def artefacts() -> dict[Path, bytes]:
    """Return the bytes of every JSON file where a build may write."""
    return {
        path: path.read_bytes()
        for folder in ARTEFACT_FOLDERS
        for path in folder.rglob("*.json")
        if "node_modules" not in path.parts
    }


def put_back(before: dict[Path, bytes], after: dict[Path, bytes]) -> None:
    """Leave the files as they were before the build."""
    for path in after.keys() - before.keys():
        path.unlink()
    for path, content in before.items():
        if after.get(path) != content:
            path.write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
