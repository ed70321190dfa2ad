"""Primers and bands for every event, on both strands of the gene in assay_locus.py."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from landfall.audit.preflight import run
from landfall.config import sections
from landfall.config.interpretation import Assay
from landfall.genome.annotation import reader
from landfall.genome.reference import Reference
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.tables import TRANSCRIPTS
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.ranking.tables import PRIORITISED
from landfall.splicing.outcomes.transcript import Edit
from landfall.splicing.rtpcr import assay
from landfall.splicing.rtpcr.amplicons import TemplateError, Templates, build, place
from landfall.splicing.rtpcr.primers import (
    Failure,
    Pair,
    Primer,
    binding_sites,
    flanking_pair,
    junction_pair,
    products,
)
from landfall.splicing.tables import ASSAYS, OUTCOMES
from landfall.stages.splicing import rtpcr
from landfall.testing import builders
from landfall.variants.tables import NORMALISED
from tests.unit.splicing.rtpcr.assay_locus import EXONS, LENGTH, VARIANT, Locus

SETTINGS = Assay()
EVENTS: dict[str, tuple[str, tuple[int, int], bool]] = {
    "pseudoexon": ("pseudoexon", (2200, 2247), True),
    "skip": ("exon_skipping", (1800, 1950), False),
    "skip of two": ("exon_skipping", (1000, 1950), False),
    "longer donor": ("cryptic_donor", (1950, 1990), True),
    "shorter donor": ("cryptic_donor", (1930, 1950), False),
    "longer acceptor": ("cryptic_acceptor", (2580, 2600), True),
    "shorter acceptor": ("cryptic_acceptor", (2600, 2630), False),
    "retention": ("intron_retention", (1950, 2600), True),
}
SIZES = {
    "pseudoexon": 47,
    "skip": -150,
    "skip of two": -300,
    "longer donor": 40,
    "shorter donor": -20,
    "longer acceptor": 20,
    "shorter acceptor": -30,
    "retention": 650,
}


@pytest.fixture(params=["+", "-"])
def locus(request: pytest.FixtureRequest) -> Locus:
    return Locus(str(request.param))


@pytest.fixture(params=EVENTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def templates(locus: Locus, name: str) -> Templates:
    return build(locus.transcript, locus.edit(), locus.outcome(*EVENTS[name]))


def spliced(locus: Locus, name: str) -> tuple[str, str]:
    """Both mRNAs, spelt out along the transcript."""
    edited = locus.sequence[:VARIANT] + variant_base(locus) + locus.sequence[VARIANT + 1 :]
    _, (start, end), gained = EVENTS[name]
    bases = {base for first, last in EXONS for base in range(first, last)}
    segment = set(range(start, end))
    changed = bases | segment if gained else bases - segment
    return "".join(locus.sequence[b] for b in sorted(bases)), "".join(edited[b] for b in sorted(changed))


def variant_base(locus: Locus) -> str:
    alt = locus.edit().variant.alt
    return alt if locus.strand == "+" else reverse_complement(alt)


def designed(found: Pair | Failure) -> Pair:
    assert isinstance(found, Pair), found
    return found


def once(template: str, pair: Pair) -> int:
    """Size between the only places where both primers stand exactly."""
    right = reverse_complement(pair.right.sequence)
    assert template.count(pair.left.sequence) == template.count(right) == 1
    return template.index(right) + len(right) - template.index(pair.left.sequence)


def test_both_mrnas_are_those_of_the_exons(locus: Locus, name: str) -> None:
    found = templates(locus, name)
    wild_type, changed = spliced(locus, name)
    assert found.wild_type == wild_type
    # the retained intron holds the variant; the outcomes table gives its bases, here those of the reference
    if name != "retention":
        assert found.changed == changed
    assert len(found.changed) - len(found.wild_type) == SIZES[name]
    assert found.wild_type[: found.before] == found.changed[: found.before]
    assert found.before + found.after <= min(len(found.wild_type), len(found.changed))


def test_new_boundaries_are_those_the_gene_does_not_have() -> None:
    """Exons 1 to 3 end at 200, 350 and 500 of the mRNA."""
    for locus in (Locus("+"), Locus("-")):
        found = {name: templates(locus, name) for name in EVENTS}
        assert (found["pseudoexon"].joins, found["pseudoexon"].edges) == ([500, 547], [])
        assert (found["skip"].joins, found["skip"].edges) == ([350], [])
        assert (found["longer donor"].joins, found["longer donor"].edges) == ([540], [500])
        assert (found["shorter donor"].joins, found["shorter donor"].edges) == ([480], [])
        assert (found["longer acceptor"].joins, found["longer acceptor"].edges) == ([500], [520])
        assert (found["retention"].joins, found["retention"].edges) == ([], [500, 1150])


def test_the_flanking_pair_gives_a_band_from_each_mrna(locus: Locus, name: str) -> None:
    found = templates(locus, name)
    pair = designed(flanking_pair(found, SETTINGS))
    assert (pair.wild_type, pair.mutant) == (once(found.wild_type, pair), once(found.changed, pair))
    assert pair.mutant - pair.wild_type == SIZES[name]
    assert min(pair.wild_type, pair.mutant) >= 80
    longer = max(pair.wild_type, pair.mutant)
    assert (longer > 600) is (name == "retention")
    for primer in (pair.left, pair.right):
        assert 57 <= primer.tm <= 63
        share = sum(primer.sequence.count(base) for base in "GC") / len(primer.sequence)
        assert primer.gc == pytest.approx(100 * share, abs=0.05)
        assert 40 <= primer.gc <= 60


def test_the_junction_pair_needs_the_new_join(locus: Locus, name: str) -> None:
    found = templates(locus, name)
    pair = designed(junction_pair(found, SETTINGS))
    assert pair.wild_type is None
    assert pair.mutant == once(found.changed, pair)
    across = [
        (p, b) for p in (pair.left, pair.right) for b in found.joins or found.edges if p.start < b < p.end
    ]
    assert across
    for primer, boundary in across:
        before, behind = boundary - primer.start, primer.end - boundary
        assert (before >= 7 and behind >= 4) if primer is pair.left else (before >= 4 and behind >= 7)
    assert found.wild_type.count(across[0][0].sequence) == 0


@pytest.mark.parametrize("name", ["pseudoexon", "skip"])
def test_the_shorter_band_keeps_to_the_smallest_product_too(locus: Locus, name: str) -> None:
    narrow = SETTINGS.changed(product_size=(300, 600))
    pair = designed(flanking_pair(templates(locus, name), narrow))
    assert min(pair.wild_type or 0, pair.mutant or 0) >= 300
    assert max(pair.wild_type or 0, pair.mutant or 0) <= 600


def test_exons_shorter_than_any_product_are_told(locus: Locus) -> None:
    """All that lies two exons on either side is shorter than the shortest product; primer3 takes that for an error."""
    found = flanking_pair(templates(locus, "pseudoexon"), SETTINGS.changed(product_size=(5000, 6000)))
    assert isinstance(found, Failure)
    assert "the exons there span 997 bases, and the shortest product has 5047" in found.reason


def test_both_strands_give_the_same_primers(name: str) -> None:
    plus, minus = (flanking_pair(templates(Locus(strand), name), SETTINGS) for strand in "+-")
    assert (designed(plus).left, designed(plus).right) == (designed(minus).left, designed(minus).right)


def test_primers_lie_in_the_neighbouring_exons(locus: Locus) -> None:
    pair = designed(flanking_pair(templates(locus, "pseudoexon"), SETTINGS))
    places = [place(pair.parts, p.start, p.end) for p in (pair.left, pair.right)]
    assert places == ["exon 3", "exon 4"]
    assert pair.relaxed == ()


def test_a_retained_intron_is_amplified_across_another_one(locus: Locus) -> None:
    """Else genomic DNA would give the same band."""
    found = templates(locus, "retention")
    pair = designed(flanking_pair(found, SETTINGS))
    genomic = assay.genomic_size(pair, found)
    assert genomic is None or genomic > (pair.mutant or 0)


def test_with_two_exons_genomic_dna_gives_the_retained_band(locus: Locus) -> None:
    short = Locus(locus.strand, locus.sequence, ((1800, 1950), (2100, 2250)))
    outcome = short.outcome("intron_retention", (1950, 2100), True)
    rows = assay.assays(
        short.candidate(), [outcome, short.normal()], short.transcript, short.edit(), SETTINGS
    )
    assert [row["status"] for row in rows] == ["designed", "designed"]
    assert rows[0]["genomic_bp"] == rows[0]["mutant_bp"] == rows[0]["wild_type_bp"] + 150
    assert all("treat the RNA with DNase" in row["advice"] for row in rows)


def test_primers_keep_off_known_variants(locus: Locus) -> None:
    found = templates(locus, "pseudoexon")
    first = designed(flanking_pair(found, SETTINGS))
    shift = len(found.changed) - len(found.wild_type)
    under = {
        locus.transcript.position(first.left.end - 1),
        locus.transcript.position(first.right.start - shift),
    }
    second = designed(flanking_pair(found, SETTINGS, under))
    for primer, by in ((second.left, 0), (second.right, shift)):
        covered = {locus.transcript.position(offset - by) for offset in range(primer.start, primer.end)}
        assert not covered & under
    everywhere = set(range(1, LENGTH + 1))
    last = designed(flanking_pair(found, SETTINGS, everywhere))
    assert last.relaxed[-1] == "a primer may lie on a known variant"


def test_a_short_neighbour_sends_the_primer_one_exon_further(locus: Locus) -> None:
    short = locus.with_short_exon()
    outcome = short.outcome("pseudoexon", (2200, 2247), True)
    pair = designed(flanking_pair(build(short.transcript, short.edit(), outcome), SETTINGS))
    assert pair.relaxed == ("primers up to 1 exon further away",)
    assert place(pair.parts, pair.left.start, pair.left.end).startswith("exon 2")
    assert (pair.mutant or 0) - (pair.wild_type or 0) == 47


def test_where_no_primers_can_be_had_the_row_says_why(locus: Locus) -> None:
    flat = Locus(locus.strand, "A" * LENGTH)
    outcome = flat.outcome("pseudoexon", (2200, 2247), True)
    rows = assay.assays(flat.candidate(), [outcome, flat.normal()], flat.transcript, flat.edit(), SETTINGS)
    assert [row["status"] for row in rows] == ["not_designed"] * 2
    assert all("forward primers: considered" in row["reason"] for row in rows)
    assert all(row["patient_bands"] == [] for row in rows)
    parquet.from_rows(ASSAYS, rows)


def test_an_outcome_without_its_own_mrna_is_refused(locus: Locus) -> None:
    known_exon = locus.outcome("exon_inclusion", (1800, 1950), True)
    with pytest.raises(TemplateError, match="the transcript's own"):
        build(locus.transcript, locus.edit(), known_exon)
    with pytest.raises(TemplateError, match="gains are unknown"):
        build(locus.transcript, locus.edit(), locus.outcome("pseudoexon", (2200, 2247), True, inserted=None))
    with pytest.raises(TemplateError, match="no segment"):
        build(locus.transcript, locus.edit(), locus.normal())


def test_a_change_at_the_first_exon_has_no_flanking_pair(locus: Locus) -> None:
    outcome = locus.outcome("cryptic_donor", (201, 400), False)
    found = flanking_pair(build(locus.transcript, locus.edit(), outcome), SETTINGS)
    assert found == Failure("no exon on both sides of the change is long enough")


def test_an_exonic_variant_keeps_primers_off_it(locus: Locus) -> None:
    """The skipped exon is 3; a variant in exon 2 shortens what both mRNAs share."""
    edit = locus.edit(1100)
    found = build(locus.transcript, edit, locus.outcome("exon_skipping", (1800, 1950), False))
    assert found.before == 300
    pair = designed(flanking_pair(found, SETTINGS))
    assert pair.left.end <= 300
    assert (pair.mutant or 0) - (pair.wild_type or 0) == -150


def lanes(locus: Locus, name: str, normal: float = 0.1, **changes: Any) -> dict[str, Any]:
    outcomes = [locus.outcome(*EVENTS[name]), locus.normal(normal)]
    rows = assay.assays(locus.candidate(**changes), outcomes, locus.transcript, locus.edit(), SETTINGS)
    assert [row["pair"] for row in rows] == ["flanking", "junction"]
    return rows[0]


def test_the_gel_has_both_bands_in_a_heterozygous_patient(locus: Locus) -> None:
    row = lanes(locus, "pseudoexon")
    wild_type, mutant = row["wild_type_bp"], row["mutant_bp"]
    assert row["bands"] == f"{wild_type} bp and {mutant} bp"
    assert (row["patient_bands"], row["control_bands"], row["water_bands"]) == (
        [wild_type, mutant],
        [wild_type],
        [],
    )


def test_a_homozygous_patient_shows_the_normal_band_if_some_splicing_is_left(locus: Locus) -> None:
    row = lanes(locus, "pseudoexon", 0.04, zygosity="homozygous")
    assert row["patient_bands"] == [row["mutant_bp"]]
    assert len(lanes(locus, "pseudoexon", 0.06, zygosity="homozygous")["patient_bands"]) == 2
    assert len(lanes(locus, "pseudoexon", 0.0)["patient_bands"]) == 2


def test_a_band_that_is_too_long_is_said_and_not_drawn(locus: Locus) -> None:
    row = lanes(locus, "retention")
    assert row["bands"].endswith("(mutant longer than 600 bp)")
    assert row["patient_bands"] == row["control_bands"] == [row["wild_type_bp"]]
    assert "the mutant band is too long" in row["advice"]


def test_advice_minds_decay_and_small_differences(locus: Locus) -> None:
    small = locus.outcome("cryptic_donor", (1950, 1954), True, nmd=True)
    row = assay.assays(locus.candidate(), [small], locus.transcript, locus.edit(), SETTINGS)[0]
    assert "cycloheximide or puromycin" in row["advice"]
    assert "differ by 4 bp" in row["advice"]
    assert "cycloheximide" not in lanes(locus, "pseudoexon")["advice"]
    assert "expressed" in row["advice"]


def test_possibilities_and_normal_splicing_have_no_assay(locus: Locus) -> None:
    possible = locus.outcome(*EVENTS["pseudoexon"], called=False)
    assert (
        assay.assays(locus.candidate(), [possible, locus.normal()], locus.transcript, locus.edit(), SETTINGS)
        == []
    )


@pytest.fixture(scope="module")
def real_loci(shared_data: Path) -> tuple[Genome, list[Transcript]]:
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    return genome, reader.read_gtf(shared_data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome)


OTHER_SITES = ("c.4886+1249G>T", "c.663+784C>T")
"""DYSF: the model's favourite acceptor is not the published one; a negative."""


