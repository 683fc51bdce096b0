"""The entry point: reads the verb, imports its module alone, turns errors into exit codes.

In: the command line. Out: an exit code; what the verb prints.
"""

import importlib
import json
import sys
from collections.abc import Sequence

from battery_passport.cli.verbs import build_parser
from battery_passport.foundation.errors import (
    BatteryPassportError,
    TemporarilyUnavailable,
    VerificationFailed,
)

EXIT_DONE = 0
EXIT_NO = 1
EXIT_UNUSABLE = 2
EXIT_LATER = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Return the exit code of the command line's verb."""
    arguments = build_parser().parse_args(argv)
    try:
        # `verify` must not pay for what it does not use.
        command = importlib.import_module(arguments.module)
        code: int = command.run(arguments)
    except BatteryPassportError as error:
        _report(error, as_json=arguments.json)
        return exit_code(error)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return EXIT_LATER
    except BrokenPipeError:
        return EXIT_DONE
    return code


def exit_code(error: BatteryPassportError) -> int:
    """Return 1 for a no, 3 for "later", 2 for everything else."""
    if isinstance(error, VerificationFailed):
        return EXIT_NO
    return EXIT_LATER if isinstance(error, TemporarilyUnavailable) else EXIT_UNUSABLE


def _report(error: BatteryPassportError, *, as_json: bool) -> None:
    if as_json:
        document = {"code": error.code, "message": error.message, "next_step": error.next_step}
        print(json.dumps({"error": document}, ensure_ascii=False))
    print(f"{error.code}: {error.message}", file=sys.stderr)
    if error.next_step:
        print(f"  What to do: {error.next_step}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
