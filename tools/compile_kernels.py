"""Compiles the numerical kernels of the hot paths, so that no user waits for a compiler.

In: nothing. Out: machine code beside the modules, in their cache folders.
"""

import sys

from battery_passport.ledger.vector_hashing import LANES, VectorHashes


def main() -> int:
    """Return 0 once everything is compiled for this machine's processor."""
    VectorHashes().leaves([bytes(33)] * (4 * LANES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
