"""Accounts by which other platforms sign in at a gateway.

In: a connection within a transaction. Out: the keyed hash of each account's password.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from battery_passport.adapters.sql.schema_gateways import gateway_accounts
from battery_passport.adapters.sql.upserts import insert_or_update
from battery_passport.foundation.clock import unix_ms

_A = gateway_accounts.c


class AccountStore:
    """Accounts within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, gateway: str, account: str, password: bytes, moment: datetime) -> None:
        """Save an account, in place of one of that name."""
        row = {
            "gateway": gateway,
            "account": account,
            "password": password,
            "added_at_ms": unix_ms(moment),
        }
        insert_or_update(self._connection, gateway_accounts, [row], ("gateway", "account"))

    def password_of(self, gateway: str, account: str) -> bytes | None:
        """Return what is kept of an account's password."""
        query = select(_A.password).where(_A.gateway == gateway, _A.account == account)
        found: bytes | None = self._connection.execute(query).scalar()
        return found

    def remove(self, gateway: str, account: str) -> bool:
        """Remove an account; False if there is none of that name."""
        statement = delete(gateway_accounts).where(_A.gateway == gateway, _A.account == account)
        return self._connection.execute(statement).rowcount == 1
