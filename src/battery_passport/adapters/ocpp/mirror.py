"""What a proxy hears between a charger and its own central system.

In: frames that were relayed, of both ways. Out: news, once it is known what they belong to.
"""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Final

from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.frames import Call, Result, read_frame
from battery_passport.adapters.ocpp.news import News, Stage, TransactionNews
from battery_passport.adapters.ocpp.speaking import Version

_MOST_OPEN: Final = 64
_NUMBERED: Final = "StartTransaction"


@dataclass(slots=True)
class Mirror:
    """Reads one connection; it says nothing and changes nothing.

    A transaction of 1.6 gets its number from the central system: its beginning is news only with
    the answer.
    """

    version: Version
    _begun: OrderedDict[str, TransactionNews] = field(default_factory=OrderedDict)

    async def from_charger(self, text: str | bytes) -> News | None:
        """Return what a charger said, if it is of a battery. Raises: OcppRefused."""
        frame = read_frame(text)
        if not isinstance(frame, Call) or not self.version.knows(frame.action):
            return None
        news = await self.version.hear(frame)
        if isinstance(news, TransactionNews) and frame.action == _NUMBERED:
            self._begun[frame.unique_id] = news
            while len(self._begun) > _MOST_OPEN:
                self._begun.popitem(last=False)
            return None
        return news

    def from_central(self, text: str | bytes) -> News | None:
        """Return the beginning of a transaction that was given its number now."""
        if not self._begun:
            return None
        try:
            frame = read_frame(text)
        except OcppRefused:
            return None
        if not isinstance(frame, Result):
            return None
        begun, number = self._begun.pop(frame.unique_id, None), frame.payload.get("transactionId")
        if begun is None or begun.stage is not Stage.STARTED or not isinstance(number, int):
            return None
        return replace(begun, transaction=str(number))
