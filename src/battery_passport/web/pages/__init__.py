"""One module a page: a typed context and the function that fills it from what a port gave."""
