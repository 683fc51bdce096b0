"""Whether the process lives and whether the installation can do its work.

In: the health port. Out: `/healthz` and `/readyz`.
"""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from battery_passport.web.authorization import requires
from battery_passport.web.language import marked
from battery_passport.web.ports import Health


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class ComponentState(BaseModel):
    """One part of the installation."""

    name: str
    ready: bool
    detail: str


class Readiness(BaseModel):
    """Every part, and whether all are ready."""

    ready: bool
    components: list[ComponentState]


def health_routes(health: Health) -> APIRouter:
    """Return both operations."""
    router = APIRouter(tags=["health"], dependencies=[requires("health.read")])

    @router.get(
        "/healthz",
        summary=marked("Does the process live?"),
        description=marked("Answers 200 as long as the process answers at all."),
    )
    async def read_alive() -> Alive:
        return Alive()

    @router.get(
        "/readyz",
        summary=marked("Can the installation do its work?"),
        description=marked(
            "Answers 200 if every part is ready, else 503 naming those that are not."
        ),
        responses={503: {"model": Readiness}},
    )
    def read_ready(response: Response) -> Readiness:
        report = health.check()
        response.status_code = 200 if report.ready else 503
        response.headers["Cache-Control"] = "no-store"
        states = [
            ComponentState(name=each.name, ready=each.ready, detail=each.detail)
            for each in report.components
        ]
        return Readiness(ready=report.ready, components=states)

    return router
