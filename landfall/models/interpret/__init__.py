"""Why a network predicts what it does: attribution and in silico mutagenesis."""
