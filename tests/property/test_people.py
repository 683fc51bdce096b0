"""People's input of every making: one writing, no way out to other sites, no crash, no forgery."""

import unicodedata
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.access.errors import PasskeyRefused
from battery_passport.access.names import address_key, clean_address, clean_name
from battery_passport.access.people.passkeys import challenge_in
from battery_passport.access.people.passwords import SHORTEST, check_password
from battery_passport.access.people.throttling import ACCOUNT, ADDRESS, KNOWN_BROWSER, wait_s
from battery_passport.access.tokens import new_secret, secret_digest
from battery_passport.adapters.sealing.aes_gcm import AesGcmSealing
from battery_passport.foundation.errors import InvalidInput
from battery_passport.web.account.desk import safe_next
from battery_passport.web.forms import UnreadableForm, parse_form

SEALING = AesGcmSealing(wrapping_secret=b"w" * 32, lookup_secret=b"l" * 32)
KEY = SEALING.new_key(UUID(int=1))
anything = st.text(max_size=200)


@given(anything)
def test_a_name_that_is_taken_has_one_harmless_writing(text: str) -> None:
    try:
        name = clean_name(text)
    except InvalidInput:
        return
    assert clean_name(name) == name
    assert unicodedata.is_normalized("NFC", name)
    assert not {unicodedata.category(letter)[0] for letter in name} & {"C"}
    assert not set('<>"{}%:@\\`\n\r\t') & set(name)


@given(anything)
def test_an_address_that_is_taken_is_one_line_of_ascii(text: str) -> None:
    try:
        address = clean_address(text)
    except InvalidInput:
        return
    assert clean_address(address) == address
    assert address.isascii()
    assert address.isprintable()
    assert address_key(address) == address_key(address.upper())


@given(anything)
def test_a_password_that_is_taken_is_long_and_in_one_writing(text: str) -> None:
    try:
        password = check_password(text, email="minji@example.org", name="김민지")
    except InvalidInput:
        return
    assert len(password) >= SHORTEST
    assert check_password(unicodedata.normalize("NFD", password), email="minji@example.org") == (
        password
    )


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400), st.sampled_from("ab"))
def test_sealing_is_undone_by_the_same_key_and_field(text: str, field: str) -> None:
    assert SEALING.unseal(KEY, field, SEALING.seal(KEY, field, text)) == text


@given(st.integers(0, 10_000))
def test_waiting_never_shrinks_and_never_lasts_for_good(failures: int) -> None:
    for each in (ACCOUNT, ADDRESS, KNOWN_BROWSER):
        assert 0 <= wait_s(failures, each) <= wait_s(failures + 1, each) <= each.longest_s


@given(st.one_of(anything, anything.map("/{}".format), anything.map("//{}".format)))
def test_where_one_is_led_on_to_is_a_path_of_ours(wanted: str) -> None:
    target = safe_next(wanted, "/account")
    parts = urlsplit(target)
    assert (parts.scheme, parts.netloc) == ("", "")
    assert target.startswith("/")
    assert not target.startswith(("//", "/\\"))
    assert target.isascii()
    assert target.isprintable()


@given(st.binary(max_size=400))
def test_any_body_is_a_form_or_refused(body: bytes) -> None:
    try:
        form = parse_form(body)
    except UnreadableForm:
        return
    assert all(isinstance(value, str) for _name, value in form.pairs)


@given(st.lists(st.tuples(anything, anything.filter(lambda text: "\r" not in text)), max_size=20))
def test_a_form_reads_as_it_was_sent(pairs: list[tuple[str, str]]) -> None:
    sent = [
        (name.encode("utf-8", "ignore"), value.encode("utf-8", "ignore")) for name, value in pairs
    ]
    form = parse_form(urlencode(sent).encode())
    assert form.pairs == tuple((name.decode(), value.decode()) for name, value in sent)


@given(st.one_of(anything, st.binary(max_size=200).map(lambda raw: raw.decode("latin-1"))))
def test_any_text_is_an_answer_of_an_authenticator_or_refused(text: str) -> None:
    with pytest.raises(PasskeyRefused):
        challenge_in(text)


@given(anything)
def test_secrets_have_one_form_and_a_digest_for_each_use(text: str) -> None:
    secret = new_secret()
    assert secret_digest(secret, use="session") != secret_digest(secret, use="recover")
    assert secret_digest(text, use="session") is None or len(text) == 43
