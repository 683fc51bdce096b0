"""`restore`: makes an installation from a backup, in an empty home, and audits it.

In: a backup and its passphrase; the newest checkpoint that others hold. Out: an audited home.
"""

import argparse
import os
from pathlib import Path

from battery_passport.assembly.operations.backup import Restore, restore
from battery_passport.assembly.settings import load_settings
from battery_passport.cli.commands.output import print_json, print_lines, read_file
from battery_passport.cli.commands.passphrase import asked_passphrase


def run(arguments: argparse.Namespace) -> int:
    """Restore, and say what was found."""
    published, chain = arguments.published_checkpoint, arguments.chain
    asked = Restore(
        file=Path(arguments.file),
        passphrase=asked_passphrase(arguments, twice=False),
        published_checkpoint=read_file(published) if published else None,
        chain_folder=Path(chain) if chain else None,
    )
    answer = restore(load_settings(os.environ), asked)
    if arguments.json:
        print_json(answer)
        return 0
    audit, log = answer["audit"], answer["log"]
    lines = audit.get("lines") if isinstance(audit, dict) else None
    print_lines(*(str(line) for line in lines or () if isinstance(lines, list)))
    if isinstance(log, dict):
        print_lines(*_told(log))
    return 0


def _told(log: dict[str, object]) -> list[str]:
    if not log["new"]:
        return [f"The log goes on as {log['origin']}."]
    return [
        f"A new log was opened: {log['origin']}.",
        "Its first new record names the old log. Hand out a new trust file (`trust export`);",
        "proofs made before are checked with the old one.",
    ]
