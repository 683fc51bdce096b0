"""Telematics in Parquet and CSV files, and the mappings that ship with the project."""
