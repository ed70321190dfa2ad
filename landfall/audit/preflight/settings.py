"""Faults of the configuration beyond single keys: models, licences, inverted ranges."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from landfall.config.fields import Key, plain
from landfall.config.sections import Settings
from landfall.config.yaml_source import Lines
from landfall.io import files
from landfall.io.errors import InputProblem, suggestion
from landfall.models.info import ModelInfo
from landfall.models.registry import splice_models, track_models
from landfall.models.spec import TrackModelSpec
from landfall.models.tracks import tissue_groups
from landfall.models.weights import integrity
from landfall.regulation.availability import target_table

SHORTEST_FOR_A_GENE = 10_000
"""Context in bases from which a window can hold a gene's start and a variant far from it."""


def unfit(entries: Sequence[Any], accepted: Collection[str], licence: str) -> Iterator[Unfit]:
    """Faults of the list ``regulation.models`` as written."""
    names = [entry.get("name") if isinstance(entry, Mapping) else None for entry in entries]
    for index, (name, entry) in enumerate(zip(names, entries, strict=True)):
        if isinstance(name, str):
            found = _name_unfit(name, name in names[:index], accepted, licence) or _entry_unfit(name, entry)
            if found:
                key, message, remedy = found
                yield ("regulation", "models", index, key), message, remedy


def tissues_unfit(groups: Sequence[str]) -> Iterator[Unfit]:
    """Groups of tissues that do not exist."""
    known = [*tissue_groups.GROUPS, tissue_groups.OTHER]
    for index, group in enumerate(groups):
        if group not in known:
            remedy = suggestion(group, known) or f"available: {', '.join(known)}"
            yield ("regulation", "tissues", index), f"unknown group of tissues {group}", remedy


def _name_unfit(
    name: str, again: bool, accepted: Collection[str], licence: str
) -> tuple[str, str, str] | None:
    if name in splice_models():
        return "name", f"{name} is a splice model", "list it in models"
    if name not in track_models():
        there = f"available: {', '.join(track_models())}"
        return "name", f"unknown regulatory track model {name}", suggestion(name, track_models()) or there
    if again:
        return "name", f"{name} is listed twice", "list each model once"
    refused = unaccepted(track_models()[name].info, accepted, licence)
    return ("name", *refused) if refused else None


def unaccepted(info: ModelInfo, accepted: Collection[str], licence: str) -> tuple[str, str] | None:
    """Fault and remedy of an unaccepted licence of weights that are not free for commercial use."""
    if licence == "commercial" or info.licence.commercial or info.name in accepted:
        return None
    terms = f"{info.licence.name} ({info.licence.note.rstrip('.')})"
    message = f"the licence of {info.name} is not accepted: its weights are under {terms}"
    return message, f"read the terms, and if they allow your use add {info.name} to licences.accepted"


def _entry_unfit(name: str, entry: Mapping[str, Any]) -> tuple[str, str, str] | None:
    network, weights = track_models()[name], Path(str(entry.get("weights", "")))
    if entry.get("centre") == "gene" and network.context < SHORTEST_FOR_A_GENE:
        sees = f"{network.info.title} reads {2 * network.context:,} bases"
        why = "too few for a gene start and a distant variant"
        return "centre", f"{sees}, {why}", "set centre: variant"
    if entry.get("e_values") and (found := _e_values_unfit(network, entry)):
        return "e_values", *found
    if weights == Path() or files.name_problem(weights) or not weights.exists():
        return None
    if not integrity.digest_known(network.info, weights, entry.get("sha256")):
        message = (
            f"{weights}: the publisher of {network.info.title} publishes no digest of a file of this name"
        )
        return "weights", message, f"if the file holds the trained weights, set sha256: {SHA256_BY}"
    if network.needs_targets and not (entry.get("targets") or target_table(name, weights)):
        offered = network.info.targets[0]
        return (
            "targets",
            f"{network.info.title} requires its table of tracks",
            f"download {offered.url} into the folder of the weights",
        )
    return None


def _e_values_unfit(network: TrackModelSpec, entry: Mapping[str, Any]) -> tuple[str, str] | None:
    """Fault and remedy of E-values that a network cannot have with its settings."""
    if not network.has_e_values:
        return (
            f"{network.info.title} has no E-values",
            "remove it; percentiles of random changes are always computed",
        )
    if entry.get("both_strands") is False or entry.get("shifts", [0]) != [0]:
        return (
            "the published E-values are of both strands without a shift",
            "set both_strands: true, shifts: [0]",
        )
    return None


SHA256_BY = "what `sha256sum FILE` prints, or for a folder `(cd FOLDER && sha256sum * | sha256sum)`"

MOST_SHARDS = 500
"""Largest number of shards of all models together, for the planning time of Snakemake and a scheduler's queue."""
Unfit = tuple[Key, str, str]
"""A key, its fault, and the remedy."""


def faults_of(found: Sequence[Unfit], set_aside: Sequence[Key], lines: Lines) -> list[InputProblem]:
    """Faults of the keys whose value was not set aside."""
    sound = [words for words in found if not any(words[0][: len(bad)] == bad for bad in set_aside)]
    return [
        InputProblem(*lines.of(key), f"{lines.names(key)}: {what}", remedy) for key, what, remedy in sound
    ]


