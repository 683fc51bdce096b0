"""What a battery can still hold: named, versioned, deterministic methods with honest intervals."""
