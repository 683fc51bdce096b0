"""What an administrator does to a device: asked first with what will follow, then done.

In: forms of administrators. Out: questions; devices that stand otherwise, or a code to hand out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.foundation.errors import Conflict
from battery_passport.web.consoles.devices.enrolling import (
    battery_field,
    code_page,
    found_battery,
)
from battery_passport.web.consoles.devices.ports import DevicePortrait
from battery_passport.web.consoles.devices.showing import DeviceShown, device_address
from battery_passport.web.consoles.devices.words import REASONS
from battery_passport.web.consoles.frame.act_page import RECORDED, ActPage
from battery_passport.web.consoles.frame.answering import lead_to
from battery_passport.web.consoles.frame.describing import name_of
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.pages import Term
from battery_passport.web.consoles.frame.places import ADMINISTRATION
from battery_passport.web.consoles.frame.questions import FieldView, Option
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.forms import Form, form_of
from battery_passport.web.language import Language, marked
from battery_passport.web.refusals.saying import refusal_text
from battery_passport.web.session import principal_of


@dataclass(frozen=True, slots=True)
class _Words:
    """An act in words; `done` names the note that is shown afterwards."""

    title: str
    button: str
    follows: tuple[str, ...]
    done: str = ""
    dangerous: bool = False


ACTS: Mapping[str, _Words] = MappingProxyType(
    {
        "suspend": _Words(
            marked("Suspend the device?"),
            marked("Suspend"),
            (
                marked("Its batches are refused until it is taken into service again."),
                marked("The device keeps them and asks again every ten minutes; none is lost."),
                RECORDED,
            ),
            "suspended",
        ),
        "lift": _Words(
            marked("Take the device into service again?"),
            marked("Take into service again"),
            (
                marked("Its batches are taken again, those too that it kept meanwhile."),
                RECORDED,
            ),
            "lifted",
        ),
        "replace": _Words(
            marked("Replace the device?"),
            marked("Make the code"),
            (
                marked("You get a one-time code for the device that follows, for 24 hours."),
                marked("Once that device has enrolled, this one is out of service."),
                marked("What this one collected before is still taken for 90 days."),
                RECORDED,
            ),
        ),
        "move": _Words(
            marked("Move the device to another battery?"),
            marked("Move"),
            (
                marked("From now on it sends for the other battery."),
                marked("What it collected for the former battery is still taken for 90 days."),
                marked("Both batteries' histories show the change."),
                RECORDED,
            ),
            "moved",
        ),
        "retire": _Words(
            marked("Take the device out of service?"),
            marked("Take out of service"),
            (
                marked("It cannot be taken into service again; it would have to be enrolled anew."),
                marked("What it collected before is still taken for 90 days."),
                RECORDED,
            ),
            "retired",
            dangerous=True,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class DeviceActs:
    """Endpoints of every act; the address names it."""

    shown: DeviceShown

    def ask(self, request: Request) -> Response:
        """Return what will follow."""
        return self._page(request, self.shown.portrait(request), Form())

    def act(self, request: Request) -> Response:
        """Do it; where the device stands otherwise by now, say so."""
        portrait, form = self.shown.portrait(request), form_of(request)
        name = _act_in(request)
        faults = self._faults(request, name, form)
        if faults:
            return self._page(request, portrait, form, faults)
        try:
            return _DOING[name](self, request, portrait, form)
        except Conflict as error:
            shell = self.shown.desk.frame.shell(request, ADMINISTRATION)
            return self._page(request, portrait, form, fault=refusal_text(error, shell.language))

    def _faults(self, request: Request, name: str, form: Form) -> dict[str, str]:
        if name == "suspend" and form["reason"] not in REASONS:
            return {"reason": marked("Choose why the device is suspended.")}
        if name == "move":
            found = found_battery(request, self.shown.desk, form["battery"])
            return {"battery": found} if isinstance(found, str) else {}
        return {}

    def _suspend(self, request: Request, portrait: DevicePortrait, form: Form) -> Response:
        device = portrait.row.device_id
        self.shown.book.suspend(principal_of(request), device, reason=form["reason"])
        return self._done(request, portrait)

    def _lift(self, request: Request, portrait: DevicePortrait, _form: Form) -> Response:
        self.shown.book.lift(principal_of(request), portrait.row.device_id)
        return self._done(request, portrait)

    def _move(self, request: Request, portrait: DevicePortrait, form: Form) -> Response:
        found = found_battery(request, self.shown.desk, form["battery"])
        if isinstance(found, BatteryCard):
            self.shown.book.move(principal_of(request), portrait.row.device_id, found)
        return self._done(request, portrait)

    def _retire(self, request: Request, portrait: DevicePortrait, form: Form) -> Response:
        device, compromised = portrait.row.device_id, form["compromised"] == "yes"
        self.shown.book.retire(principal_of(request), device, compromised=compromised)
        return self._done(request, portrait)

    def _replace(self, request: Request, portrait: DevicePortrait, _form: Form) -> Response:
        device = portrait.row.device_id
        paper = self.shown.book.replace(principal_of(request), device)
        frame = self.shown.desk.frame
        shell = frame.shell(request, ADMINISTRATION)
        return frame.answer(code_page(shell, portrait.battery, paper, replaces=str(device)))

    def _done(self, request: Request, portrait: DevicePortrait) -> Response:
        shell = self.shown.desk.frame.shell(request, ADMINISTRATION)
        return lead_to(shell.address(device_address(portrait), done=ACTS[_act_in(request)].done))

    def _page(
        self,
        request: Request,
        portrait: DevicePortrait,
        form: Form,
        faults: Mapping[str, str] = MappingProxyType({}),
        *,
        fault: str = "",
    ) -> Response:
        name = _act_in(request)
        words = ACTS[name]
        shell = self.shown.desk.frame.shell(request, ADMINISTRATION)
        text, address = shell.language.text, device_address(portrait)
        page = ActPage(
            shell=shell,
            title=text(words.title),
            terms=(
                Term(text("Device"), str(portrait.row.device_id), code=True),
                Term(
                    text("Battery"),
                    name_of(portrait.battery, shell.language),
                    small=str(portrait.battery.identifier),
                ),
            ),
            fields=_fields(name, form, faults, shell.language),
            tick=("compromised", text(_COMPROMISED)) if name == "retire" else None,
            follows=tuple(text(each) for each in words.follows),
            action=f"{address}/{name}{shell.kept_query}",
            button=text(words.button),
            dangerous=words.dangerous,
            back=shell.address(address),
            fault=fault,
        )
        status = 422 if faults else 409 if fault else 200
        return self.shown.desk.frame.answer(page, status=status)


_COMPROMISED = marked("Its key is in wrong hands: nothing more is taken from it, from now on.")

_DOING: Mapping[str, Callable[[DeviceActs, Request, DevicePortrait, Form], Response]] = (
    MappingProxyType(
        {
            "suspend": DeviceActs._suspend,  # noqa: SLF001 - a table of its own methods
            "lift": DeviceActs._lift,  # noqa: SLF001 - as above
            "replace": DeviceActs._replace,
            "move": DeviceActs._move,  # noqa: SLF001 - as above
            "retire": DeviceActs._retire,  # noqa: SLF001 - as above
        }
    )
)


def _act_in(request: Request) -> str:
    name = str(request.path_params["act"])
    if name not in ACTS:
        raise NothingOfYours("There is no such act on a device.")
    return name


def _fields(
    name: str, form: Form, faults: Mapping[str, str], language: Language
) -> tuple[FieldView, ...]:
    text = language.text
    if name == "move":
        return (battery_field(form["battery"], faults.get("battery", ""), language),)
    if name != "suspend":
        return ()
    fault = faults.get("reason", "")
    return (
        FieldView(
            name="reason",
            kind="choice",
            label=text("Reason"),
            value=form["reason"],
            fault=text(fault) if fault else "",
            required=True,
            options=tuple(Option(code, text(said)) for code, said in REASONS.items()),
        ),
    )
