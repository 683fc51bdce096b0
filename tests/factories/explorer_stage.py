"""What the ledger's pages are tried on: a ledger, records and somebody who asks."""

from dataclasses import dataclass

import httpx

from tests.factories.explorer import MemoryLedger, MemoryRecords


@dataclass
class Stage:
    """What the ledger and the records tell, and a client who asks in English."""

    ledger: MemoryLedger
    records: MemoryRecords
    client: httpx.Client

    def set_up(self) -> None:
        """Let all be well."""
        self.ledger.__dict__.update(MemoryLedger().__dict__)
        self.records.__dict__.update(MemoryRecords().__dict__)
