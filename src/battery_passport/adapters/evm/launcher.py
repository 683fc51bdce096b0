"""Turns into another program that dies with its parent. Run as a script of its own.

In: the parent's process id, the program and its arguments. Out: that program, or exit code 1.
"""

import ctypes
import os
import signal
import sys
from typing import NoReturn

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> NoReturn:
    """Become the program; exit with 1 if the parent is gone or the kernel refuses."""
    parent, program, *rest = arguments
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
            sys.exit(1)
    # The parent may have died before the kernel was told to watch it.
    if os.getppid() != int(parent):
        sys.exit(1)
    os.execv(program, [program, *rest])  # noqa: S606  # the purpose: no shell, our own program


if __name__ == "__main__":
    main(sys.argv[1:])
