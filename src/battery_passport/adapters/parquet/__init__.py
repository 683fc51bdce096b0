"""History in immutable Parquet files, read with in-process DuckDB."""
