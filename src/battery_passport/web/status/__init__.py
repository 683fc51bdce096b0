"""The addresses of status lists: which passport versions no longer count."""
