"""The report: one HTML file from the tables alone, readable without a network, on screen and on paper."""

from landfall.report.document import build
from landfall.report.inputs import FURTHER, SPLICING, ReportInputs

__all__ = ["FURTHER", "SPLICING", "ReportInputs", "build"]
