"""The rules of Pangolin's command (``pangolin/pangolin.py``) for ``landfall splice --model pangolin``.

Its scores are of the sequence as it is, not N outside the gene, and reach ``distance`` bases beyond the last base of
REF. Alleles of several bases on both sides are scored where they are of one length. A gene's mask is taken from its own
exons alone: the original changes the scores of a gene in place, so that there the genes after it on its strand inherit
its mask. Every alternate allele is scored, there the first alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.splice import tissue_scores
from landfall.models.splice.outputs import printed_change
from landfall.splicing.score_rows import tissue_rows
from landfall.splicing.scored import Scored
from landfall.splicing.vcf import spliceai_compat
from landfall.splicing.vcf.rules import OriginalRules, Planned, Rules
from landfall.splicing.windows import Reach

NO_SITES = "NoAnnotatedSitesToMaskForThisGene"


def exon_ends(gene: Transcript) -> set[int]:
    """0-based positions of the first and last base of every exon, which the original takes for the annotated sites."""
    return {base for start, end in gene.exons for base in (start, end - 1)}


def string(scored: Scored, gene: str, origin: int, sites: Collection[int] | None) -> str:
    """GENE|POS:INCREASE|POS:DECREASE|Warnings:, positions in bases from the position ``origin`` on the contig.

    sites: annotated sites for the mask, 0-based on the contig; None for raw scores.
    """
    assert scored.refs is not None
    assert scored.alts is not None
    rows = None if sites is None else {site - scored.start for site in sites}
    peaks = tissue_scores.peaks(tissue_scores.changes(scored.refs, scored.alts), rows)
    warning = NO_SITES if sites is not None and not sites else ""
    shift = scored.start - origin
    gain, loss = (printed_change(value) for value in (peaks.gain, peaks.loss))
    return f"{gene}|{peaks.gain_row + shift}:{gain}|{peaks.loss_row + shift}:{loss}|Warnings:{warning}"


def rows(rules: Rules, scored: Scored) -> list[dict[str, object]]:
    """Rows of tables.SCORES."""
    gene = scored.placement.transcript
    assert gene is not None
    return tissue_rows(scored, rules.model.info.name, rules.sites[gene.chrom, gene.gene])


class TissueRules(Rules):
    """landfall's rules for a network of splicing in tissues."""

    outputs = 1

    def rows(self, scored: Scored) -> list[dict[str, object]]:
        return rows(self, scored)

    def string(self, scored: Scored, planned: Planned) -> str:
        assert planned.gene is not None
        known = self.sites[planned.gene.chrom, planned.gene.gene]
        sites = {*known.acceptors, *known.donors} if self.options.masked else None
        origin = scored.placement.variant.start - planned.moved
        return string(scored, spliceai_compat.printable(planned.gene.gene), origin, sites)


class PangolinRules(OriginalRules):
    """Scoring and printing of Pangolin's command."""

    outputs = 1
    past_allele = True

    def rows(self, scored: Scored) -> list[dict[str, object]]:
        return rows(self, scored)

    @property
    def reach(self) -> Reach:
        """Wide enough for the longest REF, 2 * distance."""
        distance = self.options.distance
        reach = Reach(self.model.context, 3 * distance, max_unknown_fraction=1.0, longest_ref=2 * distance)
        return replace(reach, masked=False)

    def passed_over(self, variant: Variant) -> str | None:
        return spliceai_compat.passed_over(
            variant, self.genome, replace(self.reach, distance=self.options.distance)
        )

    def unscored(self, variant: Variant) -> bool:
        return super().unscored(variant) and len(variant.ref) != len(variant.alt)

    def without_score(self, planned: Planned) -> str:
        return ""

    def string(self, scored: Scored, planned: Planned) -> str:
        assert planned.gene is not None
        sites = exon_ends(planned.gene) if self.options.masked else None
        name = spliceai_compat.printable(planned.gene.gene_id)
        return string(scored, name, scored.placement.variant.start, sites)
