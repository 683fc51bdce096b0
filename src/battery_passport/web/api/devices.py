"""What collection devices ask for: to be enrolled, to renew their key, to tell how they are.

In: requests under a one-time code or the device's signature. Out: what the device must know.
"""

from datetime import datetime
from typing import Annotated, Any, Protocol, cast
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.concurrency import run_in_threadpool

from battery_passport.foundation.encoding import MalformedEncoding, base64url_decode
from battery_passport.foundation.strict_json import JsonObject, parse_json_object
from battery_passport.registry.devices.errors import WrongProof
from battery_passport.web.api.problem_documents import problems
from battery_passport.web.authorization import requires
from battery_passport.web.language import marked

_Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$", description="Ed25519, base64url.")]
_Signature = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{86}$", description="Base64url.")]
_OPEN: dict[str, Any] = {"security": [{}]}


class DeviceOffice(Protocol):
    """Where devices are enrolled; fulfilled by `assembly.devices.desk`."""

    def enrol(self, *, code: str, public_key: bytes, proof: bytes) -> "Enrolment":
        """Enrol a device."""

    def rotate(
        self, device: UUID, *, keys: tuple[bytes, bytes], proof_of_new: bytes, sealed_until_ms: int
    ) -> datetime:
        """Make a new key the device's; `keys` are the new key and the present one's signature."""

    def report(self, device: UUID, *, report: JsonObject, proof: bytes) -> "DeviceNews":
        """Keep what a device tells."""


class _Asked(BaseModel):
    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, extra="forbid"
    )


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class EnrolmentRequest(_Asked):
    """A one-time code, and the key that the device made; docs/reference/devices.md."""

    code: Annotated[str, Field(min_length=12, max_length=40)]
    public_key: _Key
    proof: _Signature


class Enrolment(_Told):
    """Who the device is from now on. The password is told this once."""

    device: UUID
    battery_ref: str
    tenant: str
    telemetry_url: str
    mqtt_url: str
    mqtt_username: str
    mqtt_password: str
    server_time: datetime


class KeyRequest(_Asked):
    """A new key under the present key's signature and its own."""

    public_key: _Key
    sealed_until_ms: Annotated[int, Field(ge=0, lt=1 << 53)]
    proof: _Signature
    proof_of_new: _Signature


class KeyTaken(_Told):
    """The new key counts from now on."""

    device: UUID
    server_time: datetime


class StateReport(_Asked):
    """How a device is. `clockAheadMs` is its clock minus the platform's."""

    clock_ahead_ms: int | None = None
    waiting: Annotated[int | None, Field(ge=0)] = None
    set_aside: Annotated[int | None, Field(ge=0)] = None
    software: Annotated[str | None, Field(max_length=64)] = None


class ReportRequest(_Asked):
    """How a device is, under its signature."""

    report: StateReport
    proof: _Signature


class DeviceNews(_Told):
    """What the device must know: whether it is in service, and for which battery."""

    device: UUID
    standing: str
    battery_ref: str | None
    server_time: datetime


def device_routes(office: DeviceOffice) -> APIRouter:
    """Return the operations of collection devices."""
    router = APIRouter(prefix="/v1/devices", tags=["devices"])
    _add_enrolment(router, office)
    _add_signed_operations(router, office)
    return router


def _add_enrolment(router: APIRouter, office: DeviceOffice) -> None:
    @router.post(
        "/enrolments",
        dependencies=[requires("device.join")],
        summary=marked("Enrol a collection device"),
        description=marked(
            "The code is used once; the same code and key again get the same device, so that a "
            "lost answer can be asked for again."
        ),
        responses=problems(409, 413, 422),
        openapi_extra=_OPEN,
    )
    async def enrol(asked: EnrolmentRequest) -> Enrolment:
        return await run_in_threadpool(
            office.enrol,
            code=asked.code,
            public_key=_octets(asked.public_key),
            proof=_octets(asked.proof),
        )


def _add_signed_operations(router: APIRouter, office: DeviceOffice) -> None:
    @router.post(
        "/{device}/keys",
        dependencies=[requires("device.report")],
        summary=marked("Renew a device's key"),
        description=marked(
            "The former key goes on for batches that it sealed before. The same key again changes "
            "nothing."
        ),
        responses=problems(404, 409, 413, 422),
        openapi_extra=_OPEN,
    )
    async def renew_key(device: UUID, asked: KeyRequest) -> KeyTaken:
        taken_at = await run_in_threadpool(
            office.rotate,
            device,
            keys=(_octets(asked.public_key), _octets(asked.proof)),
            proof_of_new=_octets(asked.proof_of_new),
            sealed_until_ms=asked.sealed_until_ms,
        )
        return KeyTaken(device=device, server_time=taken_at)

    @router.post(
        "/{device}/reports",
        dependencies=[requires("device.report")],
        summary=marked("Tell how a device is"),
        description=marked(
            "The answer tells the time, and for which battery the device sends from now on."
        ),
        responses=problems(404, 413, 422),
        openapi_extra=_OPEN,
    )
    async def report(request: Request, device: UUID, asked: ReportRequest) -> DeviceNews:
        # Read once more and strictly: what was signed are the members as they were sent.
        sent = cast("JsonObject", parse_json_object(await request.body())["report"])
        return await run_in_threadpool(
            office.report, device, report=sent, proof=_octets(asked.proof)
        )


def _octets(text: str) -> bytes:
    try:
        return base64url_decode(text)
    except MalformedEncoding as error:
        raise WrongProof("A key or signature is not base64url.") from error
