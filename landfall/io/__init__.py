"""Files and tables without any biology: atomic writes, contracts of tables, downloads, digests, errors."""
