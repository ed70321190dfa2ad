"""Settings of the networks of regulatory tracks, and what no schema can say is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
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


@dataclass(frozen=True)
class TrackModelSettings:
    """One network of tracks to run.

    ``weights``: file or folder that the user put in place; ``sha256``: theirs; ``targets``: table of the tracks;
    ``e_values``: published distributions that E-values are read from.
    ``centre``: whether the window lies around the variant or around the start of the gene. ``shifts`` in bases,
    averaged over; ``batch`` in alternates read together. ``licence``: which licences of weights the run may use.
    """

    name: str
    weights: Path
    targets: Path | None
    e_values: Path | None
    sha256: str | None
    centre: str
    both_strands: bool
    shifts: tuple[int, ...]
    max_unknown_fraction: float
    batch: int
    dtype: str
    device: str
    shards: int
    threads: int
    licence: str = field(repr=False)

    @property
    def info(self) -> ModelInfo:
        return TRACK_MODELS[self.name]

    @property
    def present(self) -> bool:
        """Whether the weights are there and may be used; a network without is switched off."""
        return self.info.licence.allows(self.licence) and self.weights.exists()

    @property
    def why_off(self) -> str:
        """Why it is switched off, in words."""
        if not self.info.licence.allows(self.licence):
            return (
                f"its weights are not free for commercial use ({self.info.licence.name}; licence: commercial)"
            )
        return f"no weights at {self.weights}: {fetched.addresses(self.info)}"

    @property
    def beside(self) -> tuple[Path, ...]:
        """What lies beside the weights and is read with them."""
        return tuple(path for path in _beside(self.weights, self.info.beside) if path.is_file())

    @property
    def tables(self) -> tuple[Path, ...]:
        """The files beside the weights that its numbers hang on: the table of tracks, and what is read with them."""
        return (*([self.targets] if self.targets else []), *self.beside)

    @property
    def classes_off(self) -> str:
        """Why Sei gives no classes of sequence, in words; empty where it does, or for another network."""
        missing = [path.name for path in _beside(self.weights, self.info.beside) if not path.is_file()]
        if self.name != "sei" or not missing:
            return ""
        return f"{', '.join(missing)} not beside the weights ({self.info.beside[0].url})"

    @property
    def e_values_off(self) -> str:
        """Why a network that has E-values gives none, in words; empty where it does, or has none."""
        if self.name not in WITH_E_VALUES or (self.e_values and self.e_values.exists()):
            return ""
        return f"no tables at {self.e_values}" if self.e_values else "no tables are named (e_values)"


@dataclass(frozen=True)
class Regulation:
    """Which networks of tracks run, on how many variants, and what is shown of them.

    ``tissues``: groups of tissues, chosen by the phenotype if empty. ``flank``: bases beyond a candidate gene in which
    alleles are kept where a network runs, and bases beyond any gene in which the ``background_variants`` random changes
    are drawn that give the percentiles. ``max_variants``: those nearest to the start of a candidate gene. ``top``:
    variants that are explained.
    ``mutagenesis_flank``: bases on either side of the variant that are changed one by one.
    """

    models: tuple[TrackModelSettings, ...]
    tissues: tuple[str, ...]
    flank: int
    max_variants: int
    top: int
    background_variants: int
    background_seed: int
    attention: bool
    contribution: bool
    mutagenesis_flank: int

    @property
    def running(self) -> tuple[TrackModelSettings, ...]:
        """The networks whose weights are there and may be used."""
        return tuple(model for model in self.models if model.present)

    @property
    def off(self) -> tuple[TrackModelSettings, ...]:
        """The networks that are switched off."""
        return tuple(model for model in self.models if not model.present)

    def model(self, name: str) -> TrackModelSettings:
        """The settings of one network. Raises KeyError if it is not configured."""
        return {model.name: model for model in self.models}[name]


def background_name(regulation: Regulation, model: str, files: Sequence[str]) -> str:
    """Twelve letters that change with whatever a network's background depends on: not with UNIMPORTANT.

    files: the reference and the annotation, as configured.
    """
    plain = {
        name: value for name, value in asdict(regulation.model(model)).items() if name not in UNIMPORTANT
    }
    drawn = [regulation.background_variants, regulation.background_seed, regulation.flank]
    return digest_of({"model": plain, "drawn": drawn, "files": list(files)})[:12]


def build(plain: Mapping[str, Any], licence: str) -> Regulation:
    """From the ``regulation`` block with every default filled in; licence: ``any`` or ``commercial``."""
    background = plain["background"]
    return Regulation(
        models=tuple(_model(model, licence) for model in plain["models"] if model["name"] in TRACK_MODELS),
        tissues=tuple(plain["tissues"]),
        flank=plain["flank"],
        max_variants=plain["max_variants"],
        top=plain["top"],
        background_variants=background["variants"],
        background_seed=background["seed"],
        attention=plain["attention"],
        contribution=plain["contribution"],
        mutagenesis_flank=plain["mutagenesis_flank"],
    )


def _beside(weights: Path, files: Sequence[FetchedFile]) -> list[Path]:
    folder = weights if weights.is_dir() else weights.parent
    return [folder / file.name for file in files]


def _table(weights: Path, info: ModelInfo) -> str | None:
    """The table of tracks that lies beside the weights."""
    return next((str(path) for path in _beside(weights, info.targets) if path.is_file()), None)


def _model(plain: Mapping[str, Any], licence: str) -> TrackModelSettings:
    beside = _table(Path(plain["weights"]), TRACK_MODELS[plain["name"]])
    plain = {**plain, "targets": plain["targets"] or beside}
    files = {name: Path(plain[name]) if plain[name] else None for name in ("targets", "e_values")}
    fixed = {"weights": Path(plain["weights"]), "shifts": tuple(plain["shifts"]), "licence": licence}
    return TrackModelSettings(**{**plain, **files, **fixed})


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
    info, weights = TRACK_MODELS[name], Path(str(entry.get("weights", "")))
    if entry.get("centre") == "gene" and info.context < SHORTEST_FOR_A_GENE:
        sees = f"{info.title} sees {2 * info.context:,} bases, too few to hold a gene's start and a variant far from it"
        return "centre", sees, "take centre: variant"
    if entry.get("e_values") and (found := _e_values_unfit(info, entry)):
        return "e_values", *found
    if weights == Path() or files.name_problem(weights) or not weights.exists():
        return None
    if not fetched.vouched(info, weights, entry.get("sha256")):
        message = f"{weights}: the publisher of {info.title} states no digest of a file of this name"
        return "weights", message, f"if you know the file to be the trained weights, give sha256: {SHA256_BY}"
    if name in NEEDS_TARGETS and not (entry.get("targets") or _table(weights, info)):
        offered = info.targets[0]
        return (
            "targets",
            f"{info.title} needs its table of tracks",
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
