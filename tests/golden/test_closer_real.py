"""The closer look with the real networks: the demonstration's pseudoexon, and one of COL6A1 on its real sequence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from landfall.config.interpretation import Antisense, Interpretation
from landfall.genome.annotation import reader
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.splice import delta_scores
from landfall.models.splice.spliceai.model import Ensemble
from landfall.splicing.interpret import robustness
from landfall.splicing.interpret.candidate import Candidate
from landfall.splicing.interpret.haplotypes import interaction, read_pair
from landfall.splicing.interpret.in_silico_mutagenesis import AberrantOutcome
from landfall.splicing.outcomes.predict import predict_outcomes
from landfall.splicing.outcomes.sites import OutcomeSettings, SiteProbabilities
from landfall.splicing.windows import Reach

ROOT = Path(__file__).resolve().parents[2]
DISTANCE, BATCH = 500, 8
LIMITS = Interpretation(
    top=1, max_candidates=1, flank=2, compare_reference=False, antisense=Antisense(length=20, step=8, flank=24),
    haplotype_flank=5000, min_interaction=0.1, distances=(50,),
)  # fmt: skip


@pytest.fixture(scope="module")
def ensemble(spliceai_weights: Path) -> Ensemble:
    torch.set_num_threads(1)
    return Ensemble(spliceai_weights)


def candidate(ensemble: Ensemble, fasta: Path, gtf: Path, variant: Variant, gene: str) -> Candidate:
    """A candidate with the likeliest called outcome of its gene's representative transcript."""
    genome = Genome(fasta)
    transcripts = [t for t in reader.read_gtf(gtf, genome.aliases, genome) if t.gene == gene]
    transcript = next(t for t in transcripts if t.representative)
    ref, alt = read_pair(ensemble, genome, transcript, variant, (), DISTANCE, BATCH)
    columns = [copy[:, c] for copy in (ref, alt) for c in (delta_scores.ACCEPTOR, delta_scores.DONOR)]
    around = SiteProbabilities(variant.start - DISTANCE, *columns)
    (outcome, *_) = predict_outcomes(variant, transcript, around, genome)
    sites = delta_scores.annotated_sites(transcripts)
    row = {"chrom": variant.chrom, "pos": variant.pos, "ref": variant.ref, "alt": variant.alt, "gene": gene,
           "transcript": transcript.transcript, "rank": 1, "flagged": True}  # fmt: skip
    target = AberrantOutcome.of_outcome(outcome.row())
    return Candidate(row, transcript, target, ensemble, genome, sites, DISTANCE, BATCH, LIMITS)


def panel(made: Candidate, transcripts: list[Transcript]) -> list[dict]:
    reach = Reach(made.model.context, DISTANCE, 0.5)
    asked = robustness.Question(
        made.variant, made.transcript, made.genome, made.sites, reach, OutcomeSettings(), BATCH
    )
    return robustness.panel(made.model, asked, LIMITS.distances, transcripts, {}, 0.5)


@pytest.fixture(scope="module")
def dysf(ensemble: Ensemble) -> Candidate:
    data = ROOT / "demo" / "data"
    made = candidate(
        ensemble, data / "genome.fa.gz", data / "genes.gtf.gz", Variant("chr2", 23883, "C", "T"), "DYSF"
    )
    return replace(made, settings=LIMITS.model_copy(update={"flank": 1}))


def test_the_demo_s_pseudoexon_hangs_on_the_new_gt_and_the_ag(dysf: Candidate) -> None:
    account = dysf.account([], [], 0.5)
    assert (account["event"], account["acceptor"], account["donor"]) == ("pseudoexon", 23835, 23881)
    assert account["aberrant_splicing_ref"] < 0.1
    assert account["aberrant_splicing_alt"] > 0.9
    assert dysf.target is not None
    rows = {(row["base_pos"], row["changed_to"]): row for row in dysf.mutagenesis_rows(dysf.target)}
    assert len(rows) == 3 * (3 + 5)  # around the acceptor 23835, and around donor and variant
    back = rows[23883, "C"]
    assert back["aberrant_splicing"] == pytest.approx(account["aberrant_splicing_ref"], abs=1e-5)
    assert max(rows[23882, other]["aberrant_splicing"] for other in "ACT") < 0.1
    assert max(rows[23834, other]["aberrant_splicing"] for other in "ACT") < 0.1


def test_hiding_the_new_donor_removes_it(dysf: Candidate) -> None:
    assert dysf.target is not None
    rows = dysf.rescue_rows(dysf.target)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    over_donor = [row for row in rows if row["start"] <= 23880 and row["end"] >= 23884]
    assert over_donor
    assert all(row["donor"] < 0.01 and row["aberrant_splicing"] < 0.1 for row in over_donor)
    assert rows[0]["aberrant_splicing"] < 0.1
    assert all(row["shuffled"] < 0.5 for row in over_donor)
    outside = [row for row in rows if row["start"] > 23886]
    assert outside
    assert min(row["aberrant_splicing"] for row in outside) > 0.5


def test_the_demo_s_call_hangs_on_no_single_network(dysf: Candidate) -> None:
    rows = panel(dysf, [])
    assert [row["kind"] for row in rows] == ["run", "distance", "mask", *["network"] * 5]
    assert all(row["agrees"] for row in rows)
    alone = [row["delta"] for row in rows if row["kind"] == "network"]
    assert len(set(alone)) == 5
    assert min(alone) < rows[0]["delta"] < max(alone)


@pytest.mark.shared_data
def test_a_neighbour_in_the_new_donor_of_col6a1_rescues(ensemble: Ensemble, shared_data: Path) -> None:
    """c.930+189C>T makes the T of a donor's GT; a change of its G on the same copy takes the donor away again."""
    loci = shared_data / "loci"
    variant = Variant("chr21", 45989967, "C", "T")
    made = candidate(ensemble, loci / "GRCh38.fa.gz", loci / "genes.GRCh38.gtf.gz", variant, "COL6A1")
    assert made.target is not None
    assert made.target.segment == (45989893, 45989965)  # the 72 nt that were published
    ref, alone = made._alone

    def verdict(*neighbours: Variant) -> str:
        other, joint = read_pair(ensemble, made.genome, made.transcript, variant, neighbours, DISTANCE, BATCH)
        return interaction(variant.start - DISTANCE, ref, alone, other, joint, 0.2, 0.1).verdict

    bases = made.genome.fetch("chr21", 45989965, 45989966) + made.genome.fetch("chr21", 45990464, 45990465)
    assert bases[0] == "G"
    assert verdict(Variant("chr21", 45989966, "G", "A")) == "rescue"
    far = Variant("chr21", 45990465, bases[1], "A" if bases[1] != "A" else "G")
    assert verdict(far) == "additive"
    rows = made.rescue_rows(made.target)
    best = rows[0]
    assert best["aberrant_splicing"] < 0.1
    assert best["annotated_site_retention"] is not None  # the exon's own sites lie within view here
    assert any(row["annotated_site_retention"] < 1 for row in rows)
