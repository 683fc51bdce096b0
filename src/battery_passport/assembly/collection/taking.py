"""One batch on its way through a process: admitted, made durable, counted, answered.

In: encoded batches in the event loop. Out: a receipt or a refusal for each, told once.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from battery_passport.adapters.metrics.prometheus import PlatformMetrics
from battery_passport.adapters.sql.evidence import Outcome
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.ingest_writer import IngestWriter
from battery_passport.assembly.intake import admit_batch
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.web.api.telemetry import AcceptBatch, Receipt, TakeBatch, TellResult

REFUSED = "refused"


def taking(
    directory: DeviceDirectory, writer: IngestWriter, clock: Clock, count: Callable[[str], None]
) -> TakeBatch:
    """Return what takes batches; `count` hears in one word what became of each."""

    def take(encoded: bytes, tell: TellResult) -> None:
        try:
            batch = admit_batch(encoded, directory, clock.now())
            writer.take(batch, partial(told, batch.digest, tell))
        except BatteryPassportError as error:
            refuse(error, tell)

    def told(digest: bytes, tell: TellResult, outcome: Outcome | BatteryPassportError) -> None:
        if isinstance(outcome, BatteryPassportError):
            refuse(outcome, tell)
        else:
            count(outcome.value)
            tell(Receipt(outcome.value, digest))

    def refuse(error: BatteryPassportError, tell: TellResult) -> None:
        count(f"{REFUSED}: {error.code}")
        tell(error)

    return take


def counter_of(metrics: PlatformMetrics, transport: str) -> Callable[[str], None]:
    """Return what counts the batches of a transport by what became of them."""
    counters: dict[str, Callable[[], None]] = {}

    def count(outcome: str) -> None:
        known = counters.get(outcome)
        if known is None:
            known = counters[outcome] = metrics.batch_counter(transport, outcome)
        known()

    return count


def awaiting(take: TakeBatch) -> AcceptBatch:
    """Return the same for callers that wait."""

    async def accept(encoded: bytes) -> Receipt:
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        take(encoded, partial(_settle, future))
        return await future

    return accept


def _settle(future: asyncio.Future[Receipt], result: Receipt | BatteryPassportError) -> None:
    if future.done():
        return
    if isinstance(result, BatteryPassportError):
        future.set_exception(result)
    else:
        future.set_result(result)
