"""Whatever a charger sends, it is heard or refused; nothing else happens.

`test_decoder_fuzzing.py` tries a million.
"""

import asyncio
import json
from random import Random

import ocpp.messages
import pytest

from battery_passport.adapters.ocpp.checking import V16, V201
from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.frames import Call, read_frame
from battery_passport.adapters.ocpp.news import BatteryNews, TransactionNews
from battery_passport.adapters.ocpp.rows import Supply, battery_row, charger_rows
from battery_passport.adapters.ocpp.speaking import VERSIONS
from battery_passport.assembly.gateways.telling import happenings, rows_text, soc_ratio_of
from tests.factories.odd_calls import SENT, changed

IN_EVERY_RUN = 1_500


async def hear(times: int, seed: int) -> int:
    """Hear so many changed calls; return how many were heard."""
    random, heard = Random(seed), 0
    for _ in range(times):
        version = VERSIONS[random.choice((V16, V201))]
        action, payload = random.choice(SENT[version.number])
        for _change in range(random.randint(1, 2)):
            payload = changed(payload, random)
        try:
            frame = read_frame(json.dumps([2, "1", action, payload]))
            news = await version.hear(frame) if isinstance(frame, Call) else None
        except OcppRefused:
            continue
        heard += 1
        if isinstance(news, TransactionNews):
            rows = charger_rows(news.readings, random.choice(tuple(Supply)))
            happenings(news, rows)
            soc_ratio_of(rows)
            rows_text(rows)
        elif isinstance(news, BatteryNews):
            rows_text([battery_row(news)])
    return heard


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library check within the same thread: this is about what it says, not when."""
    monkeypatch.setattr(ocpp.messages, "ASYNC_VALIDATION", False)


def test_what_no_charger_should_send_is_heard_or_refused() -> None:
    assert asyncio.run(hear(IN_EVERY_RUN, seed=1)) > IN_EVERY_RUN // 50
