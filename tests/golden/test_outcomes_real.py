"""Outcomes of real variants, scored by the real network: names by gene, and SAI-10k-calc's own published examples."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from landfall.genome.annotation import reader
from landfall.genome.hgvs.dna import hgvs_c
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import GeneIndex, Transcript
from landfall.genome.variant import Variant
from landfall.models.splice.spliceai.model import Ensemble
from landfall.splicing import score_rows, scoring
from landfall.splicing.outcomes.predict import Outcome, predict_outcomes
from landfall.splicing.outcomes.sites import SiteProbabilities
from landfall.splicing.windows import Reach, choose_transcripts, place

pytestmark = pytest.mark.shared_data

Row = dict[str, str]
NAMES = Path(__file__).with_name("outcomes_names.tsv")
FAR = 4_999
"""Distance at which SAI-10k-calc wants its scores (bases)."""


def rows(path: Path) -> list[Row]:
    with path.open(newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


class Predictor:
    """Outcomes of variants on one build of the shared loci."""

    def __init__(self, data: Path, build: str, model: Ensemble) -> None:
        self.genome, self.model = Genome(data / "loci" / f"{build}.fa.gz"), model
        gtf = data / "loci" / f"genes.{build}.gtf.gz"
        self.index = GeneIndex(reader.read_gtf(gtf, self.genome.aliases, self.genome))

    def transcript(self, variant: Variant, gene: str) -> Transcript:
        here = self.index.overlapping(variant.chrom, variant.start, variant.end)
        return choose_transcripts(variant, [gene], lambda _: here)[0]

    def outcomes(self, variant: Variant, transcript: Transcript, distance: int) -> list[Outcome]:
        reach = Reach(self.model.context, distance, max_unknown_fraction=1.0)
        windows, placements = place([(variant, transcript)], self.genome, reach)
        (scored,) = scoring.score_windows(self.model, windows, placements, distance, batch=1)
        row = score_rows.probability_row(scored, self.model.info.name)
        around = SiteProbabilities.of(scored.start, row)  # type: ignore[arg-type]
        return predict_outcomes(variant, transcript, around, self.genome)


@pytest.fixture(scope="module")
def model(spliceai_weights: Path) -> Ensemble:
    return Ensemble(spliceai_weights)


@pytest.fixture(scope="module")
def build38(shared_data: Path, model: Ensemble) -> Predictor:
    return Predictor(shared_data, "GRCh38", model)


@pytest.fixture(scope="module")
def build37(shared_data: Path, model: Ensemble) -> Predictor:
    return Predictor(shared_data, "GRCh37", model)


@pytest.mark.parametrize("case", rows(NAMES), ids=lambda c: f"{c['gene']}-{c['hgvs_c']}-{c['event']}")
def test_names_of_the_mrna_and_the_protein(case: Row, build38: Predictor) -> None:
    variant = Variant(case["chrom"], int(case["pos"]), case["ref"], case["alt"])
    transcript = build38.transcript(variant, case["gene"])
    assert hgvs_c(transcript, variant.pos, variant.ref, variant.alt, build38.genome) == case["hgvs_c"]
    found = build38.outcomes(variant, transcript, 500)
    named = {(o.event, str(o.size_nt), o.hgvs_r): o.hgvs_p for o in found if o.called}
    assert named.get((case["event"], case["size_nt"], case["hgvs_r"])) == case["hgvs_p"]


def test_the_golden_table_has_six_genes_on_both_strands(build38: Predictor) -> None:
    genes = {case["gene"] for case in rows(NAMES)}
    strands = [t.strand for gene in genes for t in build38.index.gene(gene) if t.representative]
    assert len(genes) >= 6
    assert strands.count("+") >= 3
    assert strands.count("-") >= 3


def published(data: Path) -> list[Row]:
    return rows(data / "truth" / "sai10k" / "example_variants_parsed.tsv")


def called(row: Row, build37: Predictor) -> list[Outcome]:
    """The changes called for a row of the published parse; its contigs are written without chr."""
    variant = Variant(build37.genome.aliases[row["#CHROM"]], int(row["POS"]), row["REF"], row["ALT"])
    found = build37.outcomes(variant, build37.transcript(variant, row["ID"].partition("_")[0]), FAR)
    return [o for o in found if o.called and o.event != "none"]


def test_variants_without_an_aberration(shared_data: Path, build37: Predictor) -> None:
    quiet = [row for row in published(shared_data) if row["Any_splicing_aberration"] == "NO"]
    assert len(quiet) == 6
    assert [row["ID"] for row in quiet if called(row, build37)] == []


def test_partial_exons_have_the_published_edge_size_and_frame(shared_data: Path, build37: Predictor) -> None:
    """Only the moved edge is compared: exon 1 of BRCA2 begins 28 bases earlier here than in NM_000059.4."""
    compared = []
    for row in published(shared_data):
        if "YES" not in (row["Partial_intron_retention"], row["Partial_exon_deletion"]):
            continue
        moved = next(o for o in called(row, build37) if o.event == "cryptic_donor")
        edge = row["Partial_exon_end" if row["strand"] == "1" else "Partial_exon_start"]
        bases = int(row["bp_5prime"]) + int(row["bp_3prime"])
        assert (moved.donor, moved.size_nt, moved.is_gain) == (int(edge), abs(bases), bases > 0)
        assert FRAME[moved.frameshift] == row["Partial_frameshift"]
        assert _residues_agree(row["Partial_intron_retention_aaseq"], moved)
        compared.append(row["ID"])
    assert compared == ["BRCA2_c.-40+1G>A", "BRCA1_c.5467+1G>A"]


def test_skipped_exons_have_the_published_number_frame_and_protein(
    shared_data: Path, build37: Predictor
) -> None:
    """BRCA2 c.67+1G>A: the parse gives the exon's frame by its size; the lost start leaves none here."""
    compared = {}
    for row in published(shared_data):
        if row["Exon_skipping"] != "YES":
            continue
        skipped = next(o for o in called(row, build37) if o.event == "exon_skipping")
        assert skipped.location == f"exon {row['Lost_exons']}"
        assert _residues_agree(row["Exon_skipping_aaseq"], skipped)
        compared[row["ID"]] = FRAME[skipped.frameshift], row["Exon_skipping_frameshift"]
    assert compared == {
        "BRCA2_c.67+1G>A": ("NA", "YES"),
        "BRCA1_c.5467+5G>C": ("YES", "YES"),
        "BRCA1_c.5467+1G>A": ("YES", "YES"),
    }


