"""The peer that ingest is compared with: FastAPI and pydantic take JSON, check it, keep nothing.

In: POST /v1/telemetry with a batch's samples as JSON. Out: how many samples it had.
Run as `python -m benchmarks.json_peer PORT`.
"""

import sys
from datetime import datetime
from typing import Annotated

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field

application = FastAPI()


class Sample(BaseModel):
    """One sample as a telematics interface would take it."""

    sampled_at: datetime
    current_a: Annotated[float, Field(ge=-2_000, le=2_000)]
    pack_voltage_v: Annotated[float, Field(ge=0, le=1_500)]
    state_of_charge_percent: Annotated[float, Field(ge=0, le=100)]
    cell_voltages_v: list[Annotated[float, Field(ge=0, le=6)]]
    probe_temperatures_celsius: list[Annotated[float, Field(ge=-100, le=200)]]


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
