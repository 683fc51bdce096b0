"""An inspection body measures: signed, logged, proven, checked offline; altered or foreign refused.

In: an installation with an inspection body. Out: what strangers with proof and trust file are told.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from battery_passport.access.model import Purpose, Role
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.finding import find_battery
from battery_passport.assembly.inspecting import InspectorMeasurement, newest_measurement
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.own_signatures import WrongStatement
from battery_passport.assembly.sites.readers import reader_services
from battery_passport.assembly.things import battery_resource
from battery_passport.cli.main import main
from battery_passport.credentials.jws import parse_jws, sign_jws
from battery_passport.credentials.signing import Es256Signer
from battery_passport.foundation.errors import VerificationFailed
from battery_passport.foundation.strict_json import canonical_json
from battery_passport.lifecycle.errors import InvalidMeasurement
from battery_passport.proof.errors import NothingToProve, NotTrusted, RecordMismatch
from battery_passport.proof.verification import verify_bundle
from battery_passport.web.api.documents import build_reader_document
from battery_passport.web.reading.views import EventReport, OwnStatement, sight_of_points
from tests.factories.access import authorizer, person
from tests.factories.installation import installed, run

pytestmark = pytest.mark.integration

CAR, BODY, OWN = "car-1", "inspectors-of-busan", "inspectors-with-key"
MEASURED = {
    "kind": "periodic",
    "result": "passed",
    "insulation_kohm": "2150",
    "lowest_cell_v": "3.61",
    "highest_cell_v": "3.64",
    "measured_capacity_ah": "50.8",
    "capacity_method": "full-discharge",
    "test_c_rate": "0.33",
    "test_celsius": "25",
    "instrument": "Example C-500",
    "certificate": "2026-1123-7",
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("home")) as opened:
        for car in (CAR, "car-2", "car-3"):
            run(opened, "battery-add", battery=car, rated_capacity_ah=60.0)
            run(opened, "passport-issue", battery=car)
        run(opened, "inspector-add", organisation=BODY, name="부산 배터리 검사소")
        run(opened, "inspect", battery=CAR, by=BODY, values=MEASURED)
        yield opened


def bundle_of(installation: Installation, car: str = CAR, *, audience: str) -> bytes:
    return str(run(installation, "bundle", battery=car, audience=audience)["content"]).encode()


def trust_of(installation: Installation) -> bytes:
    return str(run(installation, "trust-export")["content"]).encode()


def test_a_reader_of_point_4_can_check_it_offline(installation: Installation) -> None:
    bundle = bundle_of(installation, audience="legitimate-interest")
    report = verify_bundle(bundle, trust_of(installation))
    (measured,) = report.measurements
    assert measured.organisation == "부산 배터리 검사소"
    assert measured.capacity_test is not None
    assert measured.capacity_test.capacity_ah == 50.8
    assert measured.items[0].name == "insulation_kohm"
    assert "measured" in {each.name for each in report.checks}
    assert any("50.8 Ah" in line for line in report.lines())
    with installation.database.read() as connection:
        from_store = _newest(connection)
    assert from_store.measurement == measured
    assert from_store.issuer.endswith(BODY)
    assert from_store.log_index is not None


def test_everybody_else_gets_the_bundle_as_it_was(installation: Installation) -> None:
    public = json.loads(bundle_of(installation, audience="public"))
    assert "statements" not in public
    assert json.loads(bundle_of(installation, "car-2", audience="legitimate-interest")).keys() == (
        public.keys()
    )
    kinds = [each["purpose"] for each in json.loads(trust_of(installation))["keys"]]
    assert kinds == ["passport", "health-statement", "measurement-statement"]


def test_altered_foreign_and_misplaced_statements_are_named(installation: Installation) -> None:
    trust = trust_of(installation)
    document = json.loads(bundle_of(installation, audience="legitimate-interest"))
    with pytest.raises(VerificationFailed, match="A statement: "):
        verify_bundle(_with_capacity(document, 58.0), trust)
    forged = copy.deepcopy(document)
    payload = parse_jws(forged["statements"][0]["credential"].rstrip("~")).payload
    stranger = Es256Signer.generate()
    forged["statements"][0]["credential"] = f"{_signed(payload, stranger)}~"
    forged["issuerKeys"][-1] = stranger.public_jwk
    with pytest.raises(NotTrusted, match="not in the trust file"):
        verify_bundle(_octets(forged), trust)
    run(installation, "inspect", battery="car-3", by=BODY, values=MEASURED)
    other = json.loads(bundle_of(installation, "car-3", audience="legitimate-interest"))
    document["statements"] = other["statements"]
    with pytest.raises(RecordMismatch, match="A statement is about"):
        verify_bundle(_octets(document), trust)


def test_the_platforms_own_keys_measure_nothing(installation: Installation) -> None:
    """A statement that the platform signed in the body's name is refused by its purpose."""
    trust = json.loads(trust_of(installation))
    del trust["keys"][-1]
    bundle = bundle_of(installation, audience="legitimate-interest")
    with pytest.raises(NotTrusted):
        verify_bundle(bundle, _octets(trust))
    trust["keys"][1]["purpose"] = "measurement-statement"
    with pytest.raises(NotTrusted):
        verify_bundle(bundle, _octets(trust))


