"""Battery Passport Platform: evidence-based battery passports under Regulation (EU) 2023/1542."""

__version__ = "0.1.0"
