"""MQTT 5: topics, acknowledgements, links to a broker, and mosquitto's configuration."""
