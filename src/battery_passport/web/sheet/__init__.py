"""A battery's diagnostic sheet, as a page and as a document on paper."""
