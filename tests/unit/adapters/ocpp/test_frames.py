"""OCPP-J messages: what is one, what is not, and the schemas behind them."""

import asyncio

import pytest

from battery_passport.adapters.ocpp.checking import V16, V201, check_call
from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.frames import (
    Call,
    Failure,
    Result,
    call_text,
    error_text,
    read_frame,
    result_text,
)
from battery_passport.adapters.ocpp.orders import Limit, Stop, worded
from battery_passport.adapters.ocpp.speaking import VERSIONS


def test_what_is_written_is_read() -> None:
    assert read_frame(call_text("1", "Heartbeat", {})) == Call("1", "Heartbeat", {})
    assert read_frame(result_text("1", {"a": 1})) == Result("1", {"a": 1})
    assert read_frame(error_text("1", "InternalError", "no")) == Failure("1", "InternalError", "no")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[2]",
        "[2,1,2,{}]",
        '[2,"1","Heart beat",{}]',
        '[2,"1","../call",{}]',
        '[2,"1","Heartbeat",[]]',
        '[9,"1",{}]',
        '[true,"1",{}]',
        '[2,"1","Heartbeat",{"a":1,"a":2}]',
        '[3,"1",{"a":NaN}]',
        "[" * 5_000,
        b"[]",
    ],
)
def test_what_is_no_message_is_refused(text: str | bytes) -> None:
    with pytest.raises(OcppRefused):
        read_frame(text)


def test_a_payload_that_breaks_its_schema_is_refused() -> None:
    with pytest.raises(OcppRefused) as refused:
        asyncio.run(check_call(V16, "StartTransaction", {"connectorId": "one"}))
    assert refused.value.ocpp_code in ("TypeConstraintViolation", "ProtocolError")
    with pytest.raises(OcppRefused) as unknown:
        asyncio.run(VERSIONS[V201].hear(Call("1", "Unheard", {})))
    assert unknown.value.ocpp_code == "NotImplemented"


@pytest.mark.parametrize("version", [V16, V201])
@pytest.mark.parametrize("order", [Stop(1, "17"), Limit(1, "17", 22_000.04)])
def test_orders_keep_to_the_schemas(version: str, order: Stop | Limit) -> None:
    asyncio.run(check_call(version, *worded(order, version)))


def test_every_action_that_is_heard_has_a_schema() -> None:
    for version in VERSIONS.values():
        for action in version.hearing.HEARD:
            with pytest.raises(OcppRefused) as refused:
                asyncio.run(version.hear(Call("1", action, {})))
            assert refused.value.ocpp_code != "NotImplemented", action
