"""What happens after a fact: one module a handler, listed in `assembly/pipeline.py`."""
