"""One module per command; each has a click command named `command`, imported when it is asked for."""
