"""A trader checks a proof file that somebody sent; what does not hold never passes."""

import copy

import pytest

from battery_passport.access.model import Role
from tests.factories.desk_city import DeskCity, seen
from tests.factories.proof import SUBJECT, as_bytes, as_document, issued_installation

PAGE = "/desk/trade/proof"
SELLER = issued_installation()
TRUST = SELLER.trust().encode()
PROOF = SELLER.assemble()


def altered() -> bytes:
    document = copy.deepcopy(as_document(PROOF))
    token = document["credential"]
    document["credential"] = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    return as_bytes(document)


def test_a_proof_holds_for_who_trusts_the_sellers_installation(made: DeskCity) -> None:
    answer = made.visit(Role.TRADER).upload(
        PAGE, files={"proof": PROOF, "trust_file": TRUST}, trust="other"
    )
    page = seen(answer)
    assert answer.status_code == 200
    for words in (
        "Valid",
        SUBJECT,
        "The issuer's signature covers every value.",
        "Whether this is the latest version is not in the file.",
    ):
        assert words in page


def test_a_proof_of_an_installation_that_is_not_trusted_is_not_valid(made: DeskCity) -> None:
    page = seen(made.visit(Role.TRADER).upload(PAGE, files={"proof": PROOF}, trust="own"))
    assert "Not valid" in page
    assert "Do not rely on this file." in page


def test_an_altered_proof_is_not_valid(made: DeskCity) -> None:
    files = {"proof": altered(), "trust_file": TRUST}
    page = seen(made.visit(Role.TRADER).upload(PAGE, files=files, trust="other"))
    assert "Not valid" in page


@pytest.mark.parametrize(
    ("files", "trust", "words"),
    [
        ({"proof": b""}, "own", "Choose the proof file"),
        ({"proof": PROOF, "trust_file": b""}, "other", "Choose the trust file"),
        ({"proof": b"hello"}, "own", "The file cannot be read"),
        ({"proof": PROOF, "trust_file": b"{}"}, "other", "The file cannot be read"),
    ],
)
def test_what_is_no_proof_is_told_beside_the_field(
    made: DeskCity, files: dict[str, bytes], trust: str, words: str
) -> None:
    answer = made.visit(Role.TRADER).upload(PAGE, files=files, trust=trust)
    assert answer.status_code == 422
    assert words in seen(answer)
    assert 'aria-invalid="true"' in answer.text


def test_a_file_that_is_no_text_is_refused(made: DeskCity) -> None:
    answer = made.visit(Role.TRADER).upload(PAGE, files={"proof": b"\xff\xfe\x00"}, trust="own")
    assert answer.status_code == 422


def test_an_upload_without_the_forms_token_is_refused(made: DeskCity) -> None:
    answer = made.visit(Role.TRADER).http.post(PAGE, files={"proof": ("p.json", PROOF)})
    assert answer.status_code in (400, 403)


def test_the_market_is_empty_and_says_what_can_be_done_today(made: DeskCity) -> None:
    page = made.visit(Role.TRADER).text("/desk/trade")
    assert "There is no market here yet." in page
    assert "Check a proof file" in page
