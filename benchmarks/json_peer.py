"""The peer that ingest is compared with: FastAPI and pydantic take JSON, check it, keep nothing.

In: POST /v1/telemetry with a batch's samples as JSON. Out: how many samples it had.
Run as `python -m benchmarks.json_peer PORT`.
"""

import sys
from typing import Annotated

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field

application = FastAPI()


class Sample(BaseModel):
    """One sample as a telematics interface would take it."""

    sampled_at_ms: int
    current_ma: Annotated[int, Field(ge=-2_000_000, le=2_000_000)]
    pack_voltage_mv: Annotated[int, Field(ge=0, le=1_500_000)]
    bms_soc_permyriad: Annotated[int, Field(ge=0, le=10_000)]
    cell_voltage_mv: list[Annotated[int, Field(ge=0, le=6_000)]]
    probe_temperature_dc: list[Annotated[int, Field(ge=-1_000, le=2_000)]]


class Batch(BaseModel):
    """A batch as JSON."""

    device: str
    sequence: int
    samples: list[Sample]


@application.post("/v1/telemetry")
async def take(batch: Batch) -> dict[str, int]:
    """Answer once the batch was checked."""
    return {"samples": len(batch.samples)}


if __name__ == "__main__":
    uvicorn.run(application, port=int(sys.argv[1]), log_level="warning", access_log=False)
