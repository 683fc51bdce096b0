"""What every endpoint here starts and ends with: who asks, in which language, and a finished page.

In: a request. Out: a shell, a session, a browser; pages and redirects that no cache keeps.
"""

from collections.abc import Mapping
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from battery_passport.access.desk import Desk
from battery_passport.access.errors import UnusableApplication
from battery_passport.access.people.passkeys import Answer, Browser, spend_challenge
from battery_passport.access.people.session_rules import browser_label
from battery_passport.access.people.sessions import SignedIn, find_session
from battery_passport.access.policy.errors import SignInNeeded
from battery_passport.access.records.people import ChallengeUse
from battery_passport.web.account.ports import AccountServices, Transactions
from battery_passport.web.forms import browser_secret, form_of
from battery_passport.web.language import LANGUAGE_NAMES, load_language, preferred_language
from battery_passport.web.pages.layout import Shell
from battery_passport.web.rendering import Page, render
from battery_passport.web.session import visitor_of

NEVER_KEPT = {
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language",
    # With `no-referrer` browsers would hide from us where a form came from, and we refuse those.
    "Referrer-Policy": "same-origin",
}
MAX_NEXT = 500


def shell_of(request: Request, services: AccountServices) -> Shell:
    """Return the frame of a page: the language chosen by hand, the person's, or the browser's."""
    chosen = request.query_params.get("lang", "")
    by_hand = chosen in LANGUAGE_NAMES
    visitor = visitor_of(request)
    usual = preferred_language(request.headers.get("accept-language", ""))
    code = chosen if by_hand else (visitor.language if visitor else usual)
    return Shell(
        language=load_language(code if code in LANGUAGE_NAMES else usual),
        chosen_by_hand=by_hand,
        path=request.url.path,
        query=tuple(
            (name, value[:MAX_NEXT])
            for name, value in request.query_params.multi_items()
            if name == "next"
        ),
        software_version=services.software_version,
    )


def answer(
    page: Page,
    services: AccountServices,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a page that only its reader gets."""
    return Response(
        render(page, services.assets),
        status_code=status,
        media_type="text/html",
        headers={**NEVER_KEPT, "Content-Language": page.shell.language.code, **(headers or {})},
    )


def lead_to(shell: Shell, path: str, **query: str) -> Response:
    """Return the way to another page after a form was taken in."""
    if shell.chosen_by_hand:
        query["lang"] = shell.language.code
    joint = "&" if "?" in path else "?"
    address = f"{path}{joint}{urlencode(query)}" if query else path
    return RedirectResponse(address, status_code=303, headers=NEVER_KEPT)


def signed_in(desk: Desk, request: Request) -> SignedIn:
    """Return the session of this request, as it stands in this transaction.

    Raises: SignInNeeded.
    """
    found = find_session(desk, request.scope["state"].get("session_token", ""))
    if found is None:
        raise SignInNeeded("Nobody has signed in.")
    return found


def browser_of(request: Request) -> Browser:
    """Return the browser that asks: its secret, the origin of its page, its name."""
    return Browser(
        secret=browser_secret(request),
        origin=request.headers.get("origin", ""),
        label=browser_label(request.headers.get("user-agent", "")[:500]),
    )


def answer_given(request: Request, transactions: Transactions, use: ChallengeUse) -> Answer:
    """Return an authenticator's answer; its challenge is used up by now, whatever comes of it."""
    text, browser = form_of(request)["answer"], browser_of(request)
    with transactions.transaction() as desk:
        spent = spend_challenge(desk, use, text, browser=browser.secret)
    return Answer(text=text, browser=browser, spent=spent)


def source_of(request: Request) -> str:
    """Return the network that a request comes from, for counting only."""
    host = request.client.host if request.client else ""
    # One household usually has a whole /64 of IPv6.
    return ":".join(host.split(":")[:4]) if ":" in host else host


def safe_next(wanted: str, otherwise: str) -> str:
    """Return where to go on to: a path of ours, never another site."""
    plain = len(wanted) <= MAX_NEXT and wanted.isascii() and wanted.isprintable()
    if not plain or not wanted.startswith("/") or wanted[1:2] in ("/", "\\"):
        return otherwise
    return quote(wanted, safe="/?=&%:.~+,;@!$'()*-_")


def uuid_in(text: str) -> UUID:
    """Return the id that a form names. Raises: UnusableApplication."""
    try:
        return UUID(text)
    except ValueError as error:
        raise UnusableApplication("The form names nothing that exists.") from error
