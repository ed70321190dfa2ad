"""MMSplice (Cheng et al., Genome Biology 2019) and MTSplice (Cheng et al., Genome Biology 2021): how a variant changes
the inclusion of the exon it lies in or near.

Five small networks read the exon with 100 bases on either side: acceptor intron, acceptor site, exon, donor site, donor
intron. A linear model turns the change of the five numbers into a change of logit PSI (percent spliced in). MTSplice
adds, for each of 56 tissues, how far inclusion there departs from the mean. Windows, coefficients and rules are
those of ``mmsplice`` 2.4.0 (``exon_dataloader.py``, ``utils.py``); exons at the transcript's ends have no bases
beyond them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from landfall.genome.encoding import one_hot
from landfall.genome.sequence import reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.models import registry
from landfall.models.inference.edits import Edit
from landfall.models.weights import keras_graph

MODEL = registry.splice_model("mmsplice")
OVERHANG = 100
"""Bases of intron on either side of the exon that the five modules read."""
TISSUE_OVERHANG, TISSUE_EXON = 300, 100
"""Bases of intron and of exon at either edge that MTSplice reads."""
INTRON_CUT = 6
"""Intronic bases next to the exon that belong to the site modules alone."""
ACCEPTOR_SITE = (50, 3)
"""Intronic and exonic bases of the acceptor module."""
DONOR_SITE = (5, 13)
"""Exonic and intronic bases of the donor module."""
LEAST_PROBABILITY = 1e-5
"""Site probabilities are clipped to this distance from 0 and 1 before their logit."""

MODULES = ("acceptor_intron", "acceptor", "exon", "donor", "donor_intron")
FILES = ("Intron3.h5", "Acceptor.h5", "Exon.h5", "Donor.h5", "Intron5.h5")
LINEAR = np.array(
    [0.49685773, 0.72322957, 1.54760024, 0.75011527, 2.26187717, -0.69419094, 2.40138709, 0.88148553]
)
INTERCEPT = 0.0006480262366686865

Vector = NDArray[np.float64]

# fmt: off
TISSUES = (
    "Retina - Eye", "RPE/Choroid/Sclera - Eye", "Subcutaneous - Adipose", "Visceral (Omentum) - Adipose",
    "Adrenal Gland", "Aorta - Artery", "Coronary - Artery", "Tibial - Artery", "Bladder", "Amygdala - Brain",
    "Anterior cingulate - Brain", "Caudate nucleus - Brain", "Cerebellar Hemisphere - Brain",
    "Cerebellum - Brain", "Cortex - Brain", "Frontal Cortex - Brain", "Hippocampus - Brain",
    "Hypothalamus - Brain", "Nucleus accumbens - Brain", "Putamen - Brain", "Spinal cord (C1) - Brain",
    "Substantia nigra - Brain", "Mammary Tissue - Breast", "EBV-xform lymphocytes - Cells",
    "Leukemia (CML) - Cells", "Xform. fibroblasts - Cells", "Ectocervix - Cervix", "Endocervix - Cervix",
    "Sigmoid - Colon", "Transverse - Colon", "Gastroesoph. Junc. - Esophagus", "Mucosa - Esophagus",
    "Muscularis - Esophagus", "Fallopian Tube", "Atrial Appendage - Heart", "Left Ventricle - Heart",
    "Cortex - Kidney", "Liver", "Lung", "Minor Salivary Gland", "Skeletal - Muscle", "Tibial - Nerve",
    "Ovary", "Pancreas", "Pituitary", "Prostate", "Not Sun Exposed - Skin", "Sun Exposed (Lower leg) - Skin",
    "Ileum - Small Intestine", "Spleen", "Stomach", "Testis", "Thyroid", "Uterus", "Vagina", "Whole Blood",
)
# fmt: on


@dataclass(frozen=True)
class ExonContext:
    """An exon in transcript direction: intron before it, the exon, intron after it; introns empty at the ends."""

    before: str
    exon: str
    behind: str


@dataclass(frozen=True)
class ExonEffect:
    """The effect of a variant on one exon: the exon on the contig (0-based half-open), and the scores of both alleles.

    ref, alt: (5,) in the order of MODULES, sites as logits. ``delta_logit_psi`` is in natural logits.
    """

    start: int
    end: int
    ref: Vector
    alt: Vector
    tissues: Mapping[str, float]

    @property
    def delta_logit_psi(self) -> float:
        return delta_logit_psi(self.ref, self.alt)

    def tracks(self) -> dict[str, float]:
        """The numbers by the names of their tracks in tables.SCORES."""
        named = {"delta_logit_psi": self.delta_logit_psi}
        for name, ref, alt in zip(MODULES, self.ref, self.alt, strict=True):
            named |= {f"ref_{name}": float(ref), f"alt_{name}": float(alt)}
        return named | {f"delta_logit_psi {tissue}": value for tissue, value in self.tissues.items()}


def delta_logit_psi(ref: Vector, alt: Vector) -> float:
    """The change of logit PSI from the modules of both alleles (``utils.py:predict_deltaLogitPsi``).

    Where two neighbouring modules both changed they saw the same bases, and a term of its own corrects for it.
    """
    change = alt - ref
    changed = ~np.isclose(change, 0)
    acceptor_intron, acceptor, exon, donor, donor_intron = changed
    overlaps = [
        change[2] * (exon and (acceptor or donor)),
        change[4] * (donor and donor_intron),
        change[0] * (acceptor_intron and acceptor),
    ]
    return float(np.concatenate([change, overlaps]) @ LINEAR + INTERCEPT)


def exons_within_reach(transcript: Transcript, start: int, end: int) -> list[tuple[int, int]]:
    """Exons that share a base with start..end (0-based half-open), their overhang included; none beyond the ends."""
    return [
        exon
        for exon in transcript.exons
        if start < exon[1] + OVERHANG * (exon[1] != transcript.end)
        and end > exon[0] - OVERHANG * (exon[0] != transcript.start)
    ]


def contexts(
    sequence: str,
    exon: tuple[int, int],
    ends: tuple[bool, bool],
    strand: str,
    edit: Edit | None,
    overhang: int,
) -> ExonContext:
    """An exon with ``overhang`` bases of intron, with an edit applied or as it is.

    sequence: + strand; exon: 0-based half-open in it; ends: whether the exon is the leftmost and the rightmost. Introns
    keep their length whatever the edit, the exon does not. The bases of an edit across the exon's edge are assigned
    out from the left, as in ``kipoiseq``.
    """
    start, end = exon
    first, last = ends
    left = "" if first else altered(sequence, 0, start, edit)[-overhang:]
    right = "" if last else altered(sequence, end, len(sequence), edit)[:overhang]
    middle = altered(sequence, start, end, edit)
    if strand == "+":
        return ExonContext(left, middle, right)
    return ExonContext(reverse_complement(right), reverse_complement(middle), reverse_complement(left))


def altered(sequence: str, start: int, end: int, edit: Edit | None) -> str:
    """Bases start..end with the part of the edit that falls there."""
    if edit is None or edit.end <= start or edit.start >= end:
        return sequence[start:end]
    own_start = max(start - edit.start, 0)
    own_end = end - edit.start if edit.end > end else len(edit.alt)
    inserted = edit.alt[own_start:own_end]
    return sequence[start : max(edit.start, start)] + inserted + sequence[min(edit.end, end) : end]


def split(context: ExonContext) -> tuple[str, str, str, str, str]:
    """The stretches the five modules read, in the order of MODULES (``exon_dataloader.py:SeqSpliter``).

    An intron too short for its site module, such as none at a transcript's end, is filled with N.
    """
    before = context.before
    if len(before) <= ACCEPTOR_SITE[0]:
        before = before.rjust(ACCEPTOR_SITE[0] + 1, "N")
    behind = context.behind
    if len(behind) <= DONOR_SITE[1]:
        behind = behind.ljust(DONOR_SITE[1] + 1, "N")
    whole = before + context.exon + behind
    acceptor, donor = len(before), len(whole) - len(behind)
    return (
        before[:-INTRON_CUT],
        whole[acceptor - ACCEPTOR_SITE[0] : acceptor + ACCEPTOR_SITE[1]],
        context.exon or "N",
        whole[donor - DONOR_SITE[0] : donor + DONOR_SITE[1]],
        behind[INTRON_CUT:],
    )


def split_for_tissues(context: ExonContext) -> tuple[str, str]:
    """The 400 bases around either edge of the exon (``exon_dataloader.py:split_tissue_seq``)."""
    whole = (
        context.before.rjust(TISSUE_OVERHANG, "N") + context.exon + context.behind.ljust(TISSUE_OVERHANG, "N")
    )
    length = TISSUE_OVERHANG + TISSUE_EXON
    return whole[:length], whole[-length:]


def _read(network: keras_graph.Graph, *sequences: str) -> Vector:
    """A network's output for one sequence per input, (units,)."""
    batches = [np.ascontiguousarray(one_hot([s]).transpose(0, 2, 1)) for s in sequences]
    values: Vector = network(*batches)[0].astype(np.float64)
    return values


