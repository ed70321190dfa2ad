"""Networks of regulatory tracks, and what is read from their tracks."""
