"""`monitor`: audits this home, or follows another log by its address, until something is wrong.

In: the home, or an address and a trust file. Out: lines on stderr; exit code 1 and an alarm at the
first thing that does not hold.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from battery_passport.adapters.evm.anchor_events import AnchorEvents
from battery_passport.adapters.witness.client import LogClient
from battery_passport.assembly.calling import call
from battery_passport.assembly.logs import configure_logs
from battery_passport.assembly.monitoring.alarms import alarm_post, raise_alarm
from battery_passport.assembly.monitoring.log_monitor import LogMonitor
from battery_passport.assembly.settings import load_settings
from battery_passport.assembly.state_file import StateFile
from battery_passport.cli.commands.output import print_json, print_lines, read_file
from battery_passport.foundation.clock import SystemClock
from battery_passport.foundation.errors import InvalidInput, TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.trust import parse_trust

Look = Callable[[], tuple[JsonObject, bool]]
"""Gives how it stands, and whether a round has ended."""


def run(arguments: argparse.Namespace) -> int:
    """Look again and again; end at a finding, or after one round if that was asked for."""
    settings = load_settings(os.environ)
    configure_logs(settings.log_level)
    look, origin = _look_at(arguments)
    post = alarm_post(settings, SystemClock())
    while True:
        standing, ended = _patiently(look, once=arguments.once)
        if standing.get("finding") is not None:
            raise_alarm(str(standing["finding"]), origin=origin, post=post)
        finding = standing.get("finding")
        _tell(standing, as_json=arguments.json, last=finding is not None or arguments.once)
        if finding is not None:
            return 1
        if ended and arguments.once:
            return 0
        time.sleep(arguments.interval if ended else 0)


def _look_at(arguments: argparse.Namespace) -> tuple[Look, str]:
    if arguments.url is None:
        return _look_home, "of this home"
    if arguments.trust is None:
        raise InvalidInput("The log's trust file is missing.", remedy="Name it with --trust.")
    trust = parse_trust(read_file(arguments.trust))
    chain = None
    if arguments.chain is not None:
        chain = AnchorEvents(
            arguments.chain, contract=trust.chain.contract, origin=trust.log.origin
        )
    file = StateFile(Path(arguments.state or f"{trust.log.origin.replace('/', '-')}.monitor.json"))
    monitor = LogMonitor(LogClient(arguments.url.rstrip("/")), trust.log, file, chain)
    return (lambda: (monitor.look().as_json(), True)), trust.log.origin


def _look_home() -> tuple[JsonObject, bool]:
    standing = call("monitor", {"seconds": "5"})
    return standing, standing["checked"] == standing["size"]


def _patiently(look: Look, *, once: bool) -> tuple[JsonObject, bool]:
    """Look; somebody who does not answer now is asked again later, unless it was for once."""
    while True:
        try:
            return look()
        except TemporarilyUnavailable as error:
            if once:
                raise
            print(f"{error.code}: {error.message}", file=sys.stderr)
            time.sleep(10)


def _tell(standing: JsonObject, *, as_json: bool, last: bool) -> None:
    if as_json:
        if last:
            print_json(standing)
        return
    size = standing.get("size")
    if standing.get("finding") is not None:
        print_lines("NOT INTACT.", f"  {standing['finding']}")
    elif last:
        print_lines(f"INTACT: {size} entries.")
    else:
        print(f"{standing.get('checked', size)} of {size} entries checked", file=sys.stderr)
