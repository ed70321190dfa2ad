"""SpliceAI."""
