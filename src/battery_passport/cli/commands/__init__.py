"""One module a verb or group of verbs; each has `run(arguments)`, which returns the exit code."""
