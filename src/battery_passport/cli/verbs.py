"""The table of verbs: words, help, arguments and the module that runs each.

In: nothing. Out: an argument parser that imports no verb's module.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from battery_passport.cli.evidence_verbs import EVIDENCE_GROUPS, EVIDENCE_ROWS
from battery_passport.cli.gateway_verbs import GATEWAY_GROUPS, GATEWAY_VERBS
from battery_passport.cli.verbs_city import CITY_ROWS
from battery_passport.cli.verbs_collection import COLLECTION_GROUPS, COLLECTION_ROWS
from battery_passport.cli.verbs_curves import CURVE_ROWS
from battery_passport.cli.verbs_devices import DEVICE_ROWS
from battery_passport.cli.verbs_fleet import FLEET_GROUPS, FLEET_ROWS
from battery_passport.cli.verbs_inspection import INSPECTION_GROUPS, INSPECTION_ROWS
from battery_passport.cli.verbs_quality import QUALITY_ROWS

_COMMANDS = "battery_passport.cli.commands"
REVOCATIONS = ("issued-in-error", "wrong-data", "key-compromised", "withdrawn")
AUDIENCES = ("public", "legitimate-interest", "authority")
PROTOCOLS = ("hyundai-uds", "gbt32960")
EVALUATIONS = ("pack-capacity", "retired-cells", "cycle-life", "faults")


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: `words` as typed, `module` whose `run(arguments)` does it."""

    words: tuple[str, ...]
    module: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="battery-passport",
        description="Battery passports whose every figure can be recomputed and checked offline.",
        epilog="Exit codes: 0 done; 1 the answer is no; 2 unusable input; 3 try again later.",
    )
    groups: dict[tuple[str, ...], argparse._SubParsersAction[argparse.ArgumentParser]] = {
        (): parser.add_subparsers(metavar="VERB", required=True)
    }
    for verb in VERBS:
        *leading, last = verb.words
        group = _group(groups, tuple(leading))
        leaf = group.add_parser(last, help=verb.help, description=verb.help)
        leaf.add_argument("--json", action="store_true", help="print JSON only")
        verb.arguments(leaf)
        leaf.set_defaults(module=verb.module, verb=" ".join(verb.words))
    return parser


def _group(
    groups: dict[tuple[str, ...], "argparse._SubParsersAction[argparse.ArgumentParser]"],
    words: tuple[str, ...],
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    if words not in groups:
        named = _group(groups, words[:-1]).add_parser(words[-1], help=GROUP_HELP[words[-1]])
        groups[words] = named.add_subparsers(metavar="ACTION", required=True)
    return groups[words]


def _nothing(_parser: argparse.ArgumentParser) -> None:
    pass


def _rating(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="NAME", help="a registered battery model")
    parser.add_argument("--rated-capacity-ah", type=float, metavar="AH")
    parser.add_argument("--cells-in-series", type=int, metavar="N")
    parser.add_argument("--chemistry", metavar="NAME", help="NMC (or NCM), LFP, LMO or NCA")


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="port to listen on; 0 takes a free one")


def _demo(parser: argparse.ArgumentParser) -> None:
    _serve(parser)
    parser.add_argument("--vehicles", type=int, default=30, help="cars of the city (default 30)")
    parser.add_argument("--days", type=int, default=90, help="days of past charges (default 90)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same city (default 1)")
    parser.add_argument(
        "--no-live", action="store_true", help="seed, then let the city stand still"
    )


def _model_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a model file (docs/reference/model-file.md)")


def _battery_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("battery", metavar="ID")
    _rating(parser)


def _device_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--public-key", required=True, metavar="HEX", help="Ed25519, 64 digits")
    parser.add_argument("--battery", required=True, metavar="ID")


def _event_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("battery", metavar="ID")
    parser.add_argument("type", metavar="TYPE", help="see docs/reference/lifecycle-events.md")
    parser.add_argument("--at", metavar="TIME", help="when it happened (default now)")
    parser.add_argument("--by", metavar="ORGANISATION", help="who says so (default organisation)")
    parser.add_argument(
        "--set",
        dest="values",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a member of the event; numbers and true/false are read as such",
    )


def _ingest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="Parquet, CSV or recorded frames")
    parser.add_argument("--battery", required=True, metavar="ID")
    parser.add_argument(
        "--mapping",
        required=True,
        metavar="NAME|FILE",
        help="how the files are read; hyundai-uds or gbt32960 for recorded frames",
    )
    _rating(parser)