@pytest.mark.shared_data
@pytest.mark.parametrize("gene", ["COL6A1", "CFTR", "ATM", "FKTN", "APC", "DYSF"])
def test_published_pseudoexons_can_be_told_by_their_size(
    shared_data: Path, real_loci: tuple[Genome, list[Transcript]], gene: str
) -> None:
    """The model's gains lie at the published ends; primers are designed on the real mRNA."""
    with (shared_data / "truth" / "pseudoexons.GRCh38.tsv").open() as handle:
        rows = [row for row in csv.DictReader(handle, delimiter="\t") if row["gene"] == gene]
    row = next(row for row in rows if row["hgvs_c"] not in OTHER_SITES)
    genome, transcripts = real_loci
    transcript = next(t for t in transcripts if t.gene == gene and t.representative)
    assert transcript.forward
    variant = Variant(row["chrom"], int(row["pos"]), row["ref"], row["alt"])
    gains = row["spliceai_1.3.1_D500"].split("|")
    start, end = variant.start + int(gains[6]), variant.start + int(gains[8]) + 1
    edit = Edit(genome, variant)
    outcome = {**Locus().normal(), "event": "pseudoexon", "is_gain": True, "start": start, "end": end}
    found = build(transcript, edit, {**outcome, "inserted": edit.fetch(start, end)})
    flanking, junction = designed(flanking_pair(found, SETTINGS)), designed(junction_pair(found, SETTINGS))
    assert (flanking.mutant or 0) - (flanking.wild_type or 0) == int(row["pseudoexon_nt"])
    assert once(found.changed, flanking) == flanking.mutant
    assert junction.wild_type is None


