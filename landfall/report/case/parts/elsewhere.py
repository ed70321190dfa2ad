"""The part of a case page with links to public resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from landfall.report import recorded
from landfall.report.case import links
from landfall.report.section import Section
from landfall.report.view import CaseView


def _splice(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Distance of the first splice model; candidates are compared by masked scores. Empty without a record."""
    models = (provenance.get("settings") or {}).get("models") or ()
    return {"distance": models[0]["distance"], "mask": 1} if models else {}


def _context(view: CaseView) -> Mapping[str, Any] | None:
    provenance = view.case.inputs.provenance
    if not recorded.with_links(provenance):
        return None
    found = links.outward(view.case.row, recorded.text(provenance, "assembly"), _splice(provenance))
    return {"links": found, "note": links.note(found)} if found else None


SECTION = Section(
    id="elsewhere",
    title="In public resources",
    template="case_elsewhere.html.j2",
    context=_context,
)
