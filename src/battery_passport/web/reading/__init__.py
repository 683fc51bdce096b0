"""What a reader of a passport sees, and the ports behind it: shared by pages and interface."""