def _decode(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a recording: text, one frame a line")
    parser.add_argument(
        "--protocol", choices=PROTOCOLS, required=True, help="how the frames are to be read"
    )


def _diagnose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("battery", metavar="ID")


def _passport_issue(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("battery", metavar="ID")


def _passport_revoke(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("battery", metavar="ID")
    parser.add_argument("--reason", choices=REVOCATIONS, required=True)
    parser.add_argument("--version", type=int, metavar="N", help="the newest if left out")


def _passport_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("battery", metavar="ID")
    parser.add_argument("--audience", choices=AUDIENCES, default="public")


def _passport_export(parser: argparse.ArgumentParser) -> None:
    _passport_show(parser)
    parser.add_argument("--format", choices=("sd-jwt", "json"), default="sd-jwt")
    parser.add_argument("-o", "--output", metavar="FILE")


def _output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", required=True, metavar="FILE")


def _bundle(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("battery", metavar="ID")
    _output(parser)
    parser.add_argument("--audience", choices=AUDIENCES, default="public")
    parser.add_argument(
        "--evidence", action="store_true", help="add the health statement and its signed batches"
    )


def _passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-file", metavar="FILE", help="holds the passphrase of the keys; else asked for"
    )


def _backup(parser: argparse.ArgumentParser) -> None:
    _output(parser)
    _passphrase(parser)
    parser.add_argument(
        "--insecure-keys", action="store_true", help="keep the keys in clear; for trials only"
    )
    parser.add_argument("--checkpoint", metavar="FILE", help="write the newest checkpoint there")


def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a backup")
    _passphrase(parser)
    parser.add_argument(
        "--published-checkpoint",
        metavar="FILE",
        help="the newest checkpoint that anybody holds; without it a new log is opened",
    )
    parser.add_argument(
        "--chain", metavar="FOLDER", help="chain journal that outlived the rest, if newer"
    )


def _admin_invite(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="E-MAIL", help="who is to administer the city")
    parser.add_argument("--city", required=True, metavar="NAME", help="short name, as in busan")
    parser.add_argument("--name", help="the city's own name, if it is new here")


def _admin_provider(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("organisation", metavar="ORGANISATION", help="its id")
    parser.add_argument("--issuer", required=True, metavar="ADDRESS")
    parser.add_argument("--client-id", required=True, metavar="TEXT")
    parser.add_argument("--client-secret-file", metavar="FILE")


def _keys_rotate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name",
        metavar="NAME",
        help="issuer, diagnostics, importer, gateway-ocpp, gateway-gbt32960, log, tokens, "
        "personal-data or sessions",
    )


def _keys_protect(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--new-passphrase-file", metavar="FILE", help="holds the new passphrase")
    which.add_argument("--new-key-file", metavar="FILE", help="32 random bytes or more")


def _ledger_approve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("request", metavar="WISH", help="its number (`ledger wishes`)")
    parser.add_argument("--member", metavar="ADDRESS", help="another member, if not our own")
    parser.add_argument("--signature", metavar="HEX", help="that member's, over the wish's digest")


def _signer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8100, help="port; 0 takes a free one")
    parser.add_argument(
        "--discard", metavar="NAME", help="destroy that key of a signer that stands still, and end"
    )


def _witness(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--init", metavar="NAME", help="begin, under that name, in an empty home")
    parser.add_argument("--log", metavar="VKEY", help="follow the log of that verifier key")
    parser.add_argument("--url", metavar="ADDRESS", help="read that log there, besides being asked")
    parser.add_argument("--port", type=int, help="port to listen on; 0 takes a free one")


def _monitor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", metavar="ADDRESS", help="follow the log there, not this home")
    parser.add_argument("--trust", metavar="FILE", help="that log's trust file")
    parser.add_argument("--chain", metavar="ADDRESS", help="a node of its chain, http://host:port")
    parser.add_argument("--state", metavar="FILE", help="where to keep how far it came")
    parser.add_argument("--once", action="store_true", help="end after one round")
    parser.add_argument(
        "--interval", type=float, default=60, metavar="S", help="seconds between rounds (60)"
    )


def _verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a proof bundle")
    parser.add_argument("--trust", metavar="FILE", help="whom you trust (`trust export`)")


def _evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", choices=EVALUATIONS, metavar="TASK", help=", ".join(EVALUATIONS))
    parser.add_argument("--train", required=True, metavar="DIR", help="folder to learn from")
    parser.add_argument(
        "--test",
        required=True,
        metavar="DIR",
        help="folder to score; the same folder: each vehicle or cell by the others",
    )
    parser.add_argument("--seed", type=int, default=1, help="same seed, same windows (default 1)")


VERBS: tuple[Verb, ...] = (
    Verb(("serve",), f"{_COMMANDS}.serve", "Run the platform.", _serve),
    Verb(("demo",), f"{_COMMANDS}.demo", "Run the platform with a made-up city.", _demo),
    Verb(("model", "add"), f"{_COMMANDS}.registry", "Register a battery model.", _model_add),
    Verb(("battery", "add"), f"{_COMMANDS}.registry", "Register a battery.", _battery_add),
    Verb(("device", "add"), f"{_COMMANDS}.registry", "Register a collection device.", _device_add),
    *(Verb(*row) for row in DEVICE_ROWS),
    Verb(("event", "add"), f"{_COMMANDS}.registry", "Record a lifecycle event.", _event_add),
    Verb(("ingest",), f"{_COMMANDS}.ingest", "Take in files of real measurements.", _ingest),
    Verb(
        ("decode",),
        f"{_COMMANDS}.decode",
        "Show what recorded frames say; stores nothing.",
        _decode,
    ),
    Verb(("diagnose",), f"{_COMMANDS}.diagnose", "Estimate a battery's health.", _diagnose),
    Verb(("passport", "issue"), f"{_COMMANDS}.passport", "Issue a new version.", _passport_issue),
    Verb(
        ("passport", "revoke"),
        f"{_COMMANDS}.passport",
        "Let a version count no more, for good.",
        _passport_revoke,
    ),
    Verb(("passport", "show"), f"{_COMMANDS}.passport", "Show what a reader sees.", _passport_show),
    Verb(
        ("passport", "export"), f"{_COMMANDS}.passport", "Write the credential.", _passport_export
    ),
    Verb(("trust", "export"), f"{_COMMANDS}.trust", "Write this installation's keys.", _output),
    Verb(("bundle",), f"{_COMMANDS}.bundle", "Write the offline proof of a passport.", _bundle),
    Verb(("verify",), f"{_COMMANDS}.verify", "Check a proof bundle offline.", _verify),
    Verb(("recompute",), f"{_COMMANDS}.recompute", "Rerun the figures of a bundle.", _verify),
    Verb(("evaluate",), f"{_COMMANDS}.evaluate", "Score methods on labelled data.", _evaluate),
    Verb(("admin", "invite"), f"{_COMMANDS}.admin", "Invite an administrator.", _admin_invite),
    Verb(
        ("admin", "provider"),
        f"{_COMMANDS}.admin",
        "Let an organisation's members sign in through its own provider.",
        _admin_provider,
    ),
    Verb(("monitor",), f"{_COMMANDS}.monitor", "Audit without end, and raise alarms.", _monitor),
    Verb(("audit",), f"{_COMMANDS}.audit", "Check every record against log and chain.", _nothing),
    Verb(("keys", "rotate"), f"{_COMMANDS}.keys", "Change a key.", _keys_rotate),
    Verb(
        ("keys", "protect"),
        f"{_COMMANDS}.keys_protect",
        "Let another passphrase or key file open the keystore.",
        _keys_protect,
    ),
    Verb(("ledger", "wishes"), f"{_COMMANDS}.ledger", "List lost keys to be judged.", _nothing),
    Verb(
        ("ledger", "approve"),
        f"{_COMMANDS}.ledger",
        "Approve another key in the place of a lost one.",
        _ledger_approve,
    ),
    Verb(("signer",), f"{_COMMANDS}.signer", "Keep keys on a machine of their own.", _signer),
    Verb(("witness",), f"{_COMMANDS}.witness", "Cosign the logs of others.", _witness),
    *(Verb(*row) for row in GATEWAY_VERBS),
    *(Verb(*row) for row in COLLECTION_ROWS),
    *(Verb(*row) for row in EVIDENCE_ROWS),
    *(Verb(*row) for row in QUALITY_ROWS),
    *(Verb(*row) for row in INSPECTION_ROWS),
    *(Verb(*row) for row in CITY_ROWS),
    *(Verb(*row) for row in FLEET_ROWS),
    *(Verb(*row) for row in CURVE_ROWS),
    Verb(("backup",), f"{_COMMANDS}.backup", "Keep everything in one file.", _backup),
    Verb(("restore",), f"{_COMMANDS}.restore", "Make an installation from a backup.", _restore),
)

GROUP_HELP = (
    GATEWAY_GROUPS
    | EVIDENCE_GROUPS
    | COLLECTION_GROUPS
    | FLEET_GROUPS
    | INSPECTION_GROUPS
    | {
        "keys": "The installation's own keys.",
        "ledger": "Batteries on the ledger.",
        "admin": "Administrators and organisations' sign-in.",
        "model": "Battery models.",
        "battery": "Batteries.",
        "device": "Collection devices.",
        "mqtt": "Collection over MQTT.",
        "event": "Lifecycle events.",
        "passport": "Passport versions.",
        "trust": "Trust anchors.",
    }
)
