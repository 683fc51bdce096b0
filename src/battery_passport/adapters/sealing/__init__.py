"""Personal data sealed with AES-256-GCM, one key a person."""
