"""OpenSpliceAI."""