def models_unfit(source: Mapping[str, Any], settings: Settings) -> list[Unfit]:
    """Models that do not exist, are listed twice, or whose licence is not accepted.

    The model by default has no fault but its licence, which is then a fault of ``licences.accepted``.
    """
    entries = source["models"] if isinstance(source.get("models"), list) else plain(settings.models)
    names = [entry.get("name") if isinstance(entry, Mapping) else None for entry in entries]
    found: list[Unfit] = []
    for index, name in enumerate(names):
        if isinstance(name, str):
            again, accepted = name in names[:index], settings.licences.accepted
            words = _model_unfit(name, again, accepted, settings.licences.use)
            key: Key = ("models", index, "name") if "models" in source else ("licences", "accepted")
            found += [(key, *words)] if words else []
    found += _first_unfit(source, settings)
    if (shards := sum(model.shards for model in settings.models)) > MOST_SHARDS:
        words = (
            f"{shards} shards in all, {MOST_SHARDS} at most",
            "a shard should take minutes; set fewer",
        )
        found.append((("models",), *words))
    known = [*splice_models(), *track_models()]
    for index, name in enumerate(settings.licences.accepted):
        if name not in known:
            found.append((("licences", "accepted", index), f"unknown model {name}", suggestion(name, known)))
    return found


def _first_remedy(licence: str) -> str:
    """Which models may come first under the setting ``licences.use``, those free for commercial use before others."""
    sites = [spec for spec in splice_models().values() if spec.kind == "sites"]
    free = [spec.name for spec in sites if spec.info.licence.commercial]
    if licence == "commercial":
        return f"list {' or '.join(free)} in models, which are free for commercial use"
    others = [spec.name for spec in sites if not spec.info.licence.commercial]
    return f"write {' or '.join([*free, *others])} first; {' and '.join(free)} is free for commercial use"


def _first_unfit(source: Mapping[str, Any], settings: Settings) -> list[Unfit]:
    """The first model must be one of splice sites: outcomes, ranking and report are based on it.

    Without ``models`` the key at fault is ``licences.use``, which leaves out the model by default.
    """
    first = settings.models[0].name if settings.models else None
    spec, remedy = splice_models().get(first or ""), _first_remedy(settings.licences.use)
    if spec is not None and spec.kind != "sites":
        return [(("models", 0, "name"), f"{first} is first, which predicts no splice sites", remedy)]
    if first is None:
        what = "no model is left that is free for commercial use (licences.use: commercial)"
        return [(("models",) if "models" in source else ("licences", "use"), what, remedy)]
    return []


def _model_unfit(name: str, again: bool, accepted: Collection[str], licence: str) -> tuple[str, str] | None:
    if name in track_models():
        return f"{name} is a regulatory track model", "list it in regulation.models"
    if name not in splice_models():
        there = f"available: {', '.join(splice_models())}"
        return f"unknown model {name}", suggestion(name, splice_models()) or there
    if again:
        return f"{name} is listed twice", "list each model once"
    return unaccepted(splice_models()[name].info, accepted, licence)


def regulation_unfit(source: Mapping[str, Any], settings: Settings) -> list[Unfit]:
    section = source.get("regulation")
    given = section.get("models") if isinstance(section, Mapping) else None
    entries = given if isinstance(given, list) else []
    return [
        *unfit(entries, settings.licences.accepted, settings.licences.use),
        *tissues_unfit(settings.regulation.tissues),
    ]


def pairs_unfit(settings: Settings) -> list[Unfit]:
    found: list[Unfit] = []
    for key, (low, high) in (
        (("filter", "het_allele_balance"), settings.filter.het_allele_balance),
        (("inheritance", "de_novo_balance"), settings.inheritance.de_novo_balance),
    ):
        if low >= high:
            found.append((key, f"{low} is not below {high}", "write lowest, then highest"))
    second, first = settings.inheritance.second_hit_delta, settings.prioritise.flag_delta
    if second > first:
        message = f"{second} is larger than prioritise.flag_delta, {first}"
        found.append(
            (("inheritance", "second_hit_delta"), message, "the threshold of a second hit is the lower one")
        )
    small, large = settings.consequences.pseudoexon_size
    if small > large:
        message = f"{small} is larger than {large}"
        found.append((("consequences", "pseudoexon_size"), message, "write smallest, then largest"))
    found += _ranges_unfit(settings)
    partner, main = settings.consequences.min_partner_delta, settings.consequences.min_delta
    if partner > main:
        message = f"{partner} is larger than min_delta, {main}"
        found.append(
            (
                ("consequences", "min_partner_delta"),
                message,
                "the threshold of the second site is the lower one",
            )
        )
    return found


def _ranges_unfit(settings: Settings) -> Iterator[Unfit]:
    """Inverted ranges of the assay and of the evidence."""
    for name in ("product_size", "melting_temperature", "gc_percent"):
        low, high = getattr(settings.assay, name)
        if low >= high:
            yield ("assay", name), f"{low} is not below {high}", "write lowest, then highest"
    evidence = settings.evidence
    for deep, where in ((False, ""), (True, "_deep")):
        high, low = evidence.delta_cutoffs(deep)
        if low >= high:
            message = f"{low} is not below pp3_min_delta{where}, {high}"
            yield ("evidence", f"bp4_max_delta{where}"), message, "PP3 and BP4 must not overlap"
    genes = [panel.gene for panel in evidence.genes]
    for index, gene in enumerate(genes):
        if gene in genes[:index]:
            yield ("evidence", "genes", index, "gene"), f"{gene} is listed twice", "list each gene once"
