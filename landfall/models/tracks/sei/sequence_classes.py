"""Sei's sequence classes: what a variant does to 40 kinds of regulatory sequence (Chen et al., Nature Genetics 2022).

A class is a direction in the space of profiles; the score of a sequence is the length of its profiles along it. The
formulas are those of the official ``utils.py`` (``sc_projection``, ``sc_hnorm_varianteffect``): for a variant,
the histone profiles of both alleles are first scaled to the same sum, so that a loss of nucleosomes does not count as a
loss of every histone mark. The official projection holds 61 clusters; the first 40 have names and are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landfall.models import registry
from landfall.models.info import WeightsError

Vector = NDArray[np.float64]

CLASSES = 40
PROJECTION, HISTONES, NAMES = (file.name for file in registry.track_model("sei").info.beside)

GROUPS = {
    "PC": "Polycomb",
    "L": "low signal",
    "TN": "transcription",
    "E": "enhancer",
    "TF": "transcription factor",
    "HET": "heterochromatin",
    "P": "promoter",
    "CTCF": "CTCF and cohesin",
}
"""Letters of a class's name to what its group is, after the publication."""


def group(name: str) -> str:
    """The kind of element of a class, from its name: ``E9 Liver / Intestine`` is an enhancer."""
    return GROUPS[name.split()[0].rstrip("0123456789")]


@dataclass(frozen=True)
class Classes:
    """names: of the classes. directions: (classes, profiles), each of length 1. histones: columns of histone marks."""

    names: tuple[str, ...]
    directions: NDArray[np.float64]
    histones: NDArray[np.int64]

    def raw(self, profiles: NDArray[np.float32]) -> Vector:
        """Scores (..., classes) of sequences alone from their profiles (..., profiles), as they are."""
        return np.asarray(profiles.astype(np.float64) @ self.directions.T)

    def both(self, reference: NDArray[np.float32], alternate: NDArray[np.float32]) -> tuple[Vector, Vector]:
        """Scores (classes,) of both alleles, their histone profiles (profiles,) scaled to the mean of their sums."""
        alleles = [reference.astype(np.float64), alternate.astype(np.float64)]
        sums = [float(allele[self.histones].sum()) for allele in alleles]
        for allele, total in zip(alleles, sums, strict=True):
            if total:
                allele[self.histones] *= 0.5 * (sums[0] + sums[1]) / total
        ref, alt = (allele @ self.directions.T for allele in alleles)
        return ref, alt


def largest(reference: Vector, alternate: Vector) -> float:
    """The largest absolute change of a class, by which the official program ranks variants."""
    return float(np.abs(alternate - reference).max())


def load(folder: Path, profiles: int) -> Classes:
    """The classes from the official folder ``model/``, for a network of so many profiles.

    Raises WeightsError that lists every file that is missing or does not fit.
    """
    faults: list[str] = []
    projection = _array(folder / PROJECTION, faults)
    if projection is not None and (projection.shape[1:] != (profiles,) or len(projection) < CLASSES):
        faults.append(
            f"  {folder / PROJECTION}: expected at least {CLASSES} rows of {profiles} profiles, "
            f"found shape {projection.shape}"
        )
    histones = _array(folder / HISTONES, faults)
    if histones is not None and not _are_columns(histones, profiles):
        faults.append(
            f"  {folder / HISTONES}: expected numbers of columns from 0 to {profiles - 1}, "
            f"found {histones.dtype} of shape {histones.shape}"
        )
    names = (folder / NAMES).read_text().splitlines() if (folder / NAMES).is_file() else []
    if len(names) != CLASSES:
        faults.append(f"  {folder / NAMES}: expected {CLASSES} names, found {len(names)}")
    if faults or projection is None or histones is None:
        raise WeightsError("\n".join(["Sei: the tables of its sequence classes cannot be used:", *faults]))
    directions = projection[:CLASSES].astype(np.float64)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return Classes(tuple(names), directions, histones.astype(np.int64))


def _array(path: Path, faults: list[str]) -> NDArray[Any] | None:
    try:
        array: NDArray[Any] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        faults.append(f"  {path}: {error}")
        return None
    return array


def _are_columns(indices: NDArray[Any], columns: int) -> bool:
    if indices.ndim != 1 or indices.dtype.kind not in "iu" or not len(indices):
        return False
    return bool(indices.min() >= 0 and indices.max() < columns)
