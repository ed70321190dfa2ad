"""Files and tables independent of biology: atomic writes, contracts of tables, downloads, digests, errors."""
