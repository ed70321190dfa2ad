"""Gene annotations: GTF and GFF3 into transcripts, RefSeq names."""
