"""Every event, role, contract and status of the chain has words, and sentences are filled."""

import re

import pytest

from battery_passport.adapters.evm.artefact import (
    CHECKPOINT_ANCHORS,
    CONSORTIUM,
    PASSPORT_REGISTRY,
    load_artefact,
)
from battery_passport.ledger.onchain.statuses import StatusCode
from battery_passport.web.explorer.event_words import EVENTS, LABELS
from battery_passport.web.explorer.happenings import Telling
from battery_passport.web.explorer.names import (
    CONTRACTS,
    account_name,
    contract_name,
    short_hex,
    status_name,
)
from battery_passport.web.explorer.views import Account, OwnAccount, ProperName
from battery_passport.web.language import load_language
from battery_passport.web.pages.layout import Shell
from tests.factories.explorer import (
    KEY,
    OWN,
    SOMEBODY,
    anchored,
    block_sheet,
    digest,
    full_block,
    happening,
    transaction,
)

LANGUAGES = ("ko", "en")
OURS = (CHECKPOINT_ANCHORS, CONSORTIUM, PASSPORT_REGISTRY)
OF_KIND = {
    "address": OWN.address,
    "bytes32": digest("some digest"),
    "uint8": 5,
    "uint64": 18_100,
    "uint256": 3,
    "bool": False,
}


def shell(code: str) -> Shell:
    return Shell(
        language=load_language(code),
        chosen_by_hand=False,
        path="/ledger",
        software_version="0",
    )


def told_events() -> list[tuple[str, str, dict[str, object]]]:
    """Return every event of our contracts, with a value for each member."""
    return [
        (contract, name, {member: OF_KIND[kind] for member, kind in (*shape.indexed, *shape.plain)})
        for contract in OURS
        for name, shape in load_artefact(contract).event_shapes.items()
    ]


def test_every_event_of_the_contracts_has_words_and_no_other_has() -> None:
    assert {name for _, name, _ in told_events()} == set(EVENTS)
    assert set(CONTRACTS) == set(OURS)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(("contract", "name", "members"), told_events())
def test_sentences_are_filled_and_name_nothing_technical(
    contract: str, name: str, members: dict[str, object], code: str
) -> None:
    sheet = block_sheet(transaction(happening(contract, name, **members)))
    ((told,),) = [card.told for card in Telling(sheet, shell(code)).cards()]
    assert told.title
    assert not re.search(r"%\(|0x[0-9a-f]{20}|[0-9a-f]{32}", told.sentence), told.sentence
    assert not re.search(r"(: \.|  |, \.|: ,)", told.sentence), told.sentence
    digests = [each for each in members.values() if isinstance(each, bytes)]
    shown = {each.value for each in told.details}
    assert {each.hex() for each in digests} <= shown


def test_every_member_with_a_digest_or_an_address_has_a_label() -> None:
    members = {
        member
        for contract in OURS
        for shape in load_artefact(contract).event_shapes.values()
        for member, kind in (*shape.indexed, *shape.plain)
        if kind in ("address", "bytes32")
    }
    assert members <= set(LABELS)


def test_a_checkpoint_of_our_log_is_linked_and_one_of_another_is_not() -> None:
    sheet = block_sheet(transaction(anchored()), transaction(anchored(origin="somebody's/log")))
    (ours,), (theirs,) = [card.told for card in Telling(sheet, shell("en")).cards()]
    assert ours.address == "/ledger/checkpoints/18100"
    assert "18,100 entries" in ours.sentence
    assert theirs.address == ""
    assert theirs.sentence.startswith("Another log's")


def test_a_transaction_that_was_refused_says_that_nothing_changed() -> None:
    *_, refused = Telling(full_block(), shell("en")).cards()
    assert not refused.succeeded
    assert [(each.title, each.sentence) for each in refused.told] == [
        ("Refused by the chain", "Nothing has changed.")
    ]


def test_a_contract_set_up_is_told_before_what_it_told() -> None:
    joined = happening("Consortium", "MemberAdded", member=OWN.address)
    made = transaction(joined, is_creation=True, contract="Consortium")
    (card,) = Telling(block_sheet(made), shell("en")).cards()
    assert [each.title for each in card.told] == [
        "A contract set up: Members and roles",
        "A member joined",
    ]


def test_a_transaction_of_nobody_known_is_not_guessed_at() -> None:
    (card,) = Telling(block_sheet(transaction(contract="")), shell("en")).cards()
    assert card.told[0].title == "Another transaction"


def test_transfers_name_known_accounts_and_shorten_unknown_ones() -> None:
    moved = happening(
        "PassportRegistry", "Transferred", key=KEY, **{"from": OWN.address, "to": SOMEBODY.address}
    )
    ((told,),) = [
        card.told for card in Telling(block_sheet(transaction(moved)), shell("en")).cards()
    ]
    assert "from this platform's organisation to 0xab20…8f13" in told.sentence


@pytest.mark.parametrize("code", LANGUAGES)
def test_statuses_are_in_the_order_of_the_contracts_codes(code: str) -> None:
    language = load_language(code)
    by_code = [status_name(int(each), language) for each in StatusCode]
    by_name = [status_name(each.name.lower(), language) for each in StatusCode]
    assert by_code == by_name
    assert by_code[0] == "–"
    assert len(set(by_code)) == len(StatusCode)
    assert status_name(99, language) == "–"


def test_accounts_are_called_by_name_by_what_they_are_or_by_their_ends() -> None:
    language = load_language("ko")
    name = ProperName("Operator", "운영사")
    own = OwnAccount.ORGANISATION
    assert account_name(Account(address=OWN.address, name=name), language) == "운영사"
    assert account_name(Account(address=OWN.address, name=name, own=own), language) == (
        "운영사(이 시스템)"
    )
    assert account_name(Account(address=OWN.address, own=own), language) == "이 시스템의 운영 기관"
    assert account_name(SOMEBODY, language) == "0xab20…8f13"
    assert short_hex("abcd") == "abcd"
    assert contract_name("Foreign", language) == ""
