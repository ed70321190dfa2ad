"""The part that needs the network: sequence whose exons it finds, the pseudoexon, non-causal variants.

What it returns is choices, never scores: the demo's scores are computed when the demo is run. The search is
seeded and bounded. On another processor the last digits of a probability may tip it to another, equally good,
choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray

from demo import catalogue as demo
from demo.finalists import Finalist, draw, translate
from demo.layout import Choices, Placed, SyntheticGenome, build, reverse_complement
from demo.sequence import Builder, Gene, acceptor, codon, noise
from landfall.genome.encoding import one_hot
from landfall.models.splice.spliceai.model import CONTEXT, Ensemble

Array = NDArray[np.float32]
Say = Callable[[str], None]
ACCEPTOR, DONOR = 1, 2  # channels of the network's output

GOOD_UNIT, ROUNDS, SCREENING_NETWORKS = 0.85, 8, 2
CRYPTIC_WEIGHT = 0.7
DRAWS, STEPS, CLIMBERS = 80, 450, 3  # STEPS is for all climbers together
DISTANCE = 500
HARMLESS, MIDDLING, SCREENING_ROUNDS = 0.2, (0.22, 0.4), 100


def load(weights: Path, threads: int) -> Ensemble:
    torch.set_num_threads(threads)
    return Ensemble(weights)


def search(ensemble: Ensemble, say: Say) -> Choices:
    """Settle the genes, then the pseudoexon, then the non-causal variants."""
    choices = Choices(units={}, design=random_design(Random(f"{demo.SEED}:design:0")))
    units = {}
    for spec in demo.GENES:
        units[spec.name] = settle_gene(ensemble, spec, choices.design)
        say(f"{spec.name}: {len(units[spec.name])} units drawn again")
    choices = replace(choices, units={name: drawn for name, drawn in units.items() if drawn})
    choices = replace(choices, design=design_pseudoexon(ensemble, choices, say))
    return screen_noncausal(ensemble, choices, say)


def screening(ensemble: Ensemble) -> Ensemble:
    """The first networks of the ensemble alone."""
    part = copy(ensemble)
    part.networks = ensemble.networks[:SCREENING_NETWORKS]
    return part


def probabilities(ensemble: Ensemble, sequence: str) -> Array:
    """(length, 3) of a sequence in transcript direction with nothing but N around it."""
    flank = "N" * CONTEXT
    found: Array = ensemble.predict(one_hot([flank + sequence + flank]))[0]
    return found


# exons that the network finds


def true_sites(gene: Gene) -> tuple[list[int], list[int]]:
    """Acceptors (first bases of exons) and donors (last bases), 0-based in the transcript's direction."""
    return [start for start, _ in gene.exons[1:]], [end - 1 for _, end in gene.exons[:-1]]


def unit_quality(gene: Gene, found: Array) -> dict[int, float]:
    """Quality of every unit, at most 1: its weakest true site, less its strongest false one."""
    acceptors, donors = true_sites(gene)
    false = found[:, [ACCEPTOR, DONOR]].max(axis=1)
    false[acceptors + donors] = 0
    quality = {}
    for unit, (start, end) in enumerate(gene.units):
        true = [float(found[at, ACCEPTOR]) for at in acceptors if start <= at < end]
        true += [float(found[at, DONOR]) for at in donors if start <= at < end]
        quality[unit] = min(true, default=1.0) - CRYPTIC_WEIGHT * float(false[start:end].max())
    return quality


def settle_gene(ensemble: Ensemble, spec: demo.Spec, design: str) -> dict[str, int]:
    """Draw weak units again, round by round, and keep each unit's best draw: unit to attempt."""
    best: dict[int, float] = {}
    kept: dict[str, int] = {}
    part = screening(ensemble)
    for attempt in range(ROUNDS):
        weak = [unit for unit, value in best.items() if value < GOOD_UNIT]
        if attempt and not weak:
            break
        trial = kept | {str(unit): attempt for unit in weak}
        gene = Builder(spec, trial, design).build()
        for unit, value in unit_quality(gene, probabilities(part, gene.sequence)).items():
            if unit not in weak or value > best[unit]:
                best[unit] = value
                kept |= {str(unit): attempt} if unit in weak else {}
    return {unit: kept[unit] for unit in sorted(kept, key=int)}


# the pseudoexon


def random_design(stream: Random) -> str:
    """An acceptor, a pseudoexon with a stop codon in frame, and a donor that begins with GC instead of GT."""
    codons = [codon(stream) for _ in range(15)]
    codons[stream.randint(4, 11)] = stream.choice(("TGA", "TAA"))
    exon = "G" + "".join(codons)[1:-1] + "CAG"
    upstream = noise(stream, demo.DESIGN_UPSTREAM - 60) + acceptor(stream)
    after = stream.choice(("GCAAGT", "GCAAGT", "GCGAGT", "GCAAGA", "GCATGT"))
    return upstream + exon + after + noise(stream, demo.DESIGN_DOWNSTREAM - 6)


def with_answer(design: str) -> str:
    return design[: demo.ANSWER_IN_DESIGN] + "T" + design[demo.ANSWER_IN_DESIGN + 1 :]


def allowed(design: str) -> bool:
    """AG before the pseudoexon, GC after it, a stop codon inside it in frame (exon 7 ends a codon)."""
    start, end = demo.DESIGN_UPSTREAM, demo.DESIGN_UPSTREAM + demo.PSEUDOEXON_LENGTH
    codons = [design[at : at + 3] for at in range(start, end - 2, 3)]
    return (
        design[start - 2 : start] == "AG" and design[end : end + 2] == "GC" and "*" in map(translate, codons)
    )


