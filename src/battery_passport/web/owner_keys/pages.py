"""The page of a battery's key, and what its forms bring.

In: who is signed in, a battery; what the browser signed. Out: the page, or the way back to it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, ResourceKind
from battery_passport.access.sharing.errors import NotYours
from battery_passport.foundation.errors import (
    BatteryPassportError,
    Conflict,
    InvalidInput,
    Misconfigured,
    NotFound,
    TemporarilyUnavailable,
)
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.authorization import authorize
from battery_passport.web.forms import Form, csrf_token, form_of
from battery_passport.web.language import marked
from battery_passport.web.owner.desk import (
    answer,
    chosen_battery,
    lead_to,
    own,
    own_batteries,
    person_of,
    shell_of,
)
from battery_passport.web.owner.nav import HOME, NavLink, nav_links
from battery_passport.web.owner.views import BatteryFace
from battery_passport.web.owner_keys.ports import (
    KeyState,
    OwnerKeyServices,
    Signed,
    WaitingForMe,
)
from battery_passport.web.pages.data_points import battery_name
from battery_passport.web.pages.layout import Shell

KEY_PATH = "/my/key"
_MOST_COPY = 4_000
_SIGNATURE_BYTES = 65

NOTES: Mapping[str, str] = MappingProxyType(
    {
        "taken": marked("Done: the ledger names your key now. Keep a backup before you go on."),
        "asked": marked("Your key is made, and the former owner is asked to sign."),
        "given": marked("Done: the ledger names the next owner now."),
        "appointed": marked("Done: the organisation keeps the battery for you now."),
        "lost": marked("Your new key is made. Members of the ledger look at your wish now."),
        "objected": marked("Done: your key stays, and the replacement is stopped."),
        "finished": marked("Done: the ledger names the new key now."),
    }
)
"""By the word in the address; another word shows nothing."""

REFUSED = marked(
    "That did not work: somebody may have been faster, or the time was over. Try anew."
)
AWAY = marked("The ledger cannot be reached just now. Your key is safe; try again in a minute.")
NO_PASSPORT = marked("This battery has no passport yet, so the ledger does not know it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCard:
    """Somebody waits for a signature of mine."""

    name: str
    until: str
    request: str
    battery: str
    address: str
    copy: str
    typed: str
    is_objection: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementCard:
    """A lost key's replacement, step by step; `ready_at` is empty until it is approved."""

    approvals: int
    needed: int
    members: int
    ready_at: str
    is_ready: bool
    is_mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPage:
    """The context of `owner/key.html`; `state` is None where there is nothing to show."""

    template: ClassVar[str] = "owner/key.html"
    shell: Shell
    nav: tuple[NavLink, ...]
    csrf: str
    note: str
    fault: str
    battery: str
    name: str
    identifier: str
    state: KeyState | None
    typed: Mapping[str, str]
    asked_until: str
    delay_days: int
    replacement: ReplacementCard | None
    waiting: tuple[WaitingCard, ...]


