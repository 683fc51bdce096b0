"""Units, time, identifiers, canonical JSON and the error root: no I/O, no other stage."""
