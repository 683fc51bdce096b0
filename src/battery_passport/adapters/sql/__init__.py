"""Records and evidence in SQLite (the default) through SQLAlchemy Core."""
