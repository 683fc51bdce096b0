"""What contracts told, in plain words: a sentence for each kind of event, and its members.

In: transactions of a block. Out: titles, sentences, links and small print.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from battery_passport.web.explorer.event_words import EVENTS, FOREIGN_ANCHOR, LABELS
from battery_passport.web.explorer.names import (
    ROLES,
    account_name,
    contract_name,
    short_hex,
    status_name,
)
from battery_passport.web.explorer.views import Account, BlockSheet, Happening, TransactionView
from battery_passport.web.language import marked
from battery_passport.web.pages.layout import Shell

UNKNOWN_ROLE = marked("a role that is not known here")
_EMPTY = bytes(32)


@dataclass(frozen=True, slots=True)
class Detail:
    """One member of an event in small print."""

    label: str
    value: str
    is_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event in words. `mark` chooses the small picture beside it."""

    mark: str
    title: str
    sentence: str
    address: str = ""
    link: str = ""
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionCard:
    """One transaction: what it did, who sent it, its number."""

    told: tuple[Told, ...]
    sender: str
    sender_address: str
    transaction_hash: str
    succeeded: bool


class Telling:
    """Tells the transactions of one block."""

    def __init__(self, sheet: BlockSheet, shell: Shell) -> None:
        self._sheet = sheet
        self._shell = shell
        self._language = shell.language

    def cards(self) -> tuple[TransactionCard, ...]:
        """Return the block's transactions in words."""
        return tuple(self._card(each) for each in self._sheet.transactions)

    def _card(self, transaction: TransactionView) -> TransactionCard:
        told = tuple(self._told(each) for each in transaction.happenings)
        if transaction.is_creation or not transaction.succeeded or not told:
            told = (self._other(transaction), *told)
        return TransactionCard(
            told=told,
            sender=account_name(transaction.sender, self._language),
            sender_address=transaction.sender.address,
            transaction_hash=transaction.transaction_hash.hex(),
            succeeded=transaction.succeeded,
        )

    def _other(self, transaction: TransactionView) -> Told:
        """Return what is said of a transaction of which no contract of ours told anything."""
        text = self._language.text
        contract = contract_name(transaction.contract, self._language)
        if not transaction.succeeded:
            title, sentence = text("Refused by the chain"), text("Nothing has changed.")
            return Told(mark="stop", title=title, sentence=sentence)
        if transaction.is_creation:
            sentence = text("Its code stands on the chain from here on and cannot be changed.")
            title = text("A contract set up: %(name)s", name=contract or "–")
            return Told(mark="contract", title=title, sentence=sentence)
        title = text("Another transaction")
        return Told(
            mark="contract",
            title=title,
            sentence=text("It is none that this platform knows how to read."),
        )

    def _told(self, happening: Happening) -> Told:
        words = EVENTS[happening.event]
        values = {name: make(self, happening) for name, make in _VALUES.items()}
        sentence, address, link = words.sentence, "", ""
        if happening.event == "Anchored":
            if happening.members["originHash"] == self._sheet.own_origin_hash:
                address = self._shell.link(f"/ledger/checkpoints/{happening.members['size']}")
                link = self._language.text("Look at the checkpoint")
            else:
                sentence = FOREIGN_ANCHOR
        return Told(
            mark=words.mark,
            title=self._language.text(words.title),
            sentence=self._language.text(sentence, **values),
            address=address,
            link=link,
            details=tuple(self._details(happening)),
        )

    def _details(self, happening: Happening) -> Iterator[Detail]:
        for name, value in happening.members.items():
            if name not in LABELS or value == _EMPTY:
                continue
            label = self._language.text(LABELS[name])
            if isinstance(value, bytes):
                yield Detail(label, value.hex(), is_code=True)
            elif isinstance(value, str):
                yield Detail(label, self.account(value, with_address=True))

    def account(self, address: str, *, with_address: bool = False) -> str:
        """Return who is behind an address, with the address itself in small print."""
        known = self._sheet.accounts.get(address.lower(), Account(address=address))
        name = account_name(known, self._language)
        if not with_address:
            return name
        return address if name == short_hex(address) else f"{name} · {address}"

    def number(self, happening: Happening, name: str) -> str:
        """Return a member that is a number, as this language writes it."""
        value = happening.members.get(name)
        return self._language.number(value) if isinstance(value, int) else ""

    def who(self, happening: Happening, *names: str) -> str:
        """Return the account that the first of these members names."""
        found = (happening.members[name] for name in names if name in happening.members)
        return self.account(str(next(found, "")))

    def status(self, happening: Happening, name: str) -> str:
        """Return a member that is a status."""
        value = happening.members.get(name)
        return status_name(value, self._language) if isinstance(value, int) else ""

    def role(self, happening: Happening) -> str:
        """Return what a role lets an account do."""
        found = self._sheet.roles.get(_bytes(happening.members.get("role")))
        return self._language.text(UNKNOWN_ROLE if found is None else ROLES[found])

    def moment(self, happening: Happening) -> str:
        """Return when a proposal may be carried out."""
        value = happening.members.get("readyAt")
        if not isinstance(value, int):
            return ""
        return self._language.moment(datetime.fromtimestamp(value, UTC))


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


_Make = Callable[[Telling, Happening], str]
_VALUES: Mapping[str, _Make] = MappingProxyType(
    {
        "size": lambda told, each: told.number(each, "size"),
        "number": lambda told, each: told.number(each, "anchorNumber"),
        "batch": lambda told, each: told.number(each, "batch"),
        "threshold": lambda told, each: told.number(each, "threshold"),
        "members": lambda told, each: told.number(each, "members"),
        "who": lambda told, each: told.who(each, "issuer", "signer", "member", "account"),
        "from": lambda told, each: told.who(each, "from"),
        "to": lambda told, each: told.who(each, "to", "successor"),
        "before": lambda told, each: told.status(each, "from"),
        "after": lambda told, each: told.status(each, "to"),
        "status": lambda told, each: told.status(each, "status"),
        "at": lambda told, each: told.moment(each),
        "role": lambda told, each: told.role(each),
    }
)
"""What sentences are filled with; a member that an event has not stays empty."""