# --- the in-silico PCR


def primer(sequence: str) -> Primer:
    return Primer(sequence, 60.0, 50.0, 0, len(sequence))


def mutated(sequence: str, *offsets: int) -> str:
    bases = list(sequence)
    for offset in offsets:
        bases[offset] = "ACGT"["CGTA".index(bases[offset])]
    return "".join(bases)


def test_binding_takes_three_mismatches_and_none_at_the_end() -> None:
    site = builders.bases(20, seed=7)
    for offsets, bound in (((), 1), ((0, 5, 16), 1), ((0, 5, 9, 16), 0), ((17,), 0), ((19,), 0)):
        template = "A" * 30 + mutated(site, *offsets) + "A" * 30
        assert list(binding_sites(template, site)) == [30] * bound, offsets
    assert list(binding_sites(site[:19], site)) == []


def test_products_are_found_in_every_direction() -> None:
    left, right = builders.bases(20, seed=8), builders.bases(20, seed=9)
    gap = builders.bases(60, seed=10)
    template = left + gap + reverse_complement(right)
    assert products(template, primer(left), primer(right)) == [100]
    assert products(template, primer(right), primer(left)) == [100]
    assert products(reverse_complement(template), primer(left), primer(right)) == [100]
    assert products(template + gap + reverse_complement(right), primer(left), primer(right)) == [100, 180]
    assert products(left + gap + reverse_complement(left), primer(left), primer(right)) == [100]
    assert products(reverse_complement(right) + gap + left, primer(left), primer(right)) == []


