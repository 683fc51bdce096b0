"""`mqtt configure` and `mqtt serve`: the broker's files, and the process beside it.

In: settings and a folder. Out: mosquitto's files; or a process that runs until it is stopped.
"""

import argparse
import os
from pathlib import Path

from battery_passport.assembly.installation import opened_installation
from battery_passport.assembly.mqtt.broker_files import configure_broker
from battery_passport.assembly.mqtt.serving import serve_mqtt
from battery_passport.assembly.settings import load_settings
from battery_passport.cli.commands.output import print_json, print_lines


def run(arguments: argparse.Namespace) -> int:
    """Write the broker's files, or serve."""
    settings = load_settings(os.environ)
    if arguments.verb == "mqtt serve":
        serve_mqtt(settings, announce=_announce)
        return 0
    with opened_installation(settings) as installation:
        path = configure_broker(installation, Path(arguments.out))
    if arguments.json:
        print_json({"configuration": str(path)})
    else:
        print_lines(f"Written. Start the broker: mosquitto -c {path}")
    return 0


def _announce(address: str) -> None:
    print(f"Collecting over MQTT from {address}", flush=True)
