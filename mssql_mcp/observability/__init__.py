"""Logs to stderr; what the server did, for those who run it."""
