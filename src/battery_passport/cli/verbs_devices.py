"""Verbs of collection devices and of the MQTT broker: rows for the table in `verbs`.

In: nothing. Out: words, module, help and arguments of each.
"""

import argparse
from collections.abc import Callable

_OPERATOR = "battery_passport.cli.commands.device"
_AGENT = "battery_passport.cli.commands.device_agent"
_MQTT = "battery_passport.cli.commands.mqtt"
_REASONS = ("lost", "stolen", "implausible", "maintenance", "other")

Row = tuple[tuple[str, ...], str, str, Callable[[argparse.ArgumentParser], None]]


def _svg(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--svg", metavar="FILE", help="write the QR code there, do not show it")


def _code(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--battery", required=True, metavar="ID")
    parser.add_argument("--hours", type=float, metavar="N", help="how long it may be used (24)")
    _svg(parser)


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--search", metavar="TEXT", help="part of an id, alias or serial")


def _device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device", metavar="DEVICE", help="its id (`device list`)")


def _suspend(parser: argparse.ArgumentParser) -> None:
    _device(parser)
    parser.add_argument("--reason", choices=_REASONS, default="other")


def _move(parser: argparse.ArgumentParser) -> None:
    _device(parser)
    parser.add_argument("--battery", required=True, metavar="ID", help="the battery it goes to")


def _replace(parser: argparse.ArgumentParser) -> None:
    _device(parser)
    _svg(parser)


def _retire(parser: argparse.ArgumentParser) -> None:
    _device(parser)
    parser.add_argument(
        "--compromised", action="store_true", help="its key is in wrong hands: take nothing more"
    )


def _folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder", default="device", metavar="DIR", help="the device's own folder (device)"
    )


def _enrol(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", help="the one-time code, or the QR code's link")
    parser.add_argument("--server", metavar="ADDRESS", help="the platform, as http://host:port")
    _folder(parser)


def _run(parser: argparse.ArgumentParser) -> None:
    _folder(parser)
    parser.add_argument("--transport", choices=("http", "mqtt"), default="http")
    parser.add_argument(
        "--protocol",
        choices=("json", "hyundai-uds"),
        default="json",
        help="what a line is: a sample as JSON, or text of an ELM327 adapter or candump",
    )
    parser.add_argument("--follow", metavar="FILE", help="read samples there; else from the input")
    parser.add_argument("--samples", type=int, default=60, metavar="N", help="samples a batch (60)")
    parser.add_argument(
        "--age", type=float, default=60, metavar="S", help="seconds until a batch ends anyhow (60)"
    )
    parser.add_argument(
        "--drain", type=float, default=30, metavar="S", help="seconds to deliver at the end (30)"
    )
    parser.add_argument("--mqtt-authority", metavar="FILE", help="who vouches for the broker")


def _out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", required=True, metavar="DIR", help="folder of the broker's files")


def _nothing(_parser: argparse.ArgumentParser) -> None:
    pass


DEVICE_ROWS: tuple[Row, ...] = (
    (("device", "code"), _OPERATOR, "Make a one-time code that enrols a device.", _code),
    (("device", "list"), _OPERATOR, "List collection devices.", _list),
    (("device", "suspend"), _OPERATOR, "Take nothing from a device for now.", _suspend),
    (("device", "lift"), _OPERATOR, "Take a suspended device's batches again.", _device),
    (("device", "move"), _OPERATOR, "Let a device send for another battery.", _move),
    (("device", "replace"), _OPERATOR, "Make a code for the device that follows.", _replace),
    (("device", "retire"), _OPERATOR, "Take a device out of service.", _retire),
    (("device", "enrol"), _AGENT, "Enrol this device with its one-time code.", _enrol),
    (("device", "run"), _AGENT, "Collect samples and deliver them as this device.", _run),
    (("device", "status"), _AGENT, "Show what waits on this device.", _folder),
    (("device", "rotate"), _AGENT, "Renew this device's key.", _folder),
    (("mqtt", "configure"), _MQTT, "Write the configuration of the MQTT broker.", _out),
    (("mqtt", "serve"), _MQTT, "Take in batches from the MQTT broker.", _nothing),
)