def test_a_mistake_is_put_right_by_another_statement(installation: Installation) -> None:
    wrong = run(installation, "inspect", battery="car-2", by=BODY, values=MEASURED)
    right = {**MEASURED, "measured_capacity_ah": "48.1", "corrects": str(wrong["event"])}
    right["correction_reason"] = "The display was misread."
    again = run(installation, "inspect", battery="car-2", by=BODY, values=right)
    told = run(installation, "measured", battery="car-2")["measured"]
    assert isinstance(told, dict)
    assert told["capacity_test"]["capacity_ah"] == 48.1
    bundle = bundle_of(installation, "car-2", audience="legitimate-interest")
    report = verify_bundle(bundle, trust_of(installation))
    assert report.measurements[0].reason == "The display was misread."
    assert any("right (The display was misread.)" in line for line in report.lines())
    taken_back = {"kind": "other", "result": "failed", "corrects": str(again["event"])}
    run(installation, "inspect", battery="car-2", by=BODY, values=taken_back)
    assert run(installation, "measured", battery="car-2")["measured"] is None
    after = json.loads(bundle_of(installation, "car-2", audience="legitimate-interest"))
    assert "statements" not in after
    with pytest.raises(InvalidMeasurement, match="stated no measurement"):
        run(installation, "inspect", battery="car-3", by=BODY, values=taken_back)


def test_a_body_sees_the_sheet_of_what_it_inspected_where_no_city_tells(
    installation: Installation,
) -> None:
    with installation.database.read() as connection:
        registry = RegistryStore(connection)
        body = registry.organisation_by_slug(BODY)
        things = {
            name: battery_resource(connection, find_battery(registry, name))
            for name in (CAR, "car-2")
        }
    assert body is not None
    assert {each.region for each in things.values()} == {None}
    decide = authorizer().decide
    inspector = replace(person(Role.INSPECTOR), region="busan")
    own = replace(inspector, organisation_id=body.organisation_id)
    for principal, name, allowed in (
        (own, CAR, True),
        (inspector, CAR, False),
        (replace(own, roles=frozenset({Role.RECYCLER})), CAR, False),
        (own, "car-2", False),
    ):
        for action in ("diagnosis.read", "event.record.inspection"):
            purpose = Purpose.LEGITIMATE_INTEREST
            assert decide(principal, action, things[name], purpose).allowed is allowed, name


def test_evidence_of_nothing_measured_is_refused_in_plain_words(
    installation: Installation,
) -> None:
    with pytest.raises(NothingToProve, match="no health statement") as refused:
        run(installation, "bundle", battery=CAR, evidence=True)
    assert "ingest" in refused.value.next_step
    report = verify_bundle(bundle_of(installation, audience="public"), trust_of(installation))
    assert report.batches == 0


def test_a_capacity_without_its_method_is_refused_whole(installation: Installation) -> None:
    before = run(installation, "measured", battery=CAR)
    values = {name: each for name, each in MEASURED.items() if name != "capacity_method"}
    with pytest.raises(InvalidMeasurement, match="capacity_method"):
        run(installation, "inspect", battery=CAR, by=BODY, values=values)
    assert run(installation, "measured", battery=CAR) == before