class DesignScorer:
    """Scores designs in their place in the gene."""

    def __init__(self, ensemble: Ensemble, choices: Choices) -> None:
        spec = next(spec for spec in demo.GENES if spec.name == demo.ANSWER_GENE)
        gene = Builder(spec, choices.units.get(spec.name, {}), choices.design).build()
        start = CONTEXT + gene.exons[demo.ANSWER_EXON - 1][1] + demo.DESIGN_START
        text = "N" * CONTEXT + gene.sequence + "N" * CONTEXT
        self.left = text[start - CONTEXT : start]
        self.right = text[start + demo.DESIGN_LENGTH : start + demo.DESIGN_LENGTH + CONTEXT]
        self.ensemble = ensemble

    def found(self, design: str) -> Array:
        """(2, length, 3): reference and alternate."""
        return self.ensemble.predict(
            one_hot([self.left + d + self.right for d in (design, with_answer(design))])
        )

    def worth(self, design: str) -> float:
        """Gain of both sites, less what the reference already has and what other sites there would take."""
        found = self.found(design)
        acceptor_at = demo.DESIGN_UPSTREAM
        donor_at = acceptor_at + demo.PSEUDOEXON_LENGTH - 1
        before = (found[0, acceptor_at, ACCEPTOR], found[0, donor_at, DONOR])
        after = (found[1, acceptor_at, ACCEPTOR], found[1, donor_at, DONOR])
        rest = found[:, :, [ACCEPTOR, DONOR]].copy()
        rest[:, acceptor_at, 0] = rest[:, donor_at, 1] = 0
        return float(sum(after) - 1.5 * sum(before) - rest.max())


def design_pseudoexon(ensemble: Ensemble, choices: Choices, say: Say) -> str:
    """Random designs, then hill climbing by single bases from the best few, on some of the networks."""
    scorer = DesignScorer(screening(ensemble), choices)
    stream = Random(f"{demo.SEED}:design")
    drawn = [design for design in (random_design(stream) for _ in range(DRAWS)) if allowed(design)]
    ranked = sorted(((scorer.worth(design), design) for design in drawn), reverse=True)
    say(f"pseudoexon: the best of {len(drawn)} designs is worth {ranked[0][0]:.2f} of 2")
    climbed = [_climb(scorer, design, worth, stream) for worth, design in ranked[:CLIMBERS]]
    judge = DesignScorer(ensemble, choices)
    worth, design = max((judge.worth(design), design) for design in climbed)
    say(f"pseudoexon: worth {worth:.2f} of 2 by all five networks")
    return design


def _climb(scorer: DesignScorer, design: str, worth: float, stream: Random) -> str:
    for _ in range(STEPS // CLIMBERS):
        at = stream.randrange(len(design))
        changed = design[:at] + stream.choice("ACGT") + design[at + 1 :]
        if changed != design and allowed(changed) and (value := scorer.worth(changed)) > worth:
            design, worth = changed, value
    return design


# non-causal variants


def screen_noncausal(ensemble: Ensemble, choices: Choices, say: Say) -> Choices:
    """Reject non-causal variants of too strong an effect until none is left; noisy ones need an intermediate one."""
    scores: dict[str, float] = {}
    genome = build(choices)
    for _ in range(SCREENING_ROUNDS):
        finalists = [f for f in draw(genome, choices) if f.kind not in ("answer", "long_deletion")]
        for finalist in finalists:
            if str(finalist.allele) not in scores:
                scores[str(finalist.allele)] = largest_delta(ensemble, genome, finalist)
        refused = _refused(finalists, scores)
        say(f"non-causal variants: {len(scores)} scored, {len(refused)} to be replaced")
        if not refused:
            return choices
        choices = replace(choices, rejected=(*choices.rejected, *refused))
    raise RuntimeError(f"no set of non-causal variants after {SCREENING_ROUNDS} rounds")


def _refused(finalists: list[Finalist], scores: Mapping[str, float]) -> list[str]:
    """Those outside what their kind may have."""
    bounds = {"noisy": MIDDLING}
    named = [(str(finalist.allele), bounds.get(finalist.kind, (0.0, HARMLESS))) for finalist in finalists]
    return [name for name, (low, high) in named if not low <= scores[name] < high]


def window(placed: Placed, finalist: Finalist) -> tuple[str, str]:
    """Reference and alternate sequence around an allele, in transcript direction, N outside the gene."""
    allele, spec, text = finalist.allele, placed.spec, placed.gene.sequence
    ref, alt = allele.ref, allele.alt
    start = allele.pos - 1 - placed.start if spec.strand == "+" else placed.end - allele.end
    if spec.strand == "-":
        ref, alt = reverse_complement(ref), reverse_complement(alt)
    assert text[start : start + len(ref)] == ref, finalist
    reach = CONTEXT + DISTANCE
    wide = "N" * reach + text + "N" * reach
    left, right = wide[start : start + reach], wide[start + reach + len(ref) : start + 2 * reach + len(ref)]
    return left + ref + right, left + alt + right


def largest_delta(ensemble: Ensemble, genome: SyntheticGenome, finalist: Finalist) -> float:
    """Largest change of an acceptor's or donor's probability within 500 bases, ends of the allele aligned."""
    reference, alternate = window(genome.gene(finalist.gene), finalist)
    before, after = ensemble.predict(one_hot([reference]))[0], ensemble.predict(one_hot([alternate]))[0]
    same = min(len(finalist.allele.ref), len(finalist.allele.alt))
    pairs = ((before[: DISTANCE + same], after[: DISTANCE + same]), (before[-DISTANCE:], after[-DISTANCE:]))
    return float(max(np.abs(a - b)[:, [ACCEPTOR, DONOR]].max() for a, b in pairs))
