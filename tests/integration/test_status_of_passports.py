"""Suspending, resuming and revoking real passports: the list tells, bundles tell, the log tells.

In: an installation with passports. Out: what a stranger with proof and trust file is told.
"""

import json
from collections.abc import Iterator

import httpx
import pytest

from battery_passport.assembly.installation import Installation
from battery_passport.assembly.public_site import build_site
from battery_passport.assembly.requests import InvalidRequest
from battery_passport.assembly.statuses import REASONS
from battery_passport.cli.verbs import REVOCATIONS
from battery_passport.credentials.jws import parse_jws, verify_jws
from battery_passport.credentials.status_list import Status, open_status_token
from battery_passport.proof.errors import PassportRevoked, PassportSuspended
from battery_passport.proof.report import VerificationReport
from battery_passport.proof.verification import verify_bundle
from tests.factories.asgi import asgi_client
from tests.factories.installation import installed, run

pytestmark = pytest.mark.integration

CAR = "car-1"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("home")) as opened:
        run(opened, "battery-add", battery=CAR, chemistry="LFP")
        run(opened, "passport-issue", battery=CAR)
        yield opened


def site_of(installation: Installation) -> httpx.Client:
    site = build_site(installation, waiting_batches=lambda: 0)
    return asgi_client(site, base_url="http://localhost:8000")


def verified(installation: Installation) -> VerificationReport:
    bundle = str(run(installation, "bundle", battery=CAR)["content"]).encode()
    return verify_bundle(bundle, str(run(installation, "trust-export")["content"]).encode())


def place(installation: Installation) -> tuple[str, int]:
    token = str(run(installation, "passport-export", battery=CAR)["content"]).split("~")[0]
    named = json.loads(parse_jws(token).payload)["status"]["status_list"]
    return str(named["uri"]), int(named["idx"])


def test_good_passport_is_told_to_be_latest_and_good(installation: Installation) -> None:
    report = verified(installation)
    assert report.latest_as_of is not None
    assert report.status_as_of is not None
    assert report.status_as_of >= report.as_of.replace(microsecond=0)


def test_suspension_shows_until_the_passport_is_in_force_again(installation: Installation) -> None:
    run(installation, "event-add", battery=CAR, type="passport_suspended", values={"reason": "x"})
    with pytest.raises(PassportSuspended, match="status as of"):
        verified(installation)
    run(installation, "event-add", battery=CAR, type="passport_resumed", values={"reason": "x"})
    assert verified(installation).status_as_of is not None


def test_list_is_published_in_both_spellings(installation: Installation) -> None:
    site = site_of(installation)
    uri, index = place(installation)
    path = uri.removeprefix(installation.base_url)
    key = installation.keys.issuer.public_key
    token = told(site.get(path), "application/statuslist+jwt")
    assert open_status_token(token, lambda _kid: key).status_at(index) is Status.VALID
    for purpose in ("revocation", "suspension"):
        credential = told(site.get(f"{path}/{purpose}"), "application/vc+jwt")
        payload = json.loads(verify_jws(credential, lambda _kid: key).payload)
        assert payload["credentialSubject"]["statusPurpose"] == purpose
    assert site.get("/status/unknown").status_code == 404
    assert site.get(f"{path}/message").status_code == 404


def told(answer: httpx.Response, media_type: str) -> str:
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert "max-age=300" in answer.headers["cache-control"]
    return answer.text


def test_revocation_is_for_good_and_stands_in_the_log(installation: Installation) -> None:
    with pytest.raises(InvalidRequest, match="no reason"):
        run(installation, "passport-revoke", battery=CAR, reason="whim")
    answer = run(installation, "passport-revoke", battery=CAR, reason="wrong-data")
    assert (answer["version"], answer["changed"]) == (1, True)
    assert run(installation, "passport-revoke", battery=CAR, reason="withdrawn")["changed"] is False
    with pytest.raises(PassportRevoked):
        verified(installation)
    run(installation, "event-add", battery=CAR, type="passport_suspended", values={"reason": "x"})
    run(installation, "event-add", battery=CAR, type="passport_resumed", values={"reason": "x"})
    with pytest.raises(PassportRevoked):
        verified(installation)
    run(installation, "passport-issue", battery=CAR)
    assert verified(installation).sequence == 2
    assert run(installation, "audit")["intact"] is True
    with installation.database.read() as connection:
        acts = connection.exec_driver_sql("select act from audit_records").scalars().all()
    assert acts.count("passport-revoked") == 1


def test_reasons_of_the_command_are_those_of_the_platform() -> None:
    assert REVOCATIONS == REASONS


def test_list_names_neither_a_battery_nor_a_passport(installation: Installation) -> None:
    uri, _index = place(installation)
    site = site_of(installation)
    payload = parse_jws(site.get(uri.removeprefix(installation.base_url)).text).payload
    assert CAR.encode() not in payload
    assert set(json.loads(payload)) == {"sub", "iat", "exp", "ttl", "status_list"}
