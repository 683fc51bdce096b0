"""Collection: how batches come in over HTTP, and what keeps one sender from hurting the others."""
