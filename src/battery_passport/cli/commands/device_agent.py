"""`device enrol`, `run`, `status`, `rotate`: the reference collection device.

In: a folder of its own, a one-time code, samples. Out: batches at the platform.
"""

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from battery_passport.assembly.agent.joining import enrol, rotate
from battery_passport.assembly.agent.running import RunningDevice, status_of
from battery_passport.assembly.agent.sources import JsonReader, lines_of_file, lines_of_input
from battery_passport.assembly.agent.state import held
from battery_passport.assembly.agent.uds_source import UdsReader
from battery_passport.cli.commands.output import note, print_json, print_lines
from battery_passport.device_agent.model import CutPolicy
from battery_passport.foundation.strict_json import JsonObject

STILL_WAITING = 3
UDS = "hyundai-uds"


def run(arguments: argparse.Namespace) -> int:
    """Work on the device of the folder."""
    folder = Path(arguments.folder)
    with held(folder):
        answer, code = _WORK[arguments.verb](folder, arguments)
    if arguments.json:
        print_json(answer)
    else:
        print_lines(*(f"{name.replace('_', ' ')}: {value}" for name, value in answer.items()))
    return code


def _enrol(folder: Path, arguments: argparse.Namespace) -> tuple[JsonObject, int]:
    state = enrol(folder, code=arguments.code, server=arguments.server)
    return {"device": state.device, "server": state.server, "mqtt": state.mqtt_url}, 0


def _rotate(folder: Path, _arguments: argparse.Namespace) -> tuple[JsonObject, int]:
    return {"device": rotate(folder).device, "key": "renewed"}, 0


def _status(folder: Path, _arguments: argparse.Namespace) -> tuple[JsonObject, int]:
    return status_of(folder), 0


def _run(folder: Path, arguments: argparse.Namespace) -> tuple[JsonObject, int]:
    policy = CutPolicy(samples=arguments.samples, age_s=arguments.age)
    device = RunningDevice(
        folder,
        transport=arguments.transport,
        policy=policy,
        authority=arguments.mqtt_authority,
        reader=UdsReader() if arguments.protocol == UDS else JsonReader(),
        tell=note,
    )
    signal.signal(signal.SIGTERM, lambda _number, _frame: device.end())
    follow = arguments.follow
    lines = lines_of_input(sys.stdin) if follow is None else lines_of_file(Path(follow))
    try:
        done = device.run(lines, drain_s=arguments.drain)
    finally:
        device.close()
    return done.as_json(), STILL_WAITING if done.waiting else 0


_WORK: MappingProxyType[str, Callable[[Path, argparse.Namespace], tuple[JsonObject, int]]] = (
    MappingProxyType(
        {
            "device enrol": _enrol,
            "device run": _run,
            "device status": _status,
            "device rotate": _rotate,
        }
    )
)
