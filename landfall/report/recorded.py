"""Single values of the provenance that several sections print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from landfall.config.interpretation import Report
from landfall.models import registry

MISSING = "not recorded"


def text(provenance: Mapping[str, Any], key: str) -> str:
    """A text of the provenance, or that it was not recorded."""
    value = provenance.get(key)
    return MISSING if value is None or value == "" else str(value)


def limit(provenance: Mapping[str, Any], name: str) -> int:
    """Number of rows the report shows: a key of ``report`` as the provenance records it, else its default."""
    return int(_of_report(provenance, name))


def with_links(provenance: Mapping[str, Any]) -> bool:
    """Whether candidates link to public resources."""
    return bool(_of_report(provenance, "links"))


def _of_report(provenance: Mapping[str, Any], name: str) -> Any:
    recorded = (provenance.get("settings") or {}).get("report") or {}
    return recorded.get(name, getattr(Report(), name))


def flank(provenance: Mapping[str, Any]) -> int:
    """Bases beyond candidate genes in which alleles were kept; 0 with a BED file of regions or without a record."""
    return (provenance.get("regulation") or {}).get("flank") or 0


def titles(provenance: Mapping[str, Any], names: list[str]) -> dict[str, str]:
    """The printed title of each model, that of its declaration where none is recorded."""
    declared = {spec.name: spec.info.title for spec in registry.all_models()}
    known = {model["name"]: model.get("title") or model["name"] for model in provenance.get("models") or ()}
    return {name: known.get(name, declared.get(name, name)) for name in names}


def terms(provenance: Mapping[str, Any]) -> dict[str, str]:
    """HPO identifiers and their names."""
    return {term["id"]: term["name"] for term in provenance.get("phenotype") or ()}
