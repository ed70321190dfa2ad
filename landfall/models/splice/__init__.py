"""Networks that find splice sites, and their delta scores."""
