"""Accounts, roles, contracts and statuses of the chain in the reader's words.

In: values of `views`. Out: texts of a language.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.web.explorer.views import Account, LedgerRole, OwnAccount
from battery_passport.web.language import Language, marked

_OWN: Mapping[OwnAccount, str] = MappingProxyType(
    {
        OwnAccount.ORGANISATION: marked("this platform's organisation"),
        OwnAccount.ANCHORER: marked("this platform's recording account"),
        OwnAccount.CARRIER: marked("this platform's carrier, which has no power of its own"),
        OwnAccount.DEPLOYER: marked("this platform's account for setting up contracts"),
    }
)

ROLES: Mapping[LedgerRole, str] = MappingProxyType(
    {
        LedgerRole.ISSUER: marked("issues passports"),
        LedgerRole.RESPONSIBLE_OPERATOR: marked("may answer for batteries"),
        LedgerRole.PERMITTED_OPERATOR: marked("may give waste batteries a second life"),
        LedgerRole.WASTE_OPERATOR: marked("records that a battery became waste"),
        LedgerRole.RECYCLER: marked("records that a battery was recycled"),
        LedgerRole.ANCHORER: marked("records this log's checkpoints"),
    }
)

CONTRACTS: Mapping[str, str] = MappingProxyType(
    {
        "Consortium": marked("Members and roles"),
        "CheckpointAnchors": marked("Records of checkpoints"),
        "PassportRegistry": marked("Registry of passports"),
    }
)

_STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "original": marked("Original"),
        "repurposed": marked("Repurposed"),
        "reused": marked("Re-used"),
        "remanufactured": marked("Remanufactured"),
        "waste": marked("Waste battery"),
        "recycled": marked("Recycled"),
    }
)
_STATUS_NAMES = ("", *_STATUSES)
"""In the order of the contract's codes, which begin with none."""

_HEAD, _TAIL = 6, 4


def account_name(account: Account, language: Language) -> str:
    """Return who is behind an address: a name, what it is to this platform, or the address."""
    own = "" if account.own is None else language.text(_OWN[account.own])
    if account.name is None:
        return own or short_hex(account.address)
    name = account.name.in_language(language.code)
    if account.own is OwnAccount.ORGANISATION:
        return language.text("%(name)s (this platform)", name=name)
    return name


def status_name(status: str | int, language: Language) -> str:
    """Return a status of the registry, given by its name or by the contract's code."""
    if isinstance(status, int):
        status = _STATUS_NAMES[status] if 0 <= status < len(_STATUS_NAMES) else ""
    return language.text(_STATUSES[status]) if status in _STATUSES else "–"


def contract_name(contract: str, language: Language) -> str:
    """Return what a contract of ours is for."""
    return language.text(CONTRACTS[contract]) if contract in CONTRACTS else ""


def short_hex(text: str) -> str:
    """Return the two ends of a long number, by which people tell it from others."""
    head = _HEAD if text.startswith("0x") else _HEAD - 2
    return text if len(text) <= head + _TAIL + 1 else f"{text[:head]}…{text[-_TAIL:]}"
