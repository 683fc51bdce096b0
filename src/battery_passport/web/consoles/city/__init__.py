"""Pages of city officers: figures of their city, open matters, the report of the month."""