def test_a_body_with_its_own_key_signs_itself(installation: Installation) -> None:
    own, stranger = Es256Signer.generate(), Es256Signer.generate()
    run(installation, "inspector-add", organisation=OWN, key=json.dumps(own.public_jwk))
    answer: dict[str, Any] = run(installation, "inspect", battery="car-3", by=OWN, values=MEASURED)
    assert "measurement_statement" not in answer
    (payload,) = answer["to_sign"]
    for signer, what in ((stranger, payload), (own, {**payload, "validFrom": "2020"})):
        token = f"{_signed(canonical_json(what), signer)}~"
        with pytest.raises(WrongStatement):
            run(installation, "inspect", battery="car-3", statement=token)
    token = f"{_signed(canonical_json(payload), own)}~"
    with installation.database.read() as connection:
        registry = RegistryStore(connection)
        battery = find_battery(registry, "car-3")
        other, body = (registry.organisation_by_slug(slug) for slug in (BODY, OWN))
    assert body is not None
    assert other is not None
    desk = reader_services(installation).events
    foreign, sent = (
        OwnStatement(
            identifier=battery.identifier, organisation_id=each.organisation_id, statement=token
        )
        for each in (other, body)
    )
    assert desk.waiting(foreign) == []
    assert desk.waiting(sent) == [payload]
    with pytest.raises(WrongStatement):
        desk.take_statement(foreign)
    assert desk.take_statement(sent) == desk.take_statement(sent)
    assert desk.waiting(sent) == []
    bundle = bundle_of(installation, "car-3", audience="legitimate-interest")
    report = verify_bundle(bundle, trust_of(installation))
    assert [each.organisation for each in report.measurements] == [OWN]


def test_verify_names_what_is_wrong_and_exits_with_1(
    installation: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, trust = (tmp_path / name for name in ("good.json", "bad.json", "trust.json"))
    bundle = bundle_of(installation, audience="legitimate-interest")
    good.write_bytes(bundle)
    bad.write_bytes(_with_capacity(json.loads(bundle), 59.9))
    trust.write_bytes(trust_of(installation))
    assert main(["verify", str(good), "--trust", str(trust)]) == 0
    assert "Measured by 부산 배터리 검사소" in capsys.readouterr().out
    assert main(["verify", str(bad), "--trust", str(trust)]) == 1
    assert "A statement: " in capsys.readouterr().err


def test_programs_of_a_body_post_it_and_readers_of_point_4_get_both(
    installation: Installation,
) -> None:
    run(installation, "battery-add", battery="car-4", rated_capacity_ah=60.0)
    run(installation, "passport-issue", battery="car-4")
    with installation.database.read() as connection:
        battery = find_battery(RegistryStore(connection), "car-4")
        body = RegistryStore(connection).organisation_by_slug(BODY)
    assert body is not None
    services = reader_services(installation)
    services.events.record(
        EventReport(
            identifier=battery.identifier,
            event_type="inspected",
            occurred_at=installation.clock.now(),
            payload={"kind": "periodic", "result": "passed", "insulation_kohm": 2_150},
            key="a-random-key",
            body_digest=bytes(32),
            sender=f"organisation:{body.organisation_id}",
            organisation_id=body.organisation_id,
        )
    )
    for points, measured in (({1, 4}, True), ({1, 2}, False)):
        sight = sight_of_points(frozenset(points))
        passport = services.passports.find(battery.identifier, sight)
        assert passport is not None
        document = build_reader_document(passport, None).model_dump(by_alias=True)
        assert (document["healthMeasured"] is not None) is measured
        assert document["healthEstimate"] is None
        if measured:
            told = document["healthMeasured"]
            assert told["statement"]["items"]["insulation_kohm"] == {"value": 2_150, "unit": "kΩ"}
            assert (told["withinEstimate"], told["number"]) == (None, 1)


def test_the_audit_knows_the_statements(installation: Installation) -> None:
    run(installation, "audit")


def _newest(connection: Connection) -> InspectorMeasurement:
    found = newest_measurement(connection, find_battery(RegistryStore(connection), CAR))
    assert found is not None
    return found


def _with_capacity(document: Any, capacity_ah: float) -> bytes:
    """Return the bundle with another capacity, as someone without the key can write it."""
    changed = copy.deepcopy(document)
    head, _, signature = changed["statements"][0]["credential"].rstrip("~").split(".")
    payload = json.loads(parse_jws(document["statements"][0]["credential"].rstrip("~")).payload)
    payload["credentialSubject"]["measurement"]["capacity_test"]["capacity_ah"] = capacity_ah
    body = _signed(canonical_json(payload), Es256Signer.generate()).split(".")[1]
    changed["statements"][0]["credential"] = f"{head}.{body}.{signature}~"
    return _octets(changed)


def _signed(payload: bytes, signer: Es256Signer) -> str:
    return sign_jws(payload, signer, header={"typ": "vc+sd-jwt"})


def _octets(document: object) -> bytes:
    return json.dumps(document).encode()
