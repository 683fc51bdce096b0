"""Pages of administrators of a city: applications, quarantine, keys, audits."""