def test_a_pair_with_another_product_is_not_given(locus: Locus) -> None:
    """Exon 5 repeats exon 4, so that each primer in exon 4 binds twice."""
    bases = locus.sequence
    twice = bases[:3500] + bases[2600:2750] + bases[3650:]
    found = flanking_pair(
        templates(Locus(locus.strand, twice), "pseudoexon"), SETTINGS.changed(product_size=(80, 400))
    )
    assert isinstance(found, Failure)
    assert "yield further products" in found.reason


def test_sizes_hold_for_random_segments(locus: Locus) -> None:
    seeded = random.Random(11)
    for _ in range(20):
        start = seeded.randrange(2000, 2400)
        size = seeded.randrange(25, 150)
        outcome = locus.outcome("pseudoexon", (start, start + size), True)
        found = build(locus.transcript, locus.edit(), outcome)
        pair = designed(flanking_pair(found, SETTINGS))
        assert (pair.mutant or 0) - (pair.wild_type or 0) == size
        assert once(found.changed, pair) == pair.mutant


# --- the stage


def run_stage(folder: Path, locus: Locus, sites: list[str], zygosity: str = "heterozygous") -> Path:
    genome = builders.genome(folder, locus.genome.sequences)
    parquet.write(TRANSCRIPTS, reader.to_table([locus.transcript]), folder / "transcripts.parquet")
    outcomes = [locus.outcome(*EVENTS["pseudoexon"]), locus.normal()]
    parquet.write(OUTCOMES, parquet.from_rows(OUTCOMES, outcomes), folder / "outcomes.parquet")
    rows = [locus.candidate(), locus.candidate(rank=2, pos=1, flagged=False)]
    parquet.write(PRIORITISED, parquet.from_rows(PRIORITISED, rows), folder / "prioritised.parquet")
    carried = builders.normalised({"chrom": "chrT", "pos": first_base(locus), "zygosity": zygosity})
    parquet.write(NORMALISED, carried, folder / "alleles.parquet")
    known = folder / "sites.vcf"
    known.write_text(builders.vcf_text(sites, {"chrT": LENGTH}, info=["AF"]))
    config = configured(folder, genome.path, known)
    rtpcr.design_assays(
        config,
        Reference(genome.path, folder / "transcripts.parquet"),
        folder / "prioritised.parquet",
        folder / "outcomes.parquet",
        folder / "alleles.parquet",
        folder / "assay.parquet",
        folder / "assay.tsv",
    )
    return folder / "assay.parquet"


