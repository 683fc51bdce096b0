"""Monitoring: audits without end, of this home or of another log."""
