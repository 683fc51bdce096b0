"""`make consortium`: five validators on this machine, the contracts, and the platform beside them.

In: the environment (BATTERY_PASSPORT_HOME, else var/consortium); what follows is given to `demo`.
Out: addresses on the screen; Ctrl-C ends everything.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

from battery_passport.adapters.evm.consortium.model import MEMBERS
from battery_passport.assembly.local_consortium import LocalConsortium, running_consortium
from battery_passport.assembly.settings import PREFIX, load_settings
from battery_passport.foundation.errors import BatteryPassportError
from tools.consortium_node import node_program
from tools.go_toolchain import NoGo

_STOP_S = 30
_HOME = f"{PREFIX}HOME"


def main(arguments: Sequence[str]) -> int:
    """Return 0 when it was told to end."""
    signal.signal(signal.SIGTERM, _end)
    environment = {_HOME: "var/consortium", **os.environ}
    try:
        settings = load_settings(environment)
        program = node_program()
        print("Starting five validators; the first time their keys and genesis are made.")
        with running_consortium(program, settings) as consortium:
            _introduce(consortium)
            return _serve({**environment, **consortium.settings()}, arguments)
    except (NoGo, BatteryPassportError) as error:
        print(f"consortium: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _introduce(consortium: LocalConsortium) -> None:
    names = {member.slug: member for member in MEMBERS}
    print(f"\nThe network {consortium.network.network} runs:")
    for slug, node in consortium.network.nodes.items():
        member = names.get(slug)
        name = f"{member.name_en} ({member.name_ko})" if member else slug
        print(f"  {name}: JSON-RPC {node.ethereum_url}, CometBFT {node.comet_url}")
    contracts = consortium.contracts
    print(f"Contracts: consortium {contracts.consortium}, anchors {contracts.anchors},")
    print(f"  registry {contracts.registry}")
    print(f"Logs and process ids lie under {consortium.network.folder}/<member>/")
    home = consortium.network.folder.parent
    print(f"For verbs in another terminal: export {_HOME}={home}\n", flush=True)


def _serve(environment: dict[str, str], arguments: Sequence[str]) -> int:
    """Run the platform until it ends, or until it is told to."""
    command = [sys.executable, "-m", "battery_passport", "demo", *arguments]
    process = subprocess.Popen(command, env=environment)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait(_STOP_S)
        return 0
    finally:
        if process.poll() is None:
            process.kill()


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
