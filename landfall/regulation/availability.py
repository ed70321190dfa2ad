"""Which regulatory track models can run and with which files, and under which licence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from landfall.config import fields
from landfall.config.regulation import Regulation, TrackModelSettings
from landfall.io.digests import digest_of
from landfall.models.info import FetchedFile, ModelInfo
from landfall.models.registry import track_model, track_models
from landfall.models.spec import TrackModelSpec
from landfall.models.weights import integrity


def spec_of(model: TrackModelSettings) -> TrackModelSpec:
    """The declaration of a network."""
    return track_model(model.name)


def info_of(model: TrackModelSettings) -> ModelInfo:
    """The identity of a network."""
    return spec_of(model).info


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
    """Bases beyond a candidate gene in which alleles are kept: more where a regulatory track model reads them."""
    return max(gene_flank, regulation.flank if running(regulation) else 0)


def why_off(model: TrackModelSettings) -> str:
    """Why a network is switched off, in words."""
    licence = info_of(model).licence
    if not licence.allows(model.licence):
        return f"its weights are not free for commercial use ({licence.name}; licences.use: commercial)"
    return f"no weights at {model.weights}: {integrity.addresses(info_of(model))}"


def beside(model: TrackModelSettings) -> tuple[Path, ...]:
    """What lies beside the weights and is read with them."""
    return tuple(path for path in _beside(model.weights, info_of(model).beside) if path.is_file())


def track_files(model: TrackModelSettings) -> tuple[Path, ...]:
    """The files beside the weights that its numbers depend on: the table of tracks, and what is read with them."""
    return (*([model.targets] if model.targets else []), *beside(model))


def classes_off(model: TrackModelSettings) -> str:
    """Why a network that has classes of sequence gives none, in words; empty where it does, or has none."""
    files = info_of(model).beside
    missing = [path.name for path in _beside(model.weights, files) if not path.is_file()]
    if not spec_of(model).has_classes or not missing:
        return ""
    return f"{', '.join(missing)} not beside the weights ({files[0].url})"


def e_values_off(model: TrackModelSettings) -> str:
    """Why a network that has E-values gives none, in words; empty where it does, or has none."""
    if not spec_of(model).has_e_values or (model.e_values and model.e_values.exists()):
        return ""
    return f"no tables at {model.e_values}" if model.e_values else "no tables are named (e_values)"


def background_name(regulation: Regulation, model: str, files: Sequence[str]) -> str:
    """Twelve characters that change with everything on which a network's background depends.

    files: the reference and the annotation, as configured.
    """
    network = fields.plain(regulation.model(model), ("ranking",))
    drawn = [regulation.background.variants, regulation.background.seed, regulation.flank]
    return digest_of({"model": network, "drawn": drawn, "files": list(files)})[:12]


def completed(regulation: Regulation, licence: str) -> Regulation:
    """With the networks that exist, each with the table of tracks beside its weights; licence: of the configuration."""
    found = tuple(
        model.completed(model.targets or target_table(model.name, model.weights), licence)
        for model in regulation.models
        if model.name in track_models()
    )
    return regulation.model_copy(update={"models": found})


def _beside(weights: Path, files: Sequence[FetchedFile]) -> list[Path]:
    folder = weights if weights.is_dir() else weights.parent
    return [folder / file.name for file in files]


def target_table(name: str, weights: Path) -> Path | None:
    """The table of tracks that lies beside a network's weights."""
    return next((path for path in _beside(weights, track_model(name).info.targets) if path.is_file()), None)