class Ensemble:
    """The modules of MMSplice and the four deep networks of MTSplice, ready to read exons."""

    info = MODEL.info

    def __init__(self, directory: Path, device: str = "cpu") -> None:
        """Load the weights. device: taken as every model takes it; networks this small run on the CPU."""
        del device
        self.modules = [keras_graph.load(directory / name) for name in FILES]
        deep = [weight.name for weight in MODEL.info.weights if weight.name not in FILES]
        self.tissue_networks = [keras_graph.load(directory / name) for name in deep]

    def modular(self, context: ExonContext) -> Vector:
        """The five modules of an exon, (5,) in the order of MODULES, sites as logits."""
        values = [
            _read(network, sequence)[0]
            for network, sequence in zip(self.modules, split(context), strict=True)
        ]
        for site in (1, 3):
            p = np.clip(values[site], LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
            values[site] = np.log(p) - np.log(1 - p)
        return np.array(values)

    def tissues(self, context: ExonContext) -> Vector:
        """Difference of logit PSI of an exon from its mean in each tissue, (56,) in the order of TISSUES."""
        stretches = split_for_tissues(context)
        mean: Vector = np.mean([_read(network, *stretches) for network in self.tissue_networks], axis=0)
        return mean

    def effects(self, transcript: Transcript, sequence: str, start: int, edit: Edit) -> Iterator[ExonEffect]:
        """The effect on each exon of the transcript within reach of the edit, from left to right.

        sequence: + strand; start: its 0-based place on the contig; edit: in the sequence, where it is placed and not
        trimmed (:func:`landfall.splicing.score_rows.laid_edit`): where an insertion lies at an exon's edge, its
        anchor base gives the side. Raises ValueError for an exon that the sequence does not hold with
        its overhang.
        """
        for exon in exons_within_reach(transcript, edit.start + start, edit.end + start):
            inside = exon[0] - start, exon[1] - start
            if inside[0] < TISSUE_OVERHANG or inside[1] + TISSUE_OVERHANG > len(sequence):
                raise ValueError(f"the exon of {exon[1] - exon[0]} bases does not fit into the window")
            ends = exon[0] == transcript.start, exon[1] == transcript.end
            place = sequence, inside, ends, transcript.strand
            ref = self.modular(contexts(*place, None, OVERHANG))
            alt = self.modular(contexts(*place, edit, OVERHANG))
            departures = self.tissues(contexts(*place, edit, TISSUE_OVERHANG)) + delta_logit_psi(ref, alt)
            yield ExonEffect(*exon, ref, alt, dict(zip(TISSUES, departures.tolist(), strict=True)))
