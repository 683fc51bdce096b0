"""`ledger wishes` and `ledger approve`: a member of the consortium judges lost keys.

In: the number of a wish; another member's address and signature, if it is not our own. Out: how
many approvals there are.
"""

import argparse

from battery_passport.assembly.calling import call
from battery_passport.cli.commands.output import print_json, print_lines


def run(arguments: argparse.Namespace) -> int:
    """List what waits, or approve one."""
    if arguments.verb == "ledger wishes":
        answer = call("ledger-wishes", {})
    else:
        answer = call(
            "ledger-approve",
            {
                "request": arguments.request,
                "member": arguments.member,
                "signature": arguments.signature,
            },
        )
    if arguments.json:
        print_json(answer)
    elif "wishes" in answer:
        print_lines(*(_line(each) for each in _listed(answer["wishes"])))
    else:
        print_lines(f"Approved: {answer['approvals']} of {answer['needed']} that are needed.")
    return 0


def _listed(wishes: object) -> list[object]:
    return wishes if isinstance(wishes, list) else []


def _line(wish: object) -> str:
    if not isinstance(wish, dict):
        return ""
    return f"{wish['request']}  battery {wish['battery']}  approvals {wish['approvals']}"
