"""Measurement statements: what an inspection body measured, signed with its own key.

In: a measurement; or a signed payload. Out: a VCDM 2.0 payload; or what it says.
docs/reference/measurement-statement.md
"""

from datetime import datetime
from itertools import chain

from battery_passport.foundation.clock import format_utc, parse_utc
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.measurement import (
    MEASUREMENT_FORMAT,
    NINE_ITEMS,
    CapacityTest,
    Instrument,
    MeasuredItem,
    Measurement,
)
from battery_passport.proof.errors import MalformedBundle
from battery_passport.proof.members import Members

MEASUREMENT_TYPES = ("VerifiableCredential", "BatteryMeasurementStatement")
_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_REQUIRED = ("format", "event", "organisation", "measured_at", "kind", "result", "items")
_OPTIONAL = ("capacity_test", "instrument", "certificate", "supersedes", "reason")
_PLACES = {name: place for place, name in enumerate(chain.from_iterable(NINE_ITEMS))}
_GREATEST = 1e12
_TEST_FIGURES = ("capacity_ah", "health_percent", "c_rate", "temperature_celsius")


def measurement_payload(
    measurement: Measurement, *, issuer_did: str, subject: str, issued_at: datetime
) -> JsonObject:
    """Return the payload of a statement; `subject` is the identifier the passport uses too."""
    return {
        "@context": [_CONTEXT],
        "type": list(MEASUREMENT_TYPES),
        "issuer": issuer_did,
        "validFrom": format_utc(issued_at),
        "credentialSubject": {"id": subject, "measurement": measurement.as_claims()},
    }


def read_measurement(payload: JsonObject) -> Measurement:
    """Return what a statement says. Raises: MalformedBundle."""
    members = Members(payload, "the measurement statement", MalformedBundle)
    subject = members.object("credentialSubject").exactly(("id", "measurement"))
    claims = subject.object("measurement").exactly(_REQUIRED, _OPTIONAL)
    claims.constant("format", MEASUREMENT_FORMAT)
    found = Measurement(
        event=claims.text("event"),
        organisation=claims.text("organisation"),
        measured_at=_moment(claims),
        kind=claims.text("kind"),
        result=claims.text("result"),
        items=_items(claims.object("items")),
        capacity_test=_test(claims.object("capacity_test"))
        if _has(claims, "capacity_test")
        else None,
        instrument=_instrument(claims.object("instrument")) if _has(claims, "instrument") else None,
        certificate=claims.text("certificate") if _has(claims, "certificate") else None,
        supersedes=claims.octets("supersedes", length=32).hex()
        if _has(claims, "supersedes")
        else None,
        reason=claims.text("reason") if _has(claims, "reason") else None,
    )
    if found.reason is not None and found.supersedes is None:
        raise claims.refuse("it gives a reason and supersedes nothing.")
    if found.withdraws and found.supersedes is None:
        raise claims.refuse("nothing was measured.")
    return found


def _items(items: Members) -> tuple[MeasuredItem, ...]:
    """Return the figures in the order of the inspection sheet; names of others come last."""
    found = []
    for name in sorted(items.values, key=lambda name: _PLACES.get(name, len(_PLACES))):
        item = items.object(name).exactly(("value", "unit"))
        found.append(MeasuredItem(name, _figure(item, "value"), item.text("unit")))
    return tuple(found)


def _test(test: Members) -> CapacityTest:
    test.exactly(("method",), _TEST_FIGURES)
    figures = {name: _figure(test, name) for name in _TEST_FIGURES if _has(test, name)}
    if not {"capacity_ah", "health_percent"} & figures.keys():
        raise test.refuse("no capacity and no health was measured.")
    return CapacityTest(method=test.text("method"), **figures)


def _instrument(instrument: Members) -> Instrument:
    further = ("serial", "calibrated_on")
    instrument.exactly(("name",), further)
    said = {name: instrument.text(name) for name in further if _has(instrument, name)}
    return Instrument(name=instrument.text("name"), **said)


def _figure(members: Members, name: str) -> float:
    found = members.values[name]
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise members.refuse(f"{name!r} is no number.")
    if not abs(found) <= _GREATEST:
        raise members.refuse(f"{name!r} is {found}, beyond any measurement.")
    return found


def _moment(claims: Members) -> datetime:
    text = claims.text("measured_at")
    moment = parse_utc(text)
    if format_utc(moment) != text:
        raise claims.refuse(f"'measured_at' is {text!r}, expected {format_utc(moment)!r}.")
    return moment


def _has(members: Members, name: str) -> bool:
    return name in members.values
