"""Where and how a network runs: device, cost, progress, record."""
