"""What SpliceAI says of the finished data: a report on the screen for the demo's maker; nothing is stored."""

from __future__ import annotations

import numpy as np

from demo import catalogue as demo
from demo.finalists import Finalist, translate
from demo.layout import Placed, SyntheticGenome
from demo.search import (
    ACCEPTOR,
    DISTANCE,
    DONOR,
    HARMLESS,
    Array,
    Say,
    largest_delta,
    probabilities,
    true_sites,
    window,
)
from landfall.genome.encoding import one_hot
from landfall.models.splice.spliceai.model import Ensemble


def check(ensemble: Ensemble, genome: SyntheticGenome, finalists: list[Finalist], say: Say) -> None:
    check_answer(ensemble, genome, finalists[0], say)
    check_genes(ensemble, genome, say)
    check_noncausal(ensemble, genome, finalists, say)


def check_answer(ensemble: Ensemble, genome: SyntheticGenome, answer: Finalist, say: Say) -> None:
    """The answer's scores, its pseudoexon, and the stop codon it brings."""
    placed = genome.gene(answer.gene)
    before, after = (ensemble.predict(one_hot([text]))[0] for text in window(placed, answer))
    for name, change in (("gain", after - before), ("loss", before - after)):
        for channel, site in ((ACCEPTOR, "acceptor"), (DONOR, "donor")):
            at = int(change[:, channel].argmax())
            numbers = f"{before[at, channel]:.4f} -> {after[at, channel]:.4f}"
            say(f"answer: {site} {name} {change[at, channel]:.4f} at {at - DISTANCE:+d} ({numbers})")
    others = _strongest_elsewhere(after)
    say(f"answer: strongest other site of the alternate allele in the window {others:.4f}")
    start, end, stop = pseudoexon(placed)
    say(
        f"answer: pseudoexon {placed.spec.chrom}:{start + 1}-{end}, {end - start} bases, stop at codon {stop}"
    )


def _strongest_elsewhere(after: Array) -> float:
    rest = after[:, [ACCEPTOR, DONOR]].copy()
    rest[DISTANCE - 1 - demo.PSEUDOEXON_LENGTH, 0] = rest[DISTANCE - 2, 1] = 0
    return float(rest.max())


def pseudoexon(placed: Placed) -> tuple[int, int, int]:
    """0-based start and end on the contig, and the 1-based codon of the premature stop."""
    gene = placed.gene
    end = gene.exons[demo.ANSWER_EXON - 1][1] + demo.ANSWER_OFFSET - 2
    start = end - demo.PSEUDOEXON_LENGTH
    exons = [*gene.exons[: demo.ANSWER_EXON], (start, end), *gene.exons[demo.ANSWER_EXON :]]
    mrna = "".join(gene.sequence[s:e] for s, e in exons)[gene.cds_start :]
    codons = [translate(mrna[at : at + 3]) for at in range(0, len(mrna) - 2, 3)]
    return (*placed.span(start, end), codons.index("*") + 1)


def check_genes(ensemble: Ensemble, genome: SyntheticGenome, say: Say) -> None:
    """How well the network finds the exons, and what it finds besides."""
    sites: list[float] = []
    false = 0
    for placed in genome.genes:
        found = probabilities(ensemble, placed.gene.sequence)
        acceptors, donors = true_sites(placed.gene)
        here = [*found[acceptors, ACCEPTOR], *found[donors, DONOR]]
        sites += here
        found[acceptors, ACCEPTOR] = found[donors, DONOR] = 0
        false += int((found[:, [ACCEPTOR, DONOR]] > 0.5).sum())
        if placed.spec.name == demo.ANSWER_GENE:
            near = [here[demo.ANSWER_EXON - 2], here[demo.ANSWER_EXON - 1]]
            near += [here[len(acceptors) + demo.ANSWER_EXON - 1], here[len(acceptors) + demo.ANSWER_EXON]]
            say(f"exons 7 and 8 of {demo.ANSWER_GENE}: {', '.join(f'{value:.3f}' for value in near)}")
    median, low = np.median(sites), np.quantile(sites, 0.05)
    say(f"exon sites: median {median:.3f}, 5th percentile {low:.3f} of {len(sites)}")
    say(f"sites above 0.5 that are none: {false}")


def check_noncausal(ensemble: Ensemble, genome: SyntheticGenome, finalists: list[Finalist], say: Say) -> None:
    scored = [f for f in finalists if f.kind not in ("answer", "long_deletion")]
    deltas = sorted(
        ((largest_delta(ensemble, genome, f), str(f.allele), f.kind) for f in scored), reverse=True
    )
    loud = sum(delta >= HARMLESS for delta, _, _ in deltas)
    say(f"non-causal variants: {loud} of {len(deltas)} at {HARMLESS} or above")
    for delta, allele, kind in deltas[:4]:
        say(f"non-causal variants: {delta:.3f} {kind} {allele}")