def configured(folder: Path, fasta: Path, sites: Path) -> sections.Settings:
    path = folder / "config.yaml"
    genome = f"genome:\n  build: synthetic\n  fasta: {fasta}\n  annotation: genes.gtf\n"
    known = f"filter:\n  frequency:\n    sites: {sites}\n    population_fields: [AF]\n"
    path.write_text(f"samples: samples.tsv\n{genome}{known}licences:\n  accepted: [spliceai]\n")
    return run.parse(path)


def first_pair(locus: Locus) -> Pair:
    return designed(flanking_pair(templates(locus, "pseudoexon"), SETTINGS))


def first_base(locus: Locus) -> int:
    """1-based position of the last base of the left primer that is found first."""
    return locus.transcript.position(first_pair(locus).left.end - 1)


def test_the_stage_keeps_primers_off_the_patients_own_alleles(tmp_path: Path, locus: Locus) -> None:
    (row, _) = pq.read_table(run_stage(tmp_path, locus, [])).to_pylist()
    assert row["left_primer"] != first_pair(locus).left.sequence
    uncalled = run_stage(tmp_path, locus, [], zygosity="uncalled")
    assert pq.read_table(uncalled)["left_primer"][0].as_py() == first_pair(locus).left.sequence


@pytest.mark.parametrize(("frequency", "avoided"), [(0.001, True), (0.0009, False)])
def test_the_stage_keeps_primers_off_common_alleles(
    tmp_path: Path, locus: Locus, frequency: float, avoided: bool
) -> None:
    pos = first_base(locus)
    ref = locus.genome.fetch("chrT", pos - 1, pos)
    known = builders.site("chrT", pos, ref, "ACGT"["CGTA".index(ref)], f"AF={frequency}")
    row = pq.read_table(run_stage(tmp_path, locus, [known], "uncalled")).to_pylist()[0]
    assert (row["left_primer"] != first_pair(locus).left.sequence) is avoided


def test_the_stage_gives_the_same_bytes_again_and_a_text_table(tmp_path: Path, locus: Locus) -> None:
    first = run_stage(tmp_path, locus, []).read_bytes()
    assert run_stage(tmp_path, locus, []).read_bytes() == first
    header, line, *_ = (tmp_path / "assay.tsv").read_text().splitlines()
    cells = dict(zip(header.split("\t"), line.split("\t"), strict=True))
    assert cells["patient_bands"] == f"{cells['wild_type_bp']},{cells['mutant_bp']}"
    assert cells["water_bands"] == ""
