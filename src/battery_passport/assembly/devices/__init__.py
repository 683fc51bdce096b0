"""The life of devices, wired: codes, enrolment, new keys, suspension, moves, replacement."""
