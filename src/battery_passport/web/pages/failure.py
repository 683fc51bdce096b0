"""The page of a failure: what happened and what to do now, never how the program failed.

In: a `Problem`. Out: the page's typed context.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar
from urllib.parse import quote

from battery_passport.web.language import Language, marked
from battery_passport.web.pages.layout import Shell
from battery_passport.web.problems import Problem
from battery_passport.web.refusals.saying import said


@dataclass(frozen=True, slots=True, kw_only=True)
class FailurePage:
    """The context of `failure.html`. The particulars are in the language of the page."""

    template: ClassVar[str] = "failure.html"
    shell: Shell
    status: int
    title: str
    advice: str
    detail: str
    next_step: str
    request_id: str
    way: str
    way_address: str


ADVICE: Mapping[int, str] = MappingProxyType(
    {
        400: marked("Compare every digit and letter with the label on the battery."),
        401: marked("This page is open only to people who have signed in."),
        403: marked(
            "You are signed in, but what you are here for does not include this. If you act for "
            "several organisations, choose another; or ask whoever looks after your organisation's "
            "members."
        ),
        404: marked("Compare the address with the label, or search on the start page."),
        503: marked("Please try again in a moment."),
        500: marked("The fault is on our side and has been recorded."),
    }
)


def _advice(problem: Problem) -> str:
    other = marked("Nothing was changed. Please go back and try again.")
    return ADVICE.get(problem.status, other)


def build_failure_page(
    problem: Problem, shell: Shell, request_id: str, *, sign_in_path: str = ""
) -> FailurePage:
    """Return the page; the request id lets the operator find what was logged."""
    way, address = marked("To the start page"), shell.link("/")
    detail, next_step = _particulars(problem, shell.language)
    if problem.status == 401 and sign_in_path:
        way, address = marked("Sign in"), _sign_in_address(sign_in_path, shell)
    return FailurePage(
        shell=shell,
        status=problem.status,
        title=shell.language.text(problem.title),
        advice=shell.language.text(_advice(problem)),
        detail=detail,
        next_step=next_step,
        request_id=request_id,
        way=shell.language.text(way),
        way_address=address,
    )


def _particulars(problem: Problem, language: Language) -> tuple[str, str]:
    """Return what exactly was refused and the next step, in the reader's language."""
    return ("", "") if problem.error is None else said(problem.error, language)


def _sign_in_address(path: str, shell: Shell) -> str:
    """Return the sign-in page's address, which leads back to this page afterwards."""
    link = shell.link(path)
    return f"{link}{'&' if '?' in link else '?'}next={quote(shell.path, safe='')}"
