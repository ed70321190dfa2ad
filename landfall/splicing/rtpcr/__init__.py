"""RT-PCR assays that would show a predicted transcript."""
