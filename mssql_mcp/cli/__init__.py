"""The command line: one file per command under `commands/`; only this package imports click and rich."""
