"""`keys protect`: another passphrase or key file opens the keystore; the keys stay the same.

In: a file that holds the new passphrase, or the new key file. Out: when it was done.
"""

import argparse
import os

from battery_passport.assembly.operations.protecting import new_opener, protect_keystore
from battery_passport.assembly.settings import load_settings
from battery_passport.cli.commands.output import print_json, print_lines


def run(arguments: argparse.Namespace) -> int:
    """Change what opens the keystore, and say what is to be done next."""
    opener = new_opener(
        passphrase_file=arguments.new_passphrase_file, key_file=arguments.new_key_file
    )
    answer = protect_keystore(load_settings(os.environ), opener)
    if arguments.json:
        print_json(answer)
        return 0
    print_lines(
        f"From {answer['at']} on the new {answer['opened_by']} opens the keystore.",
        "Change the setting now: the next start needs it. Older backups are opened by the old one.",
    )
    return 0
