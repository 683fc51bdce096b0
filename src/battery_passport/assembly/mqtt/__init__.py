"""Collection over MQTT, wired: the broker's files, and the process that takes batches from it."""
