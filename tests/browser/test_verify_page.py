"""Checking a proof file in a real browser: on the page, and in the file that works from disk.

In: bundles with every kind of part, good and spoiled. Out: one clear answer; nothing leaves the
machine.
"""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from battery_passport.credentials.status_list import Status
from battery_passport.web.static_files import BUILT, OFFLINE_VERIFIER
from tests.browser.looking import WIDTHS, Scheme, visiting
from tests.factories.complete_proof import PLACE, STATUS_AT, complete_installation
from tests.factories.proof import issued_installation
from tests.unit.proof.test_reasons import CASES

COMPLETE = complete_installation()
GOOD = COMPLETE.assemble(sections=("annex-xiii-4",), with_evidence=True)
TRUST = COMPLETE.trust().encode()
OFFLINE = (BUILT / OFFLINE_VERIFIER).as_uri()
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def open_at(page: Page, where: str) -> None:
    """Open the page in a browser whose clock stands two hours after the status was given."""
    page.clock.set_fixed_time(STATUS_AT + timedelta(hours=2))
    page.goto(where)


def choose(page: Page, name: str, octets: bytes) -> None:
    payload: FilePayload = {
        "name": f"{name}.json",
        "mimeType": "application/json",
        "buffer": octets,
    }
    page.locator(f"#verifier-{name}").set_input_files(payload)


def answer(page: Page, bundle: bytes, trust: bytes = TRUST) -> str:
    """Return the one word that the page says of two files."""
    choose(page, "trust", trust)
    choose(page, "bundle", bundle)
    return page.locator(".verdict__word").inner_text()


def spoiled() -> bytes:
    document = json.loads(GOOD)
    document["record"]["seq"] = 2
    return json.dumps(document).encode()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", ["ko", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_page_says_one_clear_word(
    browser: Browser, address: str, width: int, code: str, scheme: Scheme
) -> None:
    with visiting(browser, width=width, scheme=scheme) as visit:
        open_at(visit.page, f"{address}/verify?lang={code}")
        assert answer(visit.page, GOOD) == {"ko": "진본입니다", "en": "Valid"}[code]
        expect(visit.page.locator(".verifier__held")).to_have_count(11)
        assert visit.page.evaluate(OVERFLOW) == 0
        assert answer(visit.page, spoiled()) == {"ko": "유효하지 않습니다", "en": "Not valid"}[code]
        expect(visit.page.locator(".verifier__code")).to_have_text("not-included")
        assert (
            answer(visit.page, b"no JSON")
            == {"ko": "검증할 수 없습니다", "en": "Cannot be checked"}[code]
        )
        assert visit.page.evaluate(OVERFLOW) == 0
        assert visit.complaints == []
        assert all(each.startswith(f"{address}/static/") for each in visit.addresses[1:])


def test_page_says_as_of_when_and_what_it_cannot_show(browser: Browser, address: str) -> None:
    with visiting(browser) as visit:
        open_at(visit.page, f"{address}/verify?lang=en")
        answer(visit.page, GOOD)
        facts = visit.page.locator(".verifier__facts").inner_text()
        assert "2026-11-23 16:50 KST" in facts  # latest as of
        assert "2026-11-23 17:30 KST" in facts  # status as of
        expect(visit.page.locator(".verifier__open")).to_contain_text(["measurements are true"])
        plain = issued_installation()
        assert answer(visit.page, plain.assemble(), plain.trust().encode()) == "Valid"
        expect(visit.page.locator(".verifier__open")).to_have_count(5)


def test_a_measurement_is_listed_with_who_made_it(browser: Browser) -> None:
    installation = issued_installation()
    installation.add_measurement()
    trust = installation.trust().encode()
    with visiting(browser) as visit:
        open_at(visit.page, OFFLINE)
        assert answer(visit.page, installation.assemble(), trust) == "진본입니다"
        facts = visit.page.locator(".verifier__facts").inner_text()
        assert "부산 배터리 검사소, 2026-11-23 15:00 KST: 50.8 Ah" in facts
        expect(visit.page.locator(".verifier__held")).to_contain_text(["검사기관이 직접 측정"])
        assert visit.page.evaluate(OVERFLOW) == 0


def test_page_offers_the_platforms_trust_file_and_fetches_nothing_else(
    browser: Browser, address: str
) -> None:
    with visiting(browser) as visit:
        open_at(visit.page, f"{address}/verify?lang=en")
        visit.page.get_by_role("button", name="Use this platform's trust file").click()
        expect(visit.page.locator(".verifier__file--chosen")).to_have_count(1)
        assert f"{address}/v1/trust" in visit.addresses


def test_a_revoked_passport_is_said_to_be_revoked(browser: Browser, address: str) -> None:
    installation = complete_installation()
    installation.statuses[PLACE.index] = Status.REVOKED
    with visiting(browser) as visit:
        open_at(visit.page, f"{address}/verify?lang=en")
        assert (
            answer(visit.page, installation.assemble(), installation.trust().encode())
            == "Not valid"
        )
        expect(visit.page.locator(".verifier__facts")).to_contain_text("has revoked")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_file_from_disk_checks_alone(browser: Browser, width: int, scheme: Scheme) -> None:
    with visiting(browser, width=width, scheme=scheme) as visit:
        open_at(visit.page, OFFLINE)
        assert answer(visit.page, GOOD) == "진본입니다"
        assert visit.page.evaluate(OVERFLOW) == 0
        visit.page.get_by_role("button", name="English").click()
        expect(visit.page.locator(".verdict__word")).to_have_text("Valid")
        assert answer(visit.page, spoiled()) == "Not valid"
        assert visit.addresses == [OFFLINE]
        assert visit.complaints == []


def test_file_from_disk_may_run_only_its_own_script() -> None:
    text = (BUILT / OFFLINE_VERIFIER).read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy[1]
    assert "http" not in re.sub(r"https?://[^\s\"'`)]*", "", policy[1])


def test_file_from_disk_is_the_one_that_the_page_offers(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    with visiting(browser) as visit:
        open_at(visit.page, f"{address}/verify?lang=en")
        with visit.page.expect_download() as download:
            visit.page.get_by_role("link", name="Download the check").click()
        kept = tmp_path / "check.html"
        download.value.save_as(kept)
    assert kept.read_bytes() == (BUILT / OFFLINE_VERIFIER).read_bytes()


def test_browser_gives_every_reason_that_the_command_gives(browser: Browser) -> None:
    """Chromium itself decides, with its own engine for signatures and for unpacking."""
    told: dict[str, str] = {}
    with visiting(browser) as visit:
        open_at(visit.page, OFFLINE)
        for name, (_code, make) in CASES.items():
            bundle, trust = make()
            word = answer(visit.page, bundle, trust)
            told[name] = visit.page.locator(".verifier__code").inner_text()
            assert word != "진본입니다", name
        assert visit.complaints == []
    assert told == {name: code for name, (code, _make) in CASES.items()}
