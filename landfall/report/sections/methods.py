"""Provenance in the report: flattened settings, models with licence and digests, inputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from landfall.report import recorded
from landfall.report.origins import origins
from landfall.report.section import Section
from landfall.report.view import ReportView

LIMITS = (
    "The models use the DNA sequence alone, neither the tissue nor its splicing factors. Other variants on the same "
    "copy are included only where the page of a candidate states it.",
    "A delta score is not a probability of disease. In the SpliceAI paper about one in four predicted cryptic sites "
    "was not observed in RNA. A score below the cut-off does not exclude an effect.",
    "Splice sites beyond the stated distance from the variant are not scored. Effects on expression are predicted only "
    "if a regulatory track model is listed.",
    "Structural variants, repeat expansions, mosaic variants below the caller's detection limit and regions without "
    "reads are not assessed.",
    "Each effect on mRNA and protein is derived from one event in one transcript; several events may occur in a cell.",
    "Nonsense-mediated decay is predicted from the position of the premature stop, not measured.",
    "A finding is a hypothesis. Evidence comes from an RNA experiment and from clinical assessment.",
)


def flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested settings as dotted names, in alphabetical order."""
    for key in sorted(settings, key=str):
        value = settings[key]
        if isinstance(value, (list, tuple)) and value and all(isinstance(item, Mapping) for item in value):
            value = {item.get("name", n): item for n, item in enumerate(value, 1)}
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", plain(value)


MODEL = ("name", "title", "version", "citation", "licence", "weights", "device", "precision", "code")
LICENCE = ("name", "url", "commercial", "note")
FILE = ("role", "name", "sha256")


def models(provenance: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The models with every key of the template."""
    found = [_filled(model, MODEL) for model in provenance.get("models") or ()]
    return [
        {
            **m,
            "licence": _filled(m["licence"], LICENCE) if m["licence"] else None,
            "qualification": qualification(provenance, m),
        }
        for m in found
    ]


def qualification(provenance: Mapping[str, Any], model: Mapping[str, Any]) -> str:
    """Whether this machine reproduced the model's reference results, in a sentence."""
    certificate = provenance.get("qualification") or {}
    outcomes = {outcome["model"]: outcome for outcome in certificate.get("models", ())}
    outcome = outcomes.get(model["name"])
    if outcome is None:
        return f"Not qualified on this machine: run landfall qualify --models {model['name']}."
    words = f"{outcome['words']}; tolerance {certificate['tolerance']:g}"
    if not outcome["passed"]:
        return f"Qualification of this machine FAILED on {certificate['date']} ({words}): do not rely on these scores."
    if outcome["code"] != model["code"] or certificate["device"] != model["device"]:
        return f"Qualified on {certificate['date']}, but with other code or on another device ({words}): repeat it."
    return f"Qualified on this machine on {certificate['date']}: reference results are reproduced ({words})."


def off(provenance: Mapping[str, Any]) -> list[str]:
    """What was switched off because its tables are missing, in sentences."""
    return [f"{name} was switched off: {why}." for name, why in (provenance.get("off") or {}).items()]


def files(provenance: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The inputs with every key of the template."""
    return [_filled(file, FILE) for file in provenance.get("inputs") or ()]


def _filled(record: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """The keys of a record; None for one that was not recorded."""
    return {key: record.get(key) for key in keys}


def plain(value: Any) -> str:
    """A setting as text."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(plain(item) for item in value) or "none"
    return str(value)


def _context(view: ReportView) -> dict[str, Any]:
    provenance = view.provenance
    return {
        "sample": view.inputs.sample,
        "version": recorded.text(provenance, "version"),
        "software": sorted((provenance.get("software") or {}).items()),
        "files": files(provenance),
        "origins": origins(view.sections, view.inputs),
        "command": provenance.get("command"),
        "off": off(provenance),
        "models": models(provenance),
        "settings": list(flat(provenance.get("settings") or {})),
        "limits": LIMITS,
    }


SECTION = Section(id="methods", title="Methods", template="methods.html.j2", context=_context, nav="Methods")
