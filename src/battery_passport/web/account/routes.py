"""Every route of accounts, organisations and machines, with the action it stands for.

In: `AccountServices`. Out: routes for the application.
"""

from starlette.routing import BaseRoute

from battery_passport.web.account.account import AccountPages
from battery_passport.web.account.applying import ApplyPages, ApprovalPages
from battery_passport.web.account.entry import EntryPages
from battery_passport.web.account.invitations import InvitationPages
from battery_passport.web.account.organisation import OrganisationPages
from battery_passport.web.account.outside_entry import OutsideEntryPages
from battery_passport.web.account.ports import AccountServices
from battery_passport.web.account.registering import RecoverPages, RegisterPages
from battery_passport.web.account.second_factor import SecondFactorPages
from battery_passport.web.account.suspending import SuspendPages
from battery_passport.web.account.tokens import token_routes
from battery_passport.web.authorization import SECOND_FACTOR_PATH, ActionRoute
from battery_passport.web.site import Site

_GET, _POST = ("GET",), ("POST",)


def routes(services: AccountServices, site: Site) -> list[BaseRoute]:
    """Return the routes of accounts and organisations; the site learns where passkeys are asked."""
    proof = SecondFactorPages(services)
    site.ask_passkey = proof.ask
    return [
        *_second_factor_routes(proof),
        *_entry_routes(services),
        *_way_back_routes(services),
        *_account_routes(services),
        *_organisation_routes(services),
        *_city_routes(services),
        *token_routes(services).routes,
    ]


def _entry_routes(services: AccountServices) -> list[ActionRoute]:
    entry, outside, act = EntryPages(services), OutsideEntryPages(services), "account.sign-in"
    return [
        ActionRoute("/sign-in", entry.form, methods=_GET, action=act),
        ActionRoute("/sign-in", entry.sign_in, methods=_POST, action=act),
        ActionRoute("/sign-in/passkey/options", outside.passkey_options, methods=_POST, action=act),
        ActionRoute("/sign-in/passkey", outside.passkey, methods=_POST, action=act),
        ActionRoute("/sign-in/provider/return", outside.come_back, methods=_GET, action=act),
        ActionRoute("/sign-in/provider/{provider_id:str}", outside.leave, methods=_GET, action=act),
        ActionRoute("/sign-out", entry.sign_out, methods=_POST, action="account.sign-out"),
    ]


def _second_factor_routes(pages: SecondFactorPages) -> list[ActionRoute]:
    path, act = SECOND_FACTOR_PATH, "account.change"
    posts = (("options", pages.options), ("answer", pages.answer), ("lost", pages.lost))
    return [
        ActionRoute(path, pages.show, methods=_GET, action="account.read"),
        *(ActionRoute(f"{path}/{end}", do, methods=_POST, action=act) for end, do in posts),
    ]


def _way_back_routes(services: AccountServices) -> list[ActionRoute]:
    new, back = RegisterPages(services), RecoverPages(services)
    register, recover = "account.register", "account.recover"
    return [
        ActionRoute("/register", new.form, methods=_GET, action=register),
        ActionRoute("/register", new.register, methods=_POST, action=register),
        ActionRoute("/register/{token:str}", new.link, methods=_GET, action=register),
        ActionRoute("/register/{token:str}", new.confirm, methods=_POST, action=register),
        ActionRoute("/recover", back.form, methods=_GET, action=recover),
        ActionRoute("/recover", back.ask, methods=_POST, action=recover),
        ActionRoute("/recover/{token:str}", back.link, methods=_GET, action=recover),
        ActionRoute("/recover/{token:str}", back.set, methods=_POST, action=recover),
    ]


def _account_routes(services: AccountServices) -> list[ActionRoute]:
    own, change = AccountPages(services), "account.change"
    posts = (
        ("/account/profile", own.save_profile),
        ("/account/password", own.save_password),
        ("/account/passkeys/options", own.passkey_options),
        ("/account/passkeys", own.add_passkey),
        ("/account/passkeys/remove", own.remove_passkey),
        ("/account/sessions/end", own.end_session),
        ("/account/sessions/end-all", own.end_everywhere),
    )
    return [
        ActionRoute("/account", own.show, methods=_GET, action="account.read"),
        ActionRoute("/account/acting", own.act_for, methods=_POST, action="organisation.switch"),
        *(ActionRoute(path, do, methods=_POST, action=change) for path, do in posts),
    ]


def _organisation_routes(services: AccountServices) -> list[ActionRoute]:
    office, asked = OrganisationPages(services), InvitationPages(services)
    # Whoever is invited may be new here; then accepting makes the account.
    joining = ("organisation.join", "account.register")
    seeing = ("organisation.read", "organisation.apply")
    posts = (
        ("/organisation/invite", office.invite, "organisation.invite"),
        ("/organisation/invitations/withdraw", office.withdraw, "organisation.invite"),
        ("/organisation/members", office.change_member, "organisation.roles"),
        ("/organisation/leave", office.leave, "organisation.leave"),
        ("/organisation/keys", office.issue_key, "api-key.issue"),
        ("/organisation/keys/revoke", office.revoke_key, "api-key.revoke"),
        ("/organisation/machines", office.register_client, "api-key.issue"),
        ("/organisation/machines/revoke", office.revoke_client, "api-key.revoke"),
    )
    return [
        ActionRoute("/organisation", office.show, methods=_GET, action=seeing),
        *(ActionRoute(path, do, methods=_POST, action=act) for path, do, act in posts),
        ActionRoute("/invitation/{token:str}", asked.show, methods=_GET, action=joining),
        ActionRoute("/invitation/{token:str}", asked.accept, methods=_POST, action=joining),
    ]


def _city_routes(services: AccountServices) -> list[ActionRoute]:
    new, city, end = ApplyPages(services), ApprovalPages(services), SuspendPages(services)
    apply, approve, suspend = "organisation.apply", "organisation.approve", "/approvals/suspend"
    return [
        ActionRoute("/organisation/apply", new.form, methods=_GET, action=apply),
        ActionRoute("/organisation/apply", new.apply, methods=_POST, action=apply),
        ActionRoute("/approvals", city.list, methods=_GET, action="organisation.list"),
        ActionRoute("/approvals", city.decide, methods=_POST, action=approve),
        ActionRoute(suspend, end.ask, methods=_GET, action="organisation.list"),
        ActionRoute(suspend, end.suspend, methods=_POST, action=approve),
    ]
