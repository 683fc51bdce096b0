"""OCPP 1.6 and 2.0.1: chargers as sources of measurements, by the `ocpp` library's schemas."""
