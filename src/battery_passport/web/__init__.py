"""Public pages and the documented HTTP interface; knows no adapter and no database."""
