"""The JSON interface under `/v1`, the health endpoints and the bulk telemetry route."""
