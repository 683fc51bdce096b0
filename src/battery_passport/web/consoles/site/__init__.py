"""Pages of charging and car-park operators."""
