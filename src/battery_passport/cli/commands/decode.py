"""`decode`: shows what recorded frames say, and stores nothing.

In: a text file and the protocol of its frames. Out: one compact JSON object per frame or response;
exit 1 if any was refused.
"""

import argparse
import json
from pathlib import Path

from battery_passport.assembly.recordings import decode_recording


def run(arguments: argparse.Namespace) -> int:
    """Decode and print as it goes."""
    refused = 0
    for document in decode_recording(Path(arguments.file), arguments.protocol):
        refused += "error" in document
        print(json.dumps(document, ensure_ascii=False, separators=(",", ":")))
    return 1 if refused else 0
