"""`backup`: writes everything of this installation that cannot be derived again into one file.

In: a file name and a passphrase. Out: the backup, and the newest checkpoint that others may hold.
"""

import argparse
import os
from pathlib import Path

from battery_passport.assembly.operations.backup import back_up
from battery_passport.assembly.settings import load_settings
from battery_passport.cli.commands.output import print_json, print_lines, write_file
from battery_passport.cli.commands.passphrase import asked_passphrase


def run(arguments: argparse.Namespace) -> int:
    """Back up, and say what was kept."""
    passphrase = None if arguments.insecure_keys else asked_passphrase(arguments, twice=True)
    answer = back_up(
        load_settings(os.environ),
        Path(arguments.output),
        passphrase=passphrase,
        insecure_keys=arguments.insecure_keys,
    )
    if arguments.checkpoint and answer["checkpoint"] is not None:
        write_file(arguments.checkpoint, str(answer["checkpoint"]).encode())
    if arguments.json:
        print_json(answer)
        return 0
    print_lines(
        f"{answer['file']}: {answer['rows']} rows, keys {answer['keys']}",
        "" if passphrase else "WARNING: whoever reads this file can sign in your name.",
        "Keep it on another machine, and its passphrase in another place.",
    )
    return 0
