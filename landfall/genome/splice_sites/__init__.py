"""Splice site motifs, and the annotated sites that an insertion or deletion beside them preserves."""