def test_a_retained_intron_has_the_published_number_and_size(shared_data: Path, build37: Predictor) -> None:
    """It is called beside the exon cut short; their order is not predicted (docs/science.md, limits of the figures)."""
    (row,) = [row for row in published(shared_data) if row["Intron_retention"] == "YES"]
    (retained,) = [o for o in called(row, build37) if o.event == "intron_retention"]
    assert retained.location == f"intron {row['Retained_intron']}"
    assert (str(retained.size_nt), FRAME[retained.frameshift]) == (
        row["Retained_intron_size"],
        row["Intron_retention_frameshift"],
    )
    assert (row["Intron_retention_aaseq"], retained.hgvs_p) == ("non-coding intron retained", "p.(=)")


def test_what_is_called_beside_the_published_parse(shared_data: Path, build37: Predictor) -> None:
    """The parse judges the largest change of each kind alone. A lost site has every consequence here: the exon's
    neighbour skipped with it, either intron kept, other donors near by.
    """
    beside = {}
    for row in published(shared_data):
        wanted = {
            "exon_skipping": row["Exon_skipping"],
            "intron_retention": row["Intron_retention"],
            "cryptic_donor": "YES" if row["Partial_exon_start"] != "NA" else "NO",
        }
        events = {o.event for o in called(row, build37)}
        assert {event for event, verdict in wanted.items() if verdict == "YES"} <= events
        more = sorted(event for event in events if wanted.get(event) != "YES")
        if more:
            beside[row["ID"]] = more
    assert beside == {
        "BRCA2_c.67+1G>A": ["cryptic_donor", "intron_retention"],
        "BRCA1_c.5467+5G>C": ["intron_retention"],
        "BRCA1_c.5467+1G>A": ["intron_retention"],
    }


FRAME = {True: "YES", False: "NO", None: "NA"}


def _residues_agree(words: str, outcome: Outcome) -> bool:
    """Whether a published string, ``LGT[QLGR*]`` or words where there is none, is what the mutant protein says."""
    if words == "native start or stop is lost":
        return outcome.hgvs_p == "p.(Met1?)"
    if "[" not in words:
        return outcome.protein_alt is None
    return outcome.protein_alt is not None and outcome.protein_alt.endswith(
        words.replace("[", "").replace("]", "")
    )
