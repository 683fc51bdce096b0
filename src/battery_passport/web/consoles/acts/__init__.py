"""The record of privileged acts, for administrators and city officers."""
