"""All batteries of an installation: the daily diagnosis, the outlook."""
