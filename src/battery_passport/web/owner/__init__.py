"""Pages of an EV's owner, and of whoever holds a link that an owner gave."""
