"""People, organisations and machines: who somebody is, and what may be decided about him."""
