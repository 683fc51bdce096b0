"""`passport issue | revoke | show | export`: versions of a battery passport.

In: a battery and an audience. Out: what was issued and is still owed; what counts no more; what a
reader sees; the credential itself.
"""

import argparse
import json
import sys

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines, write_file
from battery_passport.foundation.strict_json import JsonObject


def run(arguments: argparse.Namespace) -> int:
    """Do the action, and print its answer."""
    return _ACTIONS[arguments.verb](arguments)


def _issue(arguments: argparse.Namespace) -> int:
    answer = call("passport-issue", {"battery": arguments.battery})
    if arguments.json:
        print_json(answer)
        return 0
    print_lines(
        f"passport of {answer['battery']}, version {answer['version']}, "
        f"issued {answer['issued_at']} by {answer['issuer']}",
        f"page: {answer['digital_link']}",
        *_owed_lines(answer),
    )
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    request: JsonObject = {
        "battery": arguments.battery,
        "reason": arguments.reason,
        "version": arguments.version,
    }
    answer = call("passport-revoke", request)
    if arguments.json:
        print_json(answer)
        return 0
    words = "is revoked" if answer["changed"] else "had no status to change, or was revoked before"
    print_lines(f"passport of {answer['battery']}, version {answer['version']}, {words}")
    return 0


def _owed_lines(answer: JsonObject) -> list[str]:
    missing = answer["missing"]
    if not isinstance(missing, list):
        return []
    owed = [
        f"  {point['number']} {point['name']}: owed by {point['owed_by']}, {point['due']}"
        for point in missing
        if isinstance(point, dict)
    ]
    return [f"{len(owed)} mandatory data points are missing:", *owed] if owed else []


def _show(arguments: argparse.Namespace) -> int:
    answer = call("passport-show", {"battery": arguments.battery, "audience": arguments.audience})
    if arguments.json:
        print_json(answer)
        return 0
    print_lines(
        f"passport of {answer['battery']}, version {answer['version']}, "
        f"as seen by: {answer['audience']}"
    )
    values = answer["values"]
    if isinstance(values, list):
        print_lines(*(_value_line(value) for value in values if isinstance(value, dict)))
    return 0


def _value_line(value: JsonObject) -> str:
    shown = value["value"]
    text = shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)
    return f"  {value['number']:>2} {value['name']}: {text} {value.get('unit') or ''}".rstrip()


def _export(arguments: argparse.Namespace) -> int:
    request: JsonObject = {
        "battery": arguments.battery,
        "audience": arguments.audience,
        "format": arguments.format,
    }
    answer = call("passport-export", request)
    content = str(answer["content"])
    if arguments.output is None:
        sys.stdout.write(content + "\n")
        return 0
    write_file(arguments.output, content.encode())
    if arguments.json:
        print_json({"file": arguments.output, "format": arguments.format})
    else:
        print_lines(f"{arguments.output}: {len(content)} bytes")
    return 0


_ACTIONS = {
    "passport issue": _issue,
    "passport revoke": _revoke,
    "passport show": _show,
    "passport export": _export,
}
