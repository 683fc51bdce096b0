"""Every page there is: its route, who reads it here, and the address it is looked at under.

In: nothing. Out: `PAGES`, one row for each page or state of a page, with `{names}` of examples that
`tools.demo_visits` fills; `NOT_PAGES`, the routes that answer programs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Page:
    """A page in one state; `steps` are (selector, value) to fill, or (selector, "") to press."""

    name: str
    route: str
    reader: str
    address: str
    title: str
    steps: tuple[tuple[str, str], ...] = ()
    status: int = 200


_PASSPORT = "/01/{gtin:str}/21/{serial:path}"
_BATTERY = "/01/{gtin:str}/21/{serial:str}"

PUBLIC = (
    Page("home", "/", ANYONE, "/", "Front page with search"),
    Page(
        "search",
        "/search",
        ANYONE,
        "/search?q=nothing-like-this",
        "Search that finds nothing",
        status=404,
    ),
    Page("passport", _PASSPORT, ANYONE, "/{battery}", "Passport, the public part"),
    Page("verify", "/verify", ANYONE, "/verify", "Check a proof file"),
    Page("developers", "/developers", ANYONE, "/developers", "For developers"),
    Page("nothing-here", "", ANYONE, "/nothing-here", "No such page", status=404),
    Page(
        "not-yours",
        "/desk/city",
        "owner",
        "/desk/city",
        "A page of somebody else's work",
        status=403,
    ),
)
ACCOUNTS = (
    Page("sign-in", "/sign-in", ANYONE, "/sign-in", "Sign in"),
    Page(
        "sign-in-wrong",
        "/sign-in",
        ANYONE,
        "/sign-in",
        "Sign in with a wrong password",
        (("#f-email", "nobody@demo.example"), ("#f-password", "wrong"), ("main form button", "")),
    ),
    Page("register", "/register", ANYONE, "/register", "Make an account"),
    Page(
        "register-sent",
        "/register",
        ANYONE,
        "/register",
        "Make an account: the letter is on its way",
        (
            ("#f-name", "Sample"),
            ("#f-email", "{fresh}@demo.example"),
            ("#f-password", "orange kettle 58 walks home"),
            ("main form button", ""),
        ),
    ),
    Page(
        "register-link",
        "/register/{token:str}",
        ANYONE,
        "{register}",
        "Make an account: name and password",
    ),
    Page("recover", "/recover", ANYONE, "/recover", "Forgotten password"),
    Page(
        "recover-link", "/recover/{token:str}", ANYONE, "{recover}", "Forgotten password: a new one"
    ),
    Page(
        "second-factor",
        "/second-factor",
        "administrator",
        "/second-factor",
        "Passkey of privileged people",
    ),
    Page("account", "/account", "owner", "/account", "My account"),
    Page("organisation", "/organisation", "inspector", "/organisation", "My organisation"),
    Page(
        "organisation-none",
        "/organisation",
        "owner",
        "/organisation",
        "My organisation: there is none",
    ),
    Page(
        "organisation-apply",
        "/organisation/apply",
        "owner",
        "/organisation/apply",
        "An organisation takes part",
    ),
    Page(
        "invitation",
        "/invitation/{token:str}",
        ANYONE,
        "{invitation}",
        "Invitation of an organisation",
    ),
    Page(
        "approvals",
        "/approvals",
        "administrator",
        "/approvals",
        "Organisations that want to take part",
    ),
    Page(
        "approvals-suspend",
        "/approvals/suspend",
        "administrator",
        "{suspended}",
        "Suspend an organisation",
    ),
)
OWNERS = (
    Page("my", "/my", "owner", "/my", "My battery"),
    Page("my-empty", "/my", "trader", "/my", "My battery: none yet"),
    Page("my-claim", "/my/claim", "owner", "/my/claim", "Claim a battery"),
    Page("my-hand-over", "/my/hand-over", "owner", "/my/hand-over", "Hand a battery over"),
    Page("my-share", "/my/share", "owner", "/my/share", "Share with a buyer"),
    Page(
        "my-share-link",
        "/my/share",
        "owner",
        "/my/share",
        "Share with a buyer: the link",
        (("button.primary", ""),),
    ),
    Page("my-grants", "/my/grants", "owner", "/my/grants", "Links given"),
    Page("my-grants-empty", "/my/grants", "trader", "/my/grants", "Links given: none yet"),
    Page("my-consents", "/my/consents", "owner", "/my/consents", "Consents"),
    Page("my-looks", "/my/looks", "owner", "/my/looks", "Who looked"),
    Page("my-data", "/my/data", "owner", "/my/data", "My data, and leaving"),
    Page("my-key", "/my/key", "owner", "/my/key", "Key of one's own for the ledger"),
    Page("shared", "/shared", "buyer", "/shared", "What a buyer was shown"),
    Page("shared-nothing", "/shared", ANYONE, "/shared", "A link that is over", status=404),
    Page("claim-codes", "/claim-codes", "administrator", "/claim-codes", "Claim codes for dealers"),
)
READERS = (
    Page("passport-owner", _PASSPORT, "owner", "/{battery}", "Passport, as its owner reads it"),
    Page(
        "passport-reader",
        _PASSPORT,
        "inspector",
        "/{battery}",
        "Passport, with a legitimate interest",
    ),
    Page(
        "passport-authority",
        _PASSPORT,
        "authority",
        "/{battery}",
        "Passport, as an authority reads it",
    ),
    Page(
        "preview",
        "/preview" + _PASSPORT,
        "administrator",
        "/preview/{battery}",
        "Who sees what of a passport",
    ),
    Page("obligations", "/obligations", "manufacturer", "/obligations", "What is owed"),
    Page(
        "obligations-model",
        "/obligations/models/{model_id:uuid}",
        "manufacturer",
        "{model}",
        "What is owed for a model",
    ),
    Page(
        "obligations-battery",
        "/obligations" + _PASSPORT,
        "manufacturer",
        "/obligations/{battery}",
        "What is owed for a battery",
    ),
    Page("consignment", "/consignment", "customs", "/consignment", "Check a consignment"),
    Page(
        "consignment-checked",
        "/consignment",
        "customs",
        "/consignment",
        "Check a consignment: the answers",
        (("textarea", "{name}"), ("main form button.primary", "")),
    ),
)


def _desk(place: str, reader: str, *entries: tuple[str, str]) -> tuple[Page, ...]:
    return tuple(
        Page(
            "-".join(filter(None, ("desk", place, path.replace("/", "-")))),
            f"/desk/{place}" + (f"/{path}" if path else ""),
            reader,
            f"/desk/{place}" + (f"/{path}" if path else ""),
            title,
        )
        for path, title in entries
    )


def _of_battery(place: str, reader: str, *entries: tuple[str, ...]) -> tuple[Page, ...]:
    """Return pages below a battery; the last part of their path is their name."""
    return tuple(
        Page(
            "-".join(filter(None, ("desk", place, "battery", path.replace("/", "-")))),
            f"/desk/{place}{_BATTERY}" + (f"/{path}" if path else ""),
            reader,
            "".join((f"/desk/{place}/{{battery}}", f"/{path}" if path else "", *query)),
            title,
        )
        for path, title, *query in entries
    )


def _work(place: str, reader: str, kind: str, title: str) -> tuple[Page, ...]:
    """Return the three pages of a record: form, looking it over, throwing the draft away."""
    return _of_battery(
        place,
        reader,
        (kind, title),
        (f"{kind}/sign", f"{title}: look it over", f"?draft={{{place}-{kind}}}"),
        (f"{kind}/discard", f"{title}: throw the draft away", f"?draft={{{place}-{kind}}}"),
    )


DESKS = (
    Page("desk", "/desk", "administrator", "/desk", "Where to work today"),
    *_desk(
        "city",
        "officer",
        ("", "City: overview"),
        ("matters", "City: open matters"),
        ("report", "City: report of the month"),
        ("acts", "City: privileged acts"),
    ),
    *_desk(
        "inspection",
        "inspector",
        ("", "Inspection: today"),
        ("queue", "Inspection: batteries due"),
        ("signed", "Inspection: signed inspections"),
    ),
    *_of_battery("inspection", "inspector", ("", "Inspection: a battery")),
    *_work("inspection", "inspector", "inspection", "Inspection: measure nine items"),
    Page(
        "desk-inspection-faulty",
        f"/desk/inspection{_BATTERY}/inspection",
        "inspector",
        "/desk/inspection/{battery}/inspection",
        "Inspection: what is missing",
        (('[value="check"]', ""),),
    ),
    *_desk(
        "manufacture",
        "manufacturer",
        ("", "Maker: overview"),
        ("batteries", "Maker: batteries"),
        ("owed", "Maker: what is owed"),
        ("models", "Maker: models"),
        ("recalls", "Maker: recalls"),
    ),
    *_of_battery(
        "manufacture",
        "manufacturer",
        ("", "Maker: a battery"),
        ("issue", "Maker: issue a passport"),
    ),
    Page(
        "desk-manufacture-battery-declare",
        f"/desk/manufacture{_BATTERY}/declare/{{number:int}}",
        "manufacturer",
        "/desk/manufacture/{battery}/declare/13",
        "Maker: fill what is owed",
    ),
    *_desk("site", "site", ("", "Site: charging places and car parks")),
    *_desk("dismantling", "dismantler", ("", "Yard: intake"), ("recorded", "Yard: recorded here")),
    *_of_battery("dismantling", "dismantler", ("", "Yard: a pack")),
    *_work("dismantling", "dismantler", "removal", "Yard: record a removal"),
    *_work("dismantling", "dismantler", "waste", "Yard: record as waste battery"),
    *_desk(
        "recycling", "recycler", ("", "Recycling: intake"), ("recorded", "Recycling: recorded here")
    ),
    *_of_battery("recycling", "recycler", ("", "Recycling: a pack")),
    *_work("recycling", "recycler", "recycled", "Recycling: record masses, end the passport"),
    *_work("recycling", "recycler", "waste", "Recycling: record as waste battery"),
    *_desk("trade", "trader", ("", "Trade: lots"), ("proof", "Trade: check a proof file")),
    *_desk(
        "supervision",
        "authority",
        ("", "Supervision: check"),
        ("looks", "Supervision: own recent looks"),
    ),
    Page(
        "desk-supervision-checked",
        "/desk/supervision",
        "authority",
        "/desk/supervision?q={name}",
        "Supervision: the answer for one battery",
    ),
    *_of_battery("supervision", "authority", ("", "Supervision: a battery")),
    *_work("supervision", "authority", "suspend", "Supervision: suspend a passport"),
    *_work("supervision", "authority", "resume", "Supervision: let a passport be in force again"),
    *_desk("supervision", "customs", ("cases", "Customs: cases"), ("checks", "Customs: checks")),
    *_of_battery("supervision", "customs", ("check", "Customs: check a battery")),
    *_of_battery("supervision", "authority", ("case", "Supervision: open a case for customs")),
    Page(
        "desk-supervision-cases-close",
        "/desk/supervision/cases/{case_id:uuid}/close",
        "authority",
        "{close}",
        "Supervision: close a case",
    ),
    *_desk(
        "administration",
        "administrator",
        ("", "Administration: overview"),
        ("quarantine", "Administration: quarantine"),
        ("stuck", "Administration: stuck records"),
        ("audits", "Administration: audits"),
        ("passkeys", "Administration: lost passkeys"),
        ("preview", "Administration: who sees what"),
        ("acts", "Administration: privileged acts"),
    ),
)

PAGES: tuple[Page, ...] = (*PUBLIC, *ACCOUNTS, *OWNERS, *READERS, *DESKS)

NOT_PAGES: dict[str, str] = {
    "/v1/": "documented interface, answers JSON",
    "/log/": "tiles and checkpoints for programs",
    "/status/": "status lists for programs",
    "/static/": "files of pages",
    "/desk/administration/acts/{record_id:uuid}/proof": "file: the proof of an act",
    "/desk/city/acts/{record_id:uuid}/proof": "file: the proof of an act",
    "/favicon.ico": "picture",
    "/g/{token:str}": "leads a buyer to /shared",
    "/healthz": "for programs",
    "/home": "leads everybody to his own first page",
    "/metrics": "for programs",
    "/my/looks.csv": "file: who looked",
    "/openapi.json": "for programs",
    "/readyz": "for programs",
    "/verify/offline.html": "file: the checking page, which works from disk",
    "/shared/proof": "file: the proof a buyer keeps",
    "/sign-in/provider/return": "leads back from a sign-in elsewhere",
    "/sign-in/provider/{provider_id:str}": "leads to a sign-in elsewhere",
}


def unlisted(routes: Iterator[str]) -> list[str]:
    """Return the routes that are neither a listed page nor known to be none."""
    known = {page.route for page in PAGES}
    prefixes = tuple(each for each in NOT_PAGES if each.endswith("/"))
    return sorted(
        each
        for each in set(routes)
        if each not in known and each not in NOT_PAGES and not each.startswith(prefixes)
    )
