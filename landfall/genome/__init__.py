"""Reference sequence, alleles, transcripts, coding consequences and HGVS names."""
