"""The witness protocol over HTTP: a small application of its own, apart from the platform's."""
