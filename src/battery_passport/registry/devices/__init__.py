"""The life of a collection device: enrolled, its keys renewed, suspended, moved, replaced."""
