"""The whole report: its sections in order, with style and script embedded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from landfall.io.parquet import TableError, check
from landfall.report import recorded
from landfall.report.inputs import ReportInputs
from landfall.report.registry import REQUIRED, SECTIONS, TABLES
from landfall.report.templating import environment, source
from landfall.report.view import ReportView

TEMPLATE = "report.html.j2"
FACTS = ("created", "version", "assembly", "pedigree", "candidate_genes")
"""Texts of the provenance in the head and the foot of the report."""


def build(inputs: ReportInputs) -> str:
    """The report as HTML: one file, no network, the same bytes for the same inputs.

    Raises landfall.io.parquet.TableError if a required table is absent, a table is read by no section, or one
    breaks its contract.
    """
    _check(inputs)
    view = ReportView(inputs, SECTIONS)
    rendered = [part for section in SECTIONS if (part := section.render(view)) is not None]
    context = {
        "sections": [part.html for part in rendered],
        "links": [link for part in rendered for link in part.links],
        **_frame(inputs),
    }
    return environment().get_template(TEMPLATE).render(context)


def _check(inputs: ReportInputs) -> None:
    if absent := [table.name for table in REQUIRED if table.name not in inputs.tables]:
        raise TableError(f"the report lacks {', '.join(absent)}")
    if unknown := sorted(set(inputs.tables) - set(TABLES)):
        raise TableError(f"no section of the report reads {', '.join(unknown)}")
    for name, table in inputs.tables.items():
        check(TABLES[name], table)


def _frame(inputs: ReportInputs) -> Mapping[str, Any]:
    """The frame around the sections."""
    provenance = inputs.provenance
    return {
        "sample": inputs.sample,
        "style": source("report.css"),
        "script": source("report.js"),
        "run": {key: recorded.text(provenance, key) for key in FACTS},
        "banner": provenance.get("banner"),
        "incomplete": list(provenance.get("incomplete") or ()),
        "warnings": list(provenance.get("warnings") or ()),
        "phenotype": list(provenance.get("phenotype") or ()),
    }
