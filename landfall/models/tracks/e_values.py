"""DeepSEA's scores of a variant (``3_h5ToOutput.py`` of DeepSEA 0.94), for DeepSEA and Beluga.

The program is followed where it differs from its README, which states reference minus alternate and a product of
smallest E-values: the change is alternate minus reference, and the functional significance is a geometric mean, as
published.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from landfall.models.info import WeightsError
from landfall.models.tracks.base import TrackModel, Tracks, Window
from landfall.models.weights import npz

Vector = NDArray[np.float64]

LEAST_ODDS = 1e-12
LEAST_E_VALUE = 1e-6
"""Taken for an E-value of nothing: no variant of the background changed as much."""


@dataclass(frozen=True)
class EValueChange:
    """What an allele does to each track, (tracks,) each: change of the log2 odds, and of the probability."""

    log_odds: Vector
    difference: Vector


Magnitude = Callable[[EValueChange], Vector]
"""(tracks,), not negative: the magnitude of the change, of which E-values are computed."""


def product(change: EValueChange) -> Vector:
    """The product of both changes, what DeepSEA has E-values of."""
    return np.abs(change.log_odds * change.difference)


def difference(change: EValueChange) -> Vector:
    """The change of the probability, of which Beluga's E-values are computed."""
    return np.abs(change.difference)


def changes(model: TrackModel, reference: Window, alternates: Sequence[Window]) -> list[EValueChange]:
    """The change of every alternate: for each strand alone, then the mean of both."""
    strands = [
        model.read(reference, alternates),
        model.read(
            model.layout.mirrored(reference), [model.layout.mirrored(window) for window in alternates]
        ),
    ]
    return [_mean([_change(ref, alts[number]) for ref, alts in strands]) for number in range(len(alternates))]


def _change(reference: Tracks, alternate: Tracks) -> EValueChange:
    """reference, alternate: (1, tracks) probabilities of one strand."""
    ref, alt = reference[0].astype(np.float64), alternate[0].astype(np.float64)
    return EValueChange(_log_odds(alt) - _log_odds(ref), alt - ref)


def _log_odds(probabilities: Vector) -> Vector:
    least = np.finfo(np.float32).tiny  # a probability may round to 0, whose logarithm has no difference
    return np.asarray(np.log2(np.maximum(probabilities, least) / (1 - probabilities + LEAST_ODDS)))


def _mean(strands: Sequence[EValueChange]) -> EValueChange:
    return EValueChange(
        np.mean([strand.log_odds for strand in strands], axis=0),
        np.mean([strand.difference for strand in strands], axis=0),
    )


@dataclass(frozen=True)
class Background:
    """How large changes of background variants are: for each track the distribution function of their magnitudes.

    values: (tracks, points) ascending; shares: (points,), of the variants at or below the value.
    """

    values: Vector
    shares: Vector

    def e_values(self, magnitude: Vector) -> Vector:
        """(tracks,): the share of background variants that change a track more, 1e-6 for none."""
        at = [
            np.searchsorted(values, size, side="right") - 1
            for values, size in zip(self.values, magnitude, strict=True)
        ]
        e_values = 1 - np.where(np.array(at) < 0, 0.0, self.shares[np.maximum(at, 0)])
        return np.where(e_values <= 0, LEAST_E_VALUE, e_values)


def functional_significance(e_values: Vector, evolution: Vector | None = None) -> float:
    """Geometric mean of the E-values of all tracks, times that of the evolutionary ones where they are known.

    evolution: (4,) of phastCons and phyloP in primates, GERP neutral evolution and GERP rejected substitutions.
    """
    logarithm = np.log(e_values).mean() + (0.0 if evolution is None else np.log(evolution).mean())
    return float(np.exp(logarithm))


def load_background(path: Path, tracks: int | None = None) -> Background:
    """DeepSEA's published distributions as an .npz of ``x`` (tracks, points) and ``y`` (points,).

    tracks: of the network, None if not known yet. The authors give ``ecdf_difflogdiff.rescaled.pkl``, a list of
    functions that only their program should unpickle; ``numpy.savez(path, x=[f.x for f in ecdfs], y=ecdfs[0].y)``
    writes what is read here. Raises WeightsError.
    """
    try:
        values, shares = npz.arrays(path, ("x", "y")).values()
    except WeightsError as error:
        raise WeightsError(
            f"{path}: expected an .npz with x and y of DeepSEA's background: {error}"
        ) from error
    expected = (len(np.atleast_1d(values)) if tracks is None else tracks, shares.size)
    if (
        values.ndim != 2
        or shares.ndim != 1
        or values.shape != expected
        or not (np.diff(values, axis=1) >= 0).all()
    ):
        raise WeightsError(
            f"{path}: expected x of shape {expected}, ascending in each row, found {values.shape}"
        )
    return Background(values, shares)
