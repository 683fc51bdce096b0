"""Where a passphrase comes from: a file that was named, or the person at the terminal.

In: arguments. Out: a passphrase, or None where nobody can be asked.
"""

import argparse
import getpass
import sys

from battery_passport.cli.commands.output import read_file
from battery_passport.foundation.errors import InvalidInput


class PassphrasesDiffer(InvalidInput):
    """The two times it was typed, the passphrase was not the same."""

    code = "passphrases-differ"
    remedy = "Type it again, or keep it in a file and name that (--passphrase-file)."


def asked_passphrase(arguments: argparse.Namespace, *, twice: bool) -> str | None:
    """Return the passphrase; `twice` asks for it a second time. Raises: PassphrasesDiffer."""
    if arguments.passphrase_file:
        return read_file(arguments.passphrase_file).decode("utf-8").rstrip("\r\n")
    if not sys.stdin.isatty():
        return None
    passphrase = getpass.getpass("Passphrase of the backup: ")
    if twice and getpass.getpass("Once more: ") != passphrase:
        raise PassphrasesDiffer("The two passphrases differ.")
    return passphrase or None
