"""The report: one HTML file from the tables alone, readable without a network, on screen and on paper."""
