"""A witness's memory on disk, and the client that asks witnesses and reads logs over HTTP."""
