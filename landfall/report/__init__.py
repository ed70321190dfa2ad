"""The report: one HTML file from the tables alone, readable without a network, on screen and on paper."""

from landfall.report.document import build
from landfall.report.inputs import ReportInputs

__all__ = ["ReportInputs", "build"]
