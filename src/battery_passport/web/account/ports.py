"""What the pages of accounts need from the rest of the platform.

In: nothing. Out: the ports that `assembly/sites/account.py` fills, gathered in `AccountServices`.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from battery_passport.access.desk import Desk
from battery_passport.access.machines.clients import TokenOffice
from battery_passport.access.stores.people import Passkeys, Passwords, Providers


class Transactions(Protocol):
    """Opens desks; letters of one that was committed are sent after its block has ended."""

    def transaction(self) -> AbstractContextManager[Desk]: ...

    def reading(self) -> AbstractContextManager[Desk]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountServices:
    """All that the pages are given. `home` is where somebody goes after sign-in."""

    transactions: Transactions
    passwords: Passwords
    passkeys: Passkeys
    providers: Providers
    office: TokenOffice
    assets: Mapping[str, str]
    software_version: str
    home: str = "/account"
