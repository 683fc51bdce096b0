"""The rows of the data-point table, one file for each part of Annex XIII."""
