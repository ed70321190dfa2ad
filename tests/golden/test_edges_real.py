"""Insertions and deletions at exons' edges by the real network: situations of public bug reports of other tools."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from benchmarks.edges import indels_at_edges, loss
from landfall.genome.annotation import reader as annotation_reader
from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import GeneIndex
from landfall.genome.variant import Variant
from landfall.models.splice.spliceai.model import Ensemble
from landfall.splicing import score_rows, scoring
from landfall.splicing.outcomes.predict import Outcome, predict_outcomes
from landfall.splicing.outcomes.sites import SiteProbabilities
from landfall.splicing.probability import calibration
from landfall.splicing.site_alignment import SiteAlignment
from landfall.splicing.windows import Reach, choose_transcripts, place

pytestmark = pytest.mark.shared_data
DISTANCE = 500


@dataclass(frozen=True)
class Reader:
    """Scores and outcomes as the workflow has them."""

    data: Path
    model: Ensemble

    @cached_property
    def layer(self) -> SiteAlignment:
        genome = Genome(self.data / "loci" / "GRCh38.fa.gz")
        transcripts = annotation_reader.read_gtf(
            self.data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome
        )
        return SiteAlignment(genome, transcripts)

    @cached_property
    def index(self) -> GeneIndex:
        return GeneIndex([t for members in self.layer.members.values() for t in members])

    def read(self, allele: Variant) -> tuple[float, str, list[Outcome]]:
        """Largest masked delta, region of the calibration, outcomes."""
        genome = self.layer.genome
        variant = spelling(allele.chrom, allele.pos, allele.ref, allele.alt, genome)
        (gene, *_) = choose_transcripts(
            variant, (), lambda v: self.index.overlapping(v.chrom, v.start, v.end)
        )
        windows, (placed,) = place(
            [(variant, gene)], genome, Reach(self.model.context, DISTANCE, 1.0), self.layer.moved
        )
        (scored,) = scoring.score_windows(self.model, windows, [placed], DISTANCE, 1)
        rows = score_rows.score_rows(scored, "spliceai", self.layer.sites(gene))
        masked = max(float(str(r["value"])) for r in rows if str(r["track"]).startswith("masked_ds_"))
        row = score_rows.probability_row(scored, "spliceai")
        around = SiteProbabilities.of(scored.start, row)  # type: ignore[arg-type]
        outcomes = predict_outcomes(variant, gene, around, genome, moved=placed.moved)
        return masked, calibration.region_of(variant, gene, placed.moved), outcomes


@pytest.fixture(scope="module")
def reader(shared_data: Path, spliceai_weights: Path) -> Reader:
    return Reader(shared_data, Ensemble(spliceai_weights))


KEPT = [
    (
        ("chr7", 55181299, "T", "TTCCAGGAAGCCT"),
        "r.(2290_2291insuccaggaagccu)",
        "p.(Ala763_Tyr764insPheGlnGluAla)",
    ),
    (("chr10", 68161730, "A", "AA"), "r.(1461dup)", "p.(Pro488ThrfsTer17)"),
    (("chr10", 68161732, "C", "CACC"), "r.(1461_1463dup)", "p.(Pro488dup)"),
    (("chr15", 48495557, "A", "AA"), "r.(2451dup)", "p.(Asn818Ter)"),
    (("chr15", 48495587, "G", "GT"), "r.(2420dup)", "p.(Asp807GlufsTer3)"),
    (("chr17", 42317181, "C", "CG"), "r.(2144dup)", "p.(Thr716AsnfsTer8)"),
    (("chr18", 79697860, "C", "CC"), "r.(493dup)", "p.(Gln165ProfsTer3)"),
    (("chr18", 79697862, "A", "ACAA"), "r.(493_495dup)", "p.(Gln165dup)"),
    (("chr3", 37028933, "G", "GG"), "r.(1558dup)", "p.(Val520GlyfsTer8)"),
    (("chr11", 47343146, "C", "CACC"), "r.(1228_1229insggu)", "p.(Lys409_Tyr410insTrp)"),
    (("chr13", 32326500, "GT", "T"), "r.(518del)", "p.(Gly173ValfsTer12)"),
    (("chr2", 47790924, "C", "CAGTTG"), "r.(263_264insaguug)", "p.(Cys88Ter)"),
    (("chr2", 47805708, "G", "GG"), "r.(3646dup)", "p.(Arg1217LysfsTer7)"),
    (("chr15", 48495585, "A", "ATGT"), "r.(2420_2422dup)", "p.(Asp807_Ile808insAsn)"),
    (("chr7", 116783466, "T", "TGTG"), "r.(3850_3852dup)", "p.(Val1284dup)"),
]
"""BRCA2 c.518del, and rows of edge_dup.vcf and edge2.vcf, with what is left of splicing as it was."""


@pytest.mark.parametrize(("allele", "name", "protein"), KEPT, ids=lambda value: str(value))
def test_a_site_that_is_kept_scores_nothing_and_the_mrna_has_the_change(
    allele: tuple[str, int, str, str], name: str, protein: str, reader: Reader
) -> None:
    masked, region, outcomes = reader.read(Variant(*allele))
    (none,) = [outcome for outcome in outcomes if outcome.event == "none"]
    assert masked < 0.1
    assert region in ("near", "exonic")
    assert none.called
    assert (none.transcript_proportion or 0) > 0.9
    assert (none.hgvs_r, none.hgvs_p) == (name, protein)


@pytest.mark.parametrize(
    ("allele", "size"),
    [(("chr17", 43057147, "C", "T"), 10), (("chr7", 117587731, "G", "A"), 6)],
    ids=["BRCA1 c.5194-12G>A", "CFTR c.1585-8G>A"],
)
def test_a_site_that_the_variant_makes_wins_over_the_one_it_outcompetes(
    allele: tuple[str, int, str, str], size: int, reader: Reader
) -> None:
    _, _, (first, *others) = reader.read(Variant(*allele))
    assert (first.event, first.size_nt) == ("cryptic_acceptor", size)
    assert (first.transcript_proportion or 0) > 0.5
    assert {outcome.event for outcome in others} >= {"exon_skipping", "intron_retention", "none"}


@pytest.mark.parametrize("count", [8, pytest.param(200, marks=pytest.mark.slow)])
def test_no_equivalent_alignment_keeps_a_site_much_better(count: int, reader: Reader) -> None:
    found = [loss(reader.model, reader.layer, *one) for one in indels_at_edges(reader.layer, count, seed=21)]
    assert len(found) == count
    assert all(one.aligned <= one.best + 0.2 for one in found)
    assert sum(one.aligned < one.left - 0.2 for one in found) >= count // 8
