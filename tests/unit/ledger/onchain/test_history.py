"""A passport's state as its events give it, whatever they are and whomever else they concern."""

from battery_passport.ledger.onchain.history import Happening, RegistryHistory
from battery_passport.ledger.onchain.statuses import StatusCode

KEY, OTHER = b"k" * 32, b"o" * 32
A, B, C = ("0x" + letter * 40 for letter in "abc")


def registered(key: bytes, block: int) -> Happening:
    members = {
        "key": key,
        "batch": 4,
        "issuer": A,
        "status": 1,
        "commitment": b"c" * 32,
        "evidence": bytes(32),
    }
    return Happening("Registered", members, block)


def test_every_kind_of_event_is_followed() -> None:
    history = RegistryHistory([KEY])
    issued = {"batch": 4, "issuer": A, "root": b"r" * 32, "size": 7}
    history.take([Happening("PassportIssued", issued, 1), registered(KEY, 2)])
    token = history.tokens[KEY]
    assert (token.holder, token.responsible, token.status) == (A, A, StatusCode.ORIGINAL)
    changes: dict[str, dict[str, object]] = {
        "Transferred": {"key": KEY, "from": A, "to": B},
        "ResponsibilityTransferred": {"key": KEY, "from": A, "to": C},
        "StatusSet": {"key": KEY, "actor": C, "from": 1, "to": 5},
        "LivesOn": {"predecessor": KEY, "successor": OTHER, "responsible": C},
        "Revoked": {"key": KEY, "issuer": A},
        "RebindingProposed": {"key": KEY},
    }
    for block, (name, members) in enumerate(changes.items(), start=3):
        history.take([Happening(name, members, block)])
    assert (token.holder, token.responsible, token.status) == (B, C, StatusCode.WASTE)
    assert (token.revoked, token.successors, token.block_number) == (True, 1, 7)
    assert [(each.actor, each.block_number) for each in token.changes] == [(C, 5)]
    lost = {"key": KEY, "from": B, "to": A}
    history.take([Happening("Rebound", {**lost, "responsibility": False}, 20)])
    history.take([Happening("Rebound", {**lost, "to": B, "responsibility": True}, 21)])
    assert (token.holder, token.responsible, token.registered_in) == (A, B, 2)
    assert history.batches[4].size == 7


def test_passports_of_others_are_passed_over() -> None:
    history = RegistryHistory([KEY])
    moved = {"key": OTHER, "from": A, "to": B}
    history.take([registered(OTHER, 1), Happening("Transferred", moved, 2)])
    assert history.tokens == {}
