"""Which model's probabilities name the outcomes of an allele."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from landfall.genome.variant import Key, Variant
from landfall.splicing.outcomes.sites import OutcomeSettings, SiteProbabilities
from landfall.stages.splicing.outcomes import _Predictor
from landfall.testing.outcome_locus import LENGTH, NATIVE, Case

SNV = (1048, "C", "T")


def probabilities(case: Case, changed: float) -> SiteProbabilities:
    """Of a pair of new sites deep in intron 2."""
    arrays = {f"{allele}_{kind}": np.zeros(LENGTH) for allele in ("ref", "alt") for kind in NATIVE}
    for kind, bases in NATIVE.items():
        for allele in ("ref", "alt"):
            arrays[f"{allele}_{kind}"][[case.on_contig(base) for base in bases]] = 1.0
    for kind, base in (("acceptor", 1000), ("donor", 1046)):
        arrays[f"alt_{kind}"][case.on_contig(base)] = changed
    return SiteProbabilities.of(0, arrays)


class Probably(_Predictor):
    """With a calibrated probability that does not depend on scores."""

    value = 0.9

    def _probability(self, *_: object) -> float:
        return self.value


class Unlikely(Probably):
    value = 0.2


@pytest.mark.parametrize(
    ("kind", "first", "second", "event"),
    [
        (Probably, None, 0.8, "pseudoexon"),
        (Probably, 0.0, 0.8, "pseudoexon"),
        (Probably, 0.05, None, "pseudoexon"),
        (Unlikely, 0.0, 0.8, "none"),
        (Unlikely, 0.8, 0.0, "pseudoexon"),
        (Probably, 0.0, 0.0, "none"),
    ],
)
def test_a_probable_effect_has_the_outcome_of_the_first_model_that_explains_it(
    tmp_path: Path, kind: type[_Predictor], first: float | None, second: float | None, event: str
) -> None:
    case = Case(tmp_path, "+")
    variant: Variant = case.variant(*SNV)
    transcript = case.transcript
    key: Key = (*vars(variant).values(), transcript.gene, transcript.transcript)  # type: ignore[assignment]
    kept = [{} if p is None else {key: probabilities(case, p)} for p in (first, second)]
    names = {(transcript.chrom, transcript.gene, transcript.transcript): transcript}
    reference = SimpleNamespace(genome=case.genome, transcripts=[transcript], by_name=names)
    predictor = kind(reference, OutcomeSettings(), kept, ())  # type: ignore[arg-type]
    ((_, _, outcomes),) = predictor.of(key)
    assert next(o.event for o in outcomes if o.called) == event
