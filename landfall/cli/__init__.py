"""The command line: ``landfall <verb>``."""
