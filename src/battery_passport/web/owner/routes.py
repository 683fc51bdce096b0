"""Every route of owners and link holders, with the action it stands for.

In: `OwnerServices`. Out: routes for the application.
"""

from battery_passport.web.authorization import ActionRoute
from battery_passport.web.owner.buyer import BuyerPages
from battery_passport.web.owner.claim import ClaimPages
from battery_passport.web.owner.code_desk import CodeDesk
from battery_passport.web.owner.consents import ConsentPages
from battery_passport.web.owner.grants import GrantPages
from battery_passport.web.owner.home import HomePages
from battery_passport.web.owner.looks import LookPages
from battery_passport.web.owner.my_data import DataPages
from battery_passport.web.owner.ports import OwnerServices
from battery_passport.web.owner.share import SharePages

_GET, _POST = ("GET",), ("POST",)


def routes(services: OwnerServices) -> list[ActionRoute]:
    """Return the routes of owners and of whoever holds a link."""
    return [*_battery_routes(services), *_person_routes(services), *_link_routes(services)]


def _battery_routes(services: OwnerServices) -> list[ActionRoute]:
    home, claims = HomePages(services), ClaimPages(services)
    shares, grants, codes = SharePages(services), GrantPages(services), CodeDesk(services)
    revoke = "/my/grants/{grant_id:str}/revoke"
    return [
        ActionRoute("/my", home.home, methods=_GET, action="battery.list"),
        ActionRoute("/my/claim", claims.form, methods=_GET, action="battery.claim"),
        ActionRoute("/my/claim", claims.claim, methods=_POST, action="battery.claim"),
        ActionRoute("/my/hand-over", claims.hand_over_form, methods=_GET, action="battery.release"),
        ActionRoute("/my/hand-over", claims.hand_over, methods=_POST, action="battery.release"),
        ActionRoute("/my/share", shares.form, methods=_GET, action="grant.give"),
        ActionRoute("/my/share", shares.make, methods=_POST, action="grant.give"),
        ActionRoute("/my/grants", grants.list, methods=_GET, action="grant.read"),
        ActionRoute(revoke, grants.revoke, methods=_POST, action="grant.revoke"),
        # The empty form names no battery yet, so that the endpoint asks about the role alone.
        ActionRoute(
            "/claim-codes", codes.form, methods=_GET, action=("battery.claim-code", "home.open")
        ),
        ActionRoute("/claim-codes", codes.make, methods=_POST, action="battery.claim-code"),
    ]


def _person_routes(services: OwnerServices) -> list[ActionRoute]:
    consents, looks, data = ConsentPages(services), LookPages(services), DataPages(services)
    deciding = ("consent.give", "consent.withdraw")
    return [
        ActionRoute("/my/consents", consents.list, methods=_GET, action="consent.read"),
        ActionRoute("/my/consents", consents.decide, methods=_POST, action=deciding),
        ActionRoute("/my/looks", looks.list, methods=_GET, action="looks.read"),
        ActionRoute("/my/looks.csv", looks.table, methods=_GET, action="looks.read"),
        ActionRoute("/my/data", data.show, methods=_GET, action="person.export"),
        ActionRoute("/my/data/export", data.export, methods=_POST, action="person.export"),
        ActionRoute("/my/data/erase", data.erase, methods=_POST, action="person.erase"),
    ]


def _link_routes(services: OwnerServices) -> list[ActionRoute]:
    buyers = BuyerPages(services)
    return [
        ActionRoute("/g/{token:str}", buyers.open, methods=_GET, action="grant.open"),
        ActionRoute("/shared", buyers.show, methods=_GET, action="passport.read"),
        ActionRoute("/shared/proof", buyers.proof, methods=_GET, action="passport.proof"),
    ]
