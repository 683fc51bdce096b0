"""The made-up city of `demo`: registered, given a past, then living on in real time."""
