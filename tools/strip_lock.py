"""Takes every address out of an npm lock file; the hashes that are left say what is meant.

In: the path of a package-lock.json. Out: the same file without `resolved` and `funding`.
"""

import json
import sys
from pathlib import Path


def strip(path: Path) -> None:
    """Write the lock file again without addresses."""
    lock = json.loads(path.read_text(encoding="utf-8"))
    for entry in lock["packages"].values():
        entry.pop("resolved", None)
        entry.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    strip(Path(sys.argv[1]))
