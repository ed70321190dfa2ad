"""The configuration and the sample sheet, as typed sections."""
