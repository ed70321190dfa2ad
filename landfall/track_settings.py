"""Which networks of regulatory tracks can run and with which files, and what no schema can say is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from landfall import files
from landfall.configfile import Key
from landfall.faults import suggestion
from landfall.models import fetched, tissues
from landfall.models.base import FetchedFile, ModelInfo
from landfall.models.catalogue import MODELS
from landfall.models.track_catalogue import TRACK_MODELS
from landfall.provenance import digest_of
from landfall.regulation_settings import Regulation, TrackModelSettings

SHORTEST_FOR_A_GENE = 10_000
"""Context in bases from which a window can hold a gene's start and a variant far from it."""
UNIMPORTANT = ("batch", "device", "e_values", "licence", "shards", "threads")
"""Settings that change no track of a random change."""
NEEDS_TARGETS = ("borzoi",)
"""Networks that cannot be read without their table of tracks, which says how these were squashed."""
WITH_E_VALUES = ("deepsea", "beluga")
"""Networks whose authors tell how much variants of a background change each track."""
Unfit = tuple[Key, str, str]
"""A key, what is wrong with it, and what to do."""


def info_of(model: TrackModelSettings) -> ModelInfo:
    """What the catalogue says of a network."""
    return TRACK_MODELS[model.name]


def present(model: TrackModelSettings) -> bool:
    """Whether the weights are there and may be used; a network without is switched off."""
    return info_of(model).licence.allows(model.licence) and model.weights.exists()


def running(regulation: Regulation) -> tuple[TrackModelSettings, ...]:
    """The networks whose weights are there and may be used."""
    return tuple(model for model in regulation.models if present(model))


def off(regulation: Regulation) -> tuple[TrackModelSettings, ...]:
    """The networks that are switched off."""
    return tuple(model for model in regulation.models if not present(model))


def kept_flank(gene_flank: int, regulation: Regulation) -> int:
    """Bases beyond a candidate gene in which alleles are kept: more where a network of tracks reads them."""
    return max(gene_flank, regulation.flank if running(regulation) else 0)


def why_off(model: TrackModelSettings) -> str:
    """Why a network is switched off, in words."""
    licence = info_of(model).licence
    if not licence.allows(model.licence):
        return f"its weights are not free for commercial use ({licence.name}; licence: commercial)"
    return f"no weights at {model.weights}: {fetched.addresses(info_of(model))}"


def beside(model: TrackModelSettings) -> tuple[Path, ...]:
    """What lies beside the weights and is read with them."""
    return tuple(path for path in _beside(model.weights, info_of(model).beside) if path.is_file())


def track_files(model: TrackModelSettings) -> tuple[Path, ...]:
    """The files beside the weights that its numbers depend on: the table of tracks, and what is read with them."""
    return (*([model.targets] if model.targets else []), *beside(model))


def classes_off(model: TrackModelSettings) -> str:
    """Why Sei gives no classes of sequence, in words; empty where it does, or for another network."""
    files = info_of(model).beside
    missing = [path.name for path in _beside(model.weights, files) if not path.is_file()]
    if model.name != "sei" or not missing:
        return ""
    return f"{', '.join(missing)} not beside the weights ({files[0].url})"


def e_values_off(model: TrackModelSettings) -> str:
    """Why a network that has E-values gives none, in words; empty where it does, or has none."""
    if model.name not in WITH_E_VALUES or (model.e_values and model.e_values.exists()):
        return ""
    return f"no tables at {model.e_values}" if model.e_values else "no tables are named (e_values)"


def background_name(regulation: Regulation, model: str, files: Sequence[str]) -> str:
    """Twelve letters that change with whatever a network's background depends on: not with UNIMPORTANT.

    files: the reference and the annotation, as configured.
    """
    plain = {
        name: value for name, value in asdict(regulation.model(model)).items() if name not in UNIMPORTANT
    }
    drawn = [regulation.background_variants, regulation.background_seed, regulation.flank]
    return digest_of({"model": plain, "drawn": drawn, "files": list(files)})[:12]


