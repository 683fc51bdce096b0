"""`quarantine list | show | judge`: batches whose number was known with other bytes.

In: nothing, or the beginning of a digest. Out: lines for people or JSON; a judgement in the log.
"""

import argparse

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines
from battery_passport.foundation.strict_json import JsonObject, JsonValue


def run(arguments: argparse.Namespace) -> int:
    """List, show or judge."""
    action = arguments.verb.split()[-1]
    request: JsonObject = {}
    if action != "list":
        request["batch"] = arguments.batch
    if action == "judge":
        request["judgement"] = arguments.judgement
    answer = call(f"quarantine-{action}", request)
    if arguments.json:
        print_json(answer)
    else:
        print_lines(*_LINES[action](answer))
    return 0


def _list(answer: JsonObject) -> list[str]:
    found = answer["batches"]
    batches = found if isinstance(found, list) else []
    if not batches:
        return ["The quarantine is empty."]
    return [_line(each) for each in batches]


def _line(each: JsonValue) -> str:
    if not isinstance(each, dict):
        return ""
    judged = each["judgement"] or "not judged"
    return (
        f"{str(each['digest'])[:16]}  {each['received_at']}  battery {each['battery']}"
        f"  device {each['device']}  number {each['sequence']}  {judged}"
    )


def _show(answer: JsonObject) -> list[str]:
    lines = [_line(answer), f"  came first: {answer['first_digest']}"]
    lines.append(f"  received {answer['first_received_at']}")
    for name, title in (("came_first", "the first"), ("put_aside", "this one")):
        contents = answer[name]
        if isinstance(contents, dict):
            lines.append(
                f"  {title}: collected {contents['collected_at']}, {contents['samples']} samples,"
                f" {contents['octets']} bytes"
            )
    differs = answer["differs_in"]
    names = ", ".join(str(each) for each in differs) if isinstance(differs, list) else ""
    return [*lines, f"  differs in: {names or 'nothing that can be compared'}"]


def _judge(answer: JsonObject) -> list[str]:
    return [f"Recorded: {answer['judgement']}; {answer['follows']}."]


_LINES = {"list": _list, "show": _show, "judge": _judge}
