"""RT-PCR assays to confirm a predicted transcript."""
