"""`sheet`: a battery's diagnostic sheet as a PDF.

In: a battery, a file to write, a language. Out: the file.
"""

import argparse
from base64 import b64decode

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines, write_file


def run(arguments: argparse.Namespace) -> int:
    """Have the sheet set in type, and write it."""
    answer = call("sheet", {"battery": arguments.battery, "language": arguments.language})
    pdf = b64decode(str(answer["pdf"]))
    write_file(arguments.pdf, pdf)
    if arguments.json:
        told = {name: value for name, value in answer.items() if name != "pdf"}
        print_json({**told, "file": arguments.pdf, "bytes": len(pdf)})
    else:
        print_lines(
            f"diagnostic sheet of {answer['battery']}: {arguments.pdf} ({len(pdf):,} bytes)"
        )
    return 0
