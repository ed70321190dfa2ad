"""Predicted transcripts: events, mRNA, protein, NMD."""
