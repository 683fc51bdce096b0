"""Orders to a charger: asked first with what will follow, then given the way the verbs give them.

In: forms of who runs chargers. Out: questions; the charger's own answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.web.authorization import authorize
from battery_passport.web.consoles.charging.lists import charger_address
from battery_passport.web.consoles.charging.ports import SessionRow
from battery_passport.web.consoles.charging.showing import STEER, ChargingDesk, session_terms
from battery_passport.web.consoles.frame.act_page import RECORDED, ActPage
from battery_passport.web.consoles.frame.answering import lead_to
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.pages import Term
from battery_passport.web.consoles.frame.questions import FieldView
from battery_passport.web.forms import Form, form_of
from battery_passport.web.language import marked
from battery_passport.web.refusals.saying import refusal_text
from battery_passport.web.session import principal_of

MOST_KW = 10_000


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    button: str
    follows: tuple[str, ...]


ORDERS: Mapping[str, _Words] = MappingProxyType(
    {
        "stop": _Words(
            marked("Stop charging?"),
            marked("Stop charging"),
            (
                marked("The charger is told to end the session; this can take half a minute."),
                marked("Charging cannot go on before the car was unplugged."),
                RECORDED,
            ),
        ),
        "limit": _Words(
            marked("Limit the power?"),
            marked("Set the limit"),
            (
                marked("The charger is told to give no more than that in this session."),
                marked("Where the site, the driver or safety allow less, the least holds."),
                RECORDED,
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Ordering:
    """Endpoints of both orders; the address names which."""

    shown: ChargingDesk

    def ask(self, request: Request) -> Response:
        """Return what will follow."""
        self.shown.found(request)
        return self._page(request, self._session(request), Form())

    def order(self, request: Request) -> Response:
        """Give the order; where the charger refuses or does not answer, say so."""
        row, resource = self.shown.found(request)
        authorize(request, STEER, resource, Purpose.OWN_USE)
        name, session, form = _order_in(request), self._session(request), form_of(request)
        principal, power_kw = principal_of(request), _power_kw(form["power"])
        if name == "limit" and power_kw is None:
            fault = marked("Give the power in kW, from 0 to 10,000.")
            return self._page(request, session, form, fault=fault)
        shell = self.shown.desk.frame.shell(request, self.shown.place)
        try:
            if name == "limit":
                self.shown.book.limit(principal, session, power_kw=power_kw or 0.0)
            else:
                self.shown.book.stop(principal, session)
        except BatteryPassportError as error:
            return self._page(request, session, form, refused=refusal_text(error, shell.language))
        address = charger_address(self.shown.place.path, row.charger)
        return lead_to(shell.address(address, done=name))

    def _session(self, request: Request) -> SessionRow:
        charger, number = str(request.path_params["charger"]), request.path_params["number"]
        sessions = self.shown.book.sessions_of(charger)
        found = next((each for each in sessions if each.number == number), None)
        if found is None:
            raise NothingOfYours("There is no such session at this charger.")
        return found

    def _page(
        self,
        request: Request,
        session: SessionRow,
        form: Form,
        *,
        fault: str = "",
        refused: str = "",
    ) -> Response:
        name = _order_in(request)
        words, shell = ORDERS[name], self.shown.desk.frame.shell(request, self.shown.place)
        text = shell.language.text
        back = charger_address(self.shown.place.path, session.charger)
        power = FieldView(
            name="power",
            kind="number",
            label=text("At most"),
            value=form["power"],
            unit="kW",
            hint=text("0 means: not at all for now."),
            fault=text(fault) if fault else "",
            required=True,
            longest=8,
        )
        charger = Term(
            text("Charger"),
            session.charger,
            code=True,
            small=text("connector %(number)s", number=session.connector),
        )
        page = ActPage(
            shell=shell,
            title=text(words.title),
            terms=(charger, *session_terms(session, shell)),
            fields=(power,) if name == "limit" else (),
            follows=tuple(text(each) for each in words.follows),
            action=f"{back}/{session.number}/{name}{shell.kept_query}",
            button=text(words.button),
            dangerous=name == "stop",
            back=shell.address(back),
            fault=refused,
        )
        status = 422 if fault else 409 if refused else 200
        return self.shown.desk.frame.answer(page, status=status)


def _order_in(request: Request) -> str:
    name = str(request.path_params["order"])
    if name not in ORDERS:
        raise NothingOfYours("There is no such order to a charger.")
    return name


def _power_kw(typed: str) -> float | None:
    """Return the power that was typed, None if it is none."""
    text = typed.strip().replace(",", "")
    if not text.replace(".", "", 1).isdecimal() or not text.isascii():
        return None
    return float(text) if float(text) <= MOST_KW else None
