"""The intake as it would be if batches were decoded and range-checked before they are stored.

In: the environment of a home, a port. Out: `intake serve` with that one step more; measured beside
the platform's own, which decodes after the commit.
"""

import os
import sys
from dataclasses import replace
from datetime import datetime

from battery_passport.adapters.sql.evidence import ReceivedBatch
from battery_passport.assembly.collection import taking
from battery_passport.assembly.collection.worker import serve_intake
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.intake import received
from battery_passport.assembly.settings import load_settings
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.many import WORTH_COMPILING, BatchDecoder


def main() -> None:
    """Serve until told to end."""
    decoder = BatchDecoder()
    decoder.prepare_for(WORTH_COMPILING)

    def admit_and_decode(
        encoded: bytes, directory: DeviceDirectory, received_at: datetime
    ) -> ReceivedBatch:
        envelope = open_envelope(encoded)
        battery_id = directory.admit(envelope, received_at)
        decoder.decode(envelope)
        return received(envelope, battery_id, received_at)

    vars(taking)["admit_batch"] = admit_and_decode
    settings = replace(load_settings(os.environ), port=int(sys.argv[1]))
    serve_intake(settings, announce=lambda address: print(address, flush=True))


if __name__ == "__main__":
    main()
