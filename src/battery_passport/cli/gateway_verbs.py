"""The verbs of gateways: chargers over OCPP, cars over GB/T 32960.

In: nothing. Out: rows for the table of verbs: words, module, help, arguments.
"""

import argparse
from collections.abc import Callable

_COMMANDS = "battery_passport.cli.commands"
Arguments = Callable[[argparse.ArgumentParser], None]

OCPP_PORT, PROXY_PORT, GBT32960_PORT = 9000, 9001, 32960


def _nothing(_parser: argparse.ArgumentParser) -> None:
    pass


def _listen(parser: argparse.ArgumentParser, port: int) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=port, help=f"port (default {port}); 0 any")
    parser.add_argument("--tls-certificate", metavar="FILE", help="certificate chain, PEM")
    parser.add_argument("--tls-key", metavar="FILE", help="its private key, PEM")


def _ocpp_serve(parser: argparse.ArgumentParser) -> None:
    _listen(parser, OCPP_PORT)


def _ocpp_proxy(parser: argparse.ArgumentParser) -> None:
    _listen(parser, PROXY_PORT)
    parser.add_argument(
        "--upstream",
        required=True,
        metavar="URL",
        help="the operator's own central system, ws:// or wss://, without the charger's name",
    )


def _ocpp_site(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("site", metavar="SITE")
    parser.add_argument("--power-kw", type=float, metavar="KW", help="most power of a session")
    parser.add_argument("--soc-percent", type=float, metavar="N", help="highest charge allowed")
    parser.add_argument(
        "--known-only", action="store_true", help="only cards that are bound may charge"
    )
    parser.add_argument(
        "--operator", metavar="NAME", help="short name of the organisation that runs it"
    )


def _ocpp_charger(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("charger", metavar="ID", help="the charger's OCPP identity")


def _ocpp_charger_add(parser: argparse.ArgumentParser) -> None:
    _ocpp_charger(parser)
    parser.add_argument("--site", required=True, metavar="SITE", help="where it stands")
    parser.add_argument(
        "--supply", choices=("dc", "ac"), default="dc", help="what it gives (default dc)"
    )
    parser.add_argument(
        "--password-file", metavar="FILE", help="holds its password; else one is made and shown"
    )


def _names(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--token", metavar="TEXT", help="idTag or idToken of a card")
    which.add_argument("--vin", metavar="VIN", help="a car's number; kept as a keyed hash only")
    which.add_argument("--pack", metavar="CODE", help="the pack's own code")
    return which


def _ocpp_bind(parser: argparse.ArgumentParser) -> None:
    _names(parser).add_argument(
        "--session", type=int, metavar="N", help="one charging session (`ocpp status`)"
    )
    parser.add_argument("--battery", required=True, metavar="ID")


def _ocpp_unbind(parser: argparse.ArgumentParser) -> None:
    _names(parser)


def _ocpp_stop(parser: argparse.ArgumentParser) -> None:
    _ocpp_charger(parser)
    parser.add_argument("--transaction", metavar="ID", help="where several cars charge")


def _ocpp_limit(parser: argparse.ArgumentParser) -> None:
    _ocpp_stop(parser)
    parser.add_argument("--power-kw", type=float, required=True, metavar="KW", help="0 pauses")


def _gbt32960_serve(parser: argparse.ArgumentParser) -> None:
    _listen(parser, GBT32960_PORT)
    parser.add_argument(
        "--idle-s", type=float, default=300, metavar="S", help="hang up after so long a silence"
    )


def _gbt32960_platform(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("user", metavar="NAME", help="at most 12 characters")


def _gbt32960_platform_add(parser: argparse.ArgumentParser) -> None:
    _gbt32960_platform(parser)
    parser.add_argument(
        "--password-file", metavar="FILE", help="at most 20 characters; else one is made and shown"
    )


def _gbt32960_bind(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("vin", metavar="VIN", help="kept as a keyed hash only")
    parser.add_argument("--battery", required=True, metavar="ID")


GATEWAY_VERBS: tuple[tuple[tuple[str, ...], str, str, Arguments], ...] = (
    (
        ("ocpp", "serve"),
        f"{_COMMANDS}.gateways",
        "Be the central system of chargers.",
        _ocpp_serve,
    ),
    (
        ("ocpp", "proxy"),
        f"{_COMMANDS}.gateways",
        "Listen in between chargers and their own central system.",
        _ocpp_proxy,
    ),
    (("ocpp", "site"), f"{_COMMANDS}.charging", "Set a charging site's policy.", _ocpp_site),
    (
        ("ocpp", "charger", "add"),
        f"{_COMMANDS}.charging",
        "Enter a charger.",
        _ocpp_charger_add,
    ),
    (
        ("ocpp", "charger", "remove"),
        f"{_COMMANDS}.charging",
        "Let a charger in no more.",
        _ocpp_charger,
    ),
    (
        ("ocpp", "bind"),
        f"{_COMMANDS}.charging",
        "Say which battery a card, car, pack or session stands for.",
        _ocpp_bind,
    ),
    (("ocpp", "unbind"), f"{_COMMANDS}.charging", "End a binding.", _ocpp_unbind),
    (("ocpp", "stop"), f"{_COMMANDS}.charging", "Stop a charging session.", _ocpp_stop),
    (
        ("ocpp", "limit"),
        f"{_COMMANDS}.charging",
        "Let a session charge more slowly.",
        _ocpp_limit,
    ),
    (
        ("ocpp", "status"),
        f"{_COMMANDS}.charging",
        "Show gateways, chargers and sessions.",
        _nothing,
    ),
    (
        ("ocpp", "kept"),
        f"{_COMMANDS}.charging",
        "Show what has no battery yet, and what was refused.",
        _nothing,
    ),
    (
        ("gbt32960", "serve"),
        f"{_COMMANDS}.gateways",
        "Hear cars over GB/T 32960.",
        _gbt32960_serve,
    ),
    (
        ("gbt32960", "platform", "add"),
        f"{_COMMANDS}.charging",
        "Let another platform pass on what cars said.",
        _gbt32960_platform_add,
    ),
    (
        ("gbt32960", "platform", "remove"),
        f"{_COMMANDS}.charging",
        "Let a platform in no more.",
        _gbt32960_platform,
    ),
    (
        ("gbt32960", "status"),
        f"{_COMMANDS}.charging",
        "Show gateways, and what was refused.",
        _nothing,
    ),
    (
        ("gbt32960", "bind"),
        f"{_COMMANDS}.charging",
        "Say which battery a car stands for.",
        _gbt32960_bind,
    ),
)

GATEWAY_GROUPS = {
    "ocpp": "Chargers that speak OCPP.",
    "charger": "Chargers.",
    "platform": "Other platforms.",
    "gbt32960": "Cars that speak GB/T 32960.",
}
