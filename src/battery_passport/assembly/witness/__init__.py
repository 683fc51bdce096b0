"""The witness program: a home of its own, its server, and the polling of logs."""