def completed(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The ``regulation`` block with the networks that exist, each with the table of tracks beside its weights."""
    models = [model for model in plain["models"] if model["name"] in TRACK_MODELS]
    tables = [model["targets"] or target_table(model["name"], Path(model["weights"])) for model in models]
    return {**plain, "models": [{**m, "targets": table} for m, table in zip(models, tables, strict=True)]}


def _beside(weights: Path, files: Sequence[FetchedFile]) -> list[Path]:
    folder = weights if weights.is_dir() else weights.parent
    return [folder / file.name for file in files]


def target_table(name: str, weights: Path) -> Path | None:
    """The table of tracks that lies beside a network's weights."""
    return next((path for path in _beside(weights, TRACK_MODELS[name].targets) if path.is_file()), None)


def unfit(entries: Sequence[Any], accepted: Collection[str], licence: str) -> Iterator[Unfit]:
    """What is wrong with the list ``regulation.models`` as it was written."""
    names = [entry.get("name") if isinstance(entry, Mapping) else None for entry in entries]
    for index, (name, entry) in enumerate(zip(names, entries, strict=True)):
        if isinstance(name, str):
            found = _name_unfit(name, name in names[:index], accepted, licence) or _entry_unfit(name, entry)
            if found:
                key, message, remedy = found
                yield ("regulation", "models", index, key), message, remedy


def tissues_unfit(groups: Sequence[str]) -> Iterator[Unfit]:
    """Groups of tissues that do not exist."""
    known = [*tissues.GROUPS, tissues.OTHER]
    for index, group in enumerate(groups):
        if group not in known:
            remedy = suggestion(group, known) or f"there are: {', '.join(known)}"
            yield ("regulation", "tissues", index), f"no group of tissues is called {group}", remedy


def _name_unfit(
    name: str, again: bool, accepted: Collection[str], licence: str
) -> tuple[str, str, str] | None:
    if name in MODELS:
        return "name", f"{name} reads splicing and gives no tracks", "name it in the list models"
    if name not in TRACK_MODELS:
        there = f"there are: {', '.join(TRACK_MODELS)}"
        return "name", f"no network of tracks is called {name}", suggestion(name, TRACK_MODELS) or there
    if again:
        return "name", f"{name} stands twice in the list", "give each network once"
    refused = unaccepted(TRACK_MODELS[name], accepted, licence)
    return ("name", *refused) if refused else None


def unaccepted(info: ModelInfo, accepted: Collection[str], licence: str) -> tuple[str, str] | None:
    """That the licence of weights, not free for commercial use, is not accepted; and what to do."""
    if licence == "commercial" or info.licence.commercial or info.name in accepted:
        return None
    terms = f"{info.licence.name} ({info.licence.note.rstrip('.')})"
    message = f"the licence of {info.name} is not accepted: its weights are under {terms}"
    return message, f"read the terms, and if they allow your use add {info.name} to licences.accept"


def _entry_unfit(name: str, entry: Mapping[str, Any]) -> tuple[str, str, str] | None:
    network, weights = TRACK_MODELS[name], Path(str(entry.get("weights", "")))
    if entry.get("centre") == "gene" and network.context < SHORTEST_FOR_A_GENE:
        sees = f"{network.title} sees {2 * network.context:,} bases"
        why = "too few to hold a gene's start and a variant far from it"
        return "centre", f"{sees}, {why}", "take centre: variant"
    if entry.get("e_values") and (found := _e_values_unfit(network, entry)):
        return "e_values", *found
    if weights == Path() or files.name_problem(weights) or not weights.exists():
        return None
    if not fetched.vouched(network, weights, entry.get("sha256")):
        message = f"{weights}: the publisher of {network.title} states no digest of a file of this name"
        return "weights", message, f"if you know the file to be the trained weights, give sha256: {SHA256_BY}"
    if name in NEEDS_TARGETS and not (entry.get("targets") or target_table(name, weights)):
        offered = network.targets[0]
        return (
            "targets",
            f"{network.title} needs its table of tracks",
            f"fetch {offered.url} to beside the weights",
        )
    return None


def _e_values_unfit(info: ModelInfo, entry: Mapping[str, Any]) -> tuple[str, str] | None:
    """Why E-values cannot be read for a network as it is set; and what to do."""
    if info.name not in WITH_E_VALUES:
        return f"{info.title} has no E-values", "leave it out; percentiles of random changes are given anyway"
    if entry.get("both_strands") is False or entry.get("shifts", [0]) != [0]:
        return (
            "the published E-values are of both strands without a shift",
            "take both_strands: true, shifts: [0]",
        )
    return None


SHA256_BY = "what `sha256sum FILE` prints, or for a folder `(cd FOLDER && sha256sum * | sha256sum)`"
