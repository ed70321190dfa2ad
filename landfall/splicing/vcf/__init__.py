"""``landfall splice``: a VCF scored from the command line, by the original's rules or by landfall's."""
