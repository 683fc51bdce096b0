"""The first page of each role after sign-in, and the work that starts there."""
