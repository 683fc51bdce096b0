"""What dismantlers and recyclers do alike: receive by scan, see the dangers, record."""
