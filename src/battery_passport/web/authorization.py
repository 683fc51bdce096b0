"""Which action each route stands for, and the one place where requests are let in or refused.

In: routes that name an action of `access.policy.actions`, requests with a principal.
Out: requests that policies allow; `SignInNeeded`, `AccessDenied` or `NothingHere` for the others.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from fastapi import Depends, params
from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from battery_passport.access.errors import SecondFactorNeeded
from battery_passport.access.model import ANONYMOUS, Principal, Purpose, Resource, ResourceKind
from battery_passport.access.people.second_factor import WANTING, Factor
from battery_passport.access.policy.action import Action
from battery_passport.access.policy.actions import action_named
from battery_passport.access.policy.errors import UnclassifiedRoute
from battery_passport.access.policy.model import Decision
from battery_passport.access.policy.reading import READ, Reading
from battery_passport.access.policy.service import Authorizer, denial

SIGN_IN_PATH = "/sign-in"
"""Where a page sends somebody who must sign in first; `next` names where he wanted to go."""

SECOND_FACTOR_PATH = "/second-factor"
"""Where a page sends somebody privileged who has not shown a passkey; `next` as above."""

_ACCESS = "access"


class Access:
    """What one request was let in for, and whether its endpoint has asked about its thing."""

    def __init__(self, authorizer: Authorizer, scope: Scope) -> None:
        self.authorizer = authorizer
        self._scope = scope
        self._entered: tuple[Action, ...] = ()
        self._asked: set[str] = set()

    @property
    def principal(self) -> Principal:
        """Whoever asks, as the session established it."""
        found: Principal = self._scope.get("state", {}).get("principal", ANONYMOUS)
        return found

    @property
    def factor(self) -> Factor:
        """How the session stands towards passkeys."""
        found: Factor = self._scope.get("state", {}).get("factor", Factor.NOT_ASKED)
        return found

    def enter(self, actions: tuple[Action, ...]) -> None:
        """Let the request in to its endpoint if one of the actions could be allowed.

        Raises: SignInNeeded, AccessDenied, SecondFactorNeeded.
        """
        self._entered = actions
        if not any(self.authorizer.may_enter(self.principal, each).allowed for each in actions):
            self._point_to_passkey(actions[0])
            raise denial(self.principal, actions[0], at_the_door=True)
        if all(each.step_up for each in actions):
            self.check_proof(actions[0])

    def check_proof(self, action: Action) -> None:
        """Return if a privileged person has shown a passkey lately, or need not for this.

        Raises: SecondFactorNeeded.
        """
        if action.step_up and self.factor is Factor.STALE:
            raise SecondFactorNeeded(f"This asks for a passkey once more: {action.title_en}.")

    def _point_to_passkey(self, action: Action) -> None:
        if self.factor in WANTING:
            raise SecondFactorNeeded(f"This work asks for a passkey: {action.title_en}.")

    def note_asked(self, action: str) -> None:
        """Remember that the endpoint has asked about the thing in question."""
        self._asked.add(action)

    def check_answer(self) -> None:
        """Refuse to send what nobody decided on.

        Raises: UnclassifiedRoute.
        """
        if "endpoint" not in self._scope:
            return  # the router itself answered, such as by leading to the same path without slash
        if not self._entered:
            raise UnclassifiedRoute("An answer was about to leave a route without an action.")
        decided = any(
            each.resource is ResourceKind.PLATFORM or each.name in self._asked
            for each in self._entered
        )
        if not decided:
            raise UnclassifiedRoute(
                f"An endpoint answered without asking whether it may: {self._entered[0].name}."
            )


class AccessControl:
    """Lets no answer out that was not decided on; stands between session and router."""

    def __init__(self, application: ASGIApp, *, authorizer: Authorizer) -> None:
        self._application = application
        self._authorizer = authorizer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        access = Access(self._authorizer, scope)
        scope.setdefault("state", {})[_ACCESS] = access
        faults: list[UnclassifiedRoute] = []

        async def send_decided(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                try:
                    access.check_answer()
                except UnclassifiedRoute as fault:
                    faults.append(fault)
            if not faults:
                await send(message)

        await self._application(scope, receive, send_decided)
        if faults:
            raise faults[0]


class ActionRoute(Route):
    """A page's route with its action; several actions where the form decides which it is."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        action: str | tuple[str, ...],
        methods: Sequence[str] | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            path,
            endpoint,
            methods=None if methods is None else list(methods),
            name=name,
            include_in_schema=False,
        )
        names = (action,) if isinstance(action, str) else action
        self.actions = tuple(action_named(each) for each in names)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Leave the route in the scope, as FastAPI's own do, for the access line."""
        match, found = super().matches(scope)
        return match, {**found, "route": self} if match is not Match.NONE else found

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, then answer it."""
        access_of(scope).enter(self.actions)
        await super().handle(scope, receive, send)


class Requirement:
    """The action of a FastAPI route, asked for before its endpoint runs."""

    def __init__(self, actions: tuple[Action, ...]) -> None:
        self.actions = actions

    async def __call__(self, request: Request) -> None:
        access_of(request.scope).enter(self.actions)


def requires(*actions: str) -> params.Depends:
    """Return the dependency of a FastAPI route or router: `dependencies=[requires("...")]`."""
    marked: params.Depends = Depends(Requirement(tuple(action_named(each) for each in actions)))
    return marked


def access_of(scope: Scope) -> Access:
    """Return the access of a request that passed `AccessControl`.

    Raises: UnclassifiedRoute.
    """
    found = scope.get("state", {}).get(_ACCESS)
    if not isinstance(found, Access):
        raise UnclassifiedRoute("A request reached a route past access control.")
    return found


def authorize(request: Request, action: str, resource: Resource, purpose: Purpose) -> Decision:
    """Return the decision on one thing if it allows; every endpoint with a thing asks this.

    Raises: SignInNeeded, AccessDenied, NothingHere, SecondFactorNeeded.
    """
    access = access_of(request.scope)
    access.note_asked(action)
    decision = access.authorizer.require(access.principal, action, resource, purpose)
    access.check_proof(action_named(action))
    return decision


def may(request: Request, action: str, resource: Resource, purpose: Purpose) -> bool:
    """Return whether it would be allowed, to show or leave out a link; it decides nothing."""
    access = access_of(request.scope)
    return access.authorizer.decide(access.principal, action, resource, purpose).allowed


def read_passport(
    request: Request, battery: Resource, purpose: Purpose | None = None, *, action: str = READ
) -> Reading:
    """Return which points of a passport this request discloses, why, and by which grants."""
    access = access_of(request.scope)
    access.note_asked(action)
    return access.authorizer.reading(access.principal, battery, purpose, action=action)


def actions_of(route: BaseRoute) -> tuple[Action, ...]:
    """Return the actions of a route, none if it names none."""
    if isinstance(route, ActionRoute):
        return route.actions
    dependencies: Sequence[params.Depends] = getattr(route, "dependencies", ())
    return tuple(
        action
        for dependency in dependencies
        if isinstance(dependency.dependency, Requirement)
        for action in dependency.dependency.actions
    )


def every_route(routes: Sequence[BaseRoute]) -> Iterator[BaseRoute]:
    """Yield the routes that answer requests, those of mounts and included routers too."""
    for route in routes:
        router = getattr(route, "original_router", route)
        inner: Sequence[BaseRoute] = getattr(router, "routes", None) or ()
        if inner:
            yield from every_route(inner)
        else:
            yield route


def unclassified(application: Any) -> list[str]:
    """Return the routes of an application that name no action; start-up refuses if there are."""
    return [
        f"{' '.join(sorted(getattr(route, 'methods', None) or ()))} "
        f"{getattr(route, 'path', repr(route))}".strip()
        for route in every_route(application.routes)
        if not actions_of(route)
    ]


def refuse_unclassified(application: Any) -> None:
    """Stop here if a route names no action.

    Raises: UnclassifiedRoute.
    """
    left = unclassified(application)
    if left:
        raise UnclassifiedRoute(f"Routes without an action: {', '.join(left)}.")