class KeyPages:
    """Endpoints of a battery's key."""

    def __init__(self, services: OwnerKeyServices) -> None:
        self._services = services

    def show(self, request: Request) -> Response:
        """Return the page of one battery's key, and of what waits for the person's signature."""
        person_id = person_of(request)
        authorize(request, "ledger-key.read", own(ResourceKind.PERSON, person_id), Purpose.OWN_USE)
        return self._answer(request, fault="")

    def take(self, request: Request) -> Response:
        """Let a new key hold the battery."""

        def act(person_id: UUID, form: Form) -> str:
            face = self._own(person_id, form)
            done = self._services.ledger.take(person_id, face.battery_id, _signed(form))
            return "taken" if done else "asked"

        return self._changed(request, act)

    def give(self, request: Request) -> Response:
        """Sign for the battery's next owner."""

        def act(person_id: UUID, form: Form) -> str:
            wanted = _number(form["request"])
            self._services.ledger.give(person_id, wanted, _signed(form).signature)
            return "given"

        return self._changed(request, act)

    def appoint(self, request: Request) -> Response:
        """Let the organisation hold the battery."""

        def act(person_id: UUID, form: Form) -> str:
            face = self._own(person_id, form)
            self._services.ledger.appoint(person_id, face.battery_id, _signed(form))
            return "appointed"

        return self._changed(request, act)

    def lost(self, request: Request) -> Response:
        """Ask for another key in the place of a lost one."""

        def act(person_id: UUID, form: Form) -> str:
            face = self._own(person_id, form)
            self._services.ledger.lost(person_id, face.battery_id, _signed(form))
            return "lost"

        return self._changed(request, act)

    def object_to(self, request: Request) -> Response:
        """Stop a replacement: the contract asks for the old key, whoever owns the battery now."""

        def act(person_id: UUID, form: Form) -> str:
            self._services.ledger.object_to(person_id, _number(form["battery"]), _signed(form))
            return "objected"

        return self._changed(request, act)

    def finish(self, request: Request) -> Response:
        """Carry a replacement out after its delay."""

        def act(person_id: UUID, form: Form) -> str:
            self._services.ledger.finish(person_id, self._own(person_id, form).battery_id)
            return "finished"

        return self._changed(request, act)

    def _changed(self, request: Request, act: Callable[[UUID, Form], str]) -> Response:
        person_id, form = person_of(request), form_of(request)
        resource = own(ResourceKind.PERSON, person_id)
        authorize(request, "ledger-key.change", resource, Purpose.OWN_USE)
        try:
            done = act(person_id, form)
        except NotYours:
            raise
        except (Conflict, InvalidInput, NotFound):
            return self._answer(request, fault=REFUSED, status=409)
        except (TemporarilyUnavailable, Misconfigured):
            return self._answer(request, fault=AWAY, status=503)
        shell = shell_of(request, self._services.owner)
        # Whose battery it was may have changed hands: then the page of what is left is shown.
        kept = {"battery": form["battery"]} if done not in ("given", "objected") else {}
        return lead_to(shell, KEY_PATH, done=done, **kept)

    def _own(self, person_id: UUID, form: Form) -> BatteryFace:
        with self._services.owner.reading() as stores:
            faces = own_batteries(stores, self._services.owner, person_id)
        face = chosen_battery(faces, form["battery"])
        if face is None:
            raise NotYours("You own no battery yet.")
        return face

    def _answer(self, request: Request, *, fault: str, status: int = 200) -> Response:
        person_id, shell = person_of(request), shell_of(request, self._services.owner)
        wanted = form_of(request)["battery"] or request.query_params.get("battery", "")
        with self._services.owner.reading() as stores:
            faces = own_batteries(stores, self._services.owner, person_id)
        owned = {str(face.battery_id) for face in faces}
        face = chosen_battery(faces, wanted if wanted in owned else "")
        state, waiting, trouble = self._standing(person_id, face)
        fault = fault or trouble
        page = self._page(request, shell, face=face, state=state, waiting=waiting, fault=fault)
        return answer(page, self._services.owner, status=status)

    def _standing(
        self, person_id: UUID, face: BatteryFace | None
    ) -> tuple[KeyState | None, list[WaitingForMe], str]:
        ledger = self._services.ledger
        try:
            waiting = ledger.waiting(person_id)
            state = None if face is None else ledger.state(person_id, face.battery_id)
        except NotFound:
            return None, [], NO_PASSPORT
        except BatteryPassportError:
            return None, [], AWAY
        return state, waiting, ""

    def _page(
        self,
        request: Request,
        shell: Shell,
        *,
        face: BatteryFace | None,
        state: KeyState | None,
        waiting: list[WaitingForMe],
        fault: str,
    ) -> KeyPage:
        language = shell.language
        note = NOTES.get(request.query_params.get("done", ""), "")
        delay = timedelta(seconds=0 if state is None else state.delay_s)
        return KeyPage(
            shell=shell,
            nav=nav_links(shell, HOME),
            csrf=csrf_token(request),
            note=language.text(note) if note and not fault else "",
            fault=language.text(fault) if fault else "",
            battery="" if face is None else str(face.battery_id),
            name=(
                ""
                if face is None
                else battery_name(face.model_name, face.identifier, shell.language)
            ),
            identifier="" if face is None else str(face.identifier),
            state=state,
            typed={} if state is None else _typed(state),
            asked_until=(language.day_of(state.asked_until) if state and state.asked_until else ""),
            delay_days=round(delay / timedelta(days=1)),
            replacement=_replacement(state, shell),
            waiting=tuple(self._waiting_card(each, shell) for each in waiting),
        )

    def _waiting_card(self, each: WaitingForMe, shell: Shell) -> WaitingCard:
        face = self._services.owner.facts.face(each.battery_id)
        return WaitingCard(
            name=battery_name(face.model_name, face.identifier, shell.language),
            until=shell.language.day_of(each.until),
            request="" if each.request_id is None else str(each.request_id),
            battery=str(each.battery_id),
            address=each.address,
            copy=each.copy,
            typed=_written(each.message),
            is_objection=each.is_objection,
        )


def _replacement(state: KeyState | None, shell: Shell) -> ReplacementCard | None:
    if state is None or state.replacement is None:
        return None
    found = state.replacement
    return ReplacementCard(
        approvals=found.approvals,
        needed=found.needed,
        members=found.members,
        ready_at="" if found.ready_at is None else shell.language.moment(found.ready_at),
        is_ready=found.is_ready,
        is_mine=found.is_mine,
    )


def _typed(state: KeyState) -> dict[str, str]:
    messages = {
        "take": state.take,
        "appoint": state.appoint,
        "lost": state.lost,
        "objection": state.objection,
    }
    return {name: "" if each is None else _written(each) for name, each in messages.items()}


def _written(message: JsonObject) -> str:
    return json.dumps(message, separators=(",", ":"))


class UnreadableSignature(InvalidInput):
    """A form that a browser filled in without signing."""

    code = "unreadable-signature"
    remedy = "Sign on the page itself, with a browser that runs scripts."


def _signed(form: Form) -> Signed:
    try:
        signature = bytes.fromhex(form["signature"].removeprefix("0x"))
        number = int(form["number"] or "0")
        deadline_s = int(form["deadline"] or "0")
        bytes.fromhex(form["address"].removeprefix("0x"))
    except ValueError as error:
        raise UnreadableSignature("The form holds no signature.") from error
    if len(signature) != _SIGNATURE_BYTES or len(form["address"]) != len("0x") + 40:
        raise UnreadableSignature("The form holds no signature.")
    if len(form["copy"]) > _MOST_COPY or min(number, deadline_s) < 0:
        raise UnreadableSignature("The form holds more than a key.")
    return Signed(
        address=form["address"],
        number=number,
        deadline_s=deadline_s,
        signature=signature,
        copy=form["copy"],
    )


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise UnreadableSignature("The form does not say what it is about.") from error
