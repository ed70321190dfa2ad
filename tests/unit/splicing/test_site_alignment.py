"""An annotated site that an insertion or deletion keeps keeps its place: every edge, both strands, every spelling."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from landfall.genome.annotation import reader
from landfall.genome.consequence import consequence
from landfall.genome.hgvs.dna import hgvs_c, shift, trim
from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.splice_sites.motifs import EXON_BASES, INTRON_BASES
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.splice.delta_scores import ACCEPTOR, COLUMNS, DONOR, align, masked_delta_scores
from landfall.models.splice.mmsplice.model import contexts
from landfall.splicing import score_rows
from landfall.splicing.interpret.haplotypes import Haplotype
from landfall.splicing.outcomes.transcript import Edit
from landfall.splicing.probability import calibration
from landfall.splicing.site_alignment import SiteAlignment, usual_cut
from landfall.splicing.vcf.scoring import Options, OriginalRules, Rules
from landfall.splicing.windows import Reach, place
from landfall.testing.toy_gene import MemoryGenome, mirrored
from landfall.testing.toy_splice_models import ToyModel
from tests.unit.splicing.spelling_toys import locus, network


def changes(sequence: str, edge: int) -> Iterator[tuple[int, int, str]]:
    """start, end, new bases: each unit of 1 to 4 bases beside an edge deleted, doubled or tripled."""
    for size in range(1, 5):
        for start in range(edge - size, edge + 1):
            unit = sequence[start : start + size]
            for times in (0, 2, 3):
                yield start, start + size, unit * times


def spellings(before: str, start: int, end: int, new: str) -> list[tuple[int, str, str]]:
    """1-based position, ref, alt of a change in every equivalent place, as a VCF anchors it, and written wide."""
    after, growth = before[:start] + new + before[end:], len(new) - (end - start)
    deleted = max(-growth, 0)
    found = []
    for at in range(max(start - 40, 1), min(end + 40, len(before) - 40)):
        if after == before[:at] + after[at : at + max(growth, 0)] + before[at + deleted :]:
            found.append((at, before[at - 1 : at + deleted], after[at - 1 : at + max(growth, 0)]))
    wide = max(start - 9, 0), end + 7
    return [*found, (wide[0] + 1, before[slice(*wide)], after[wide[0] : wide[1] + growth])]


def motif(bases: str, at: int, column: int, forward: bool) -> str:
    """The bases of a site's motif around index ``at`` of its exon base."""
    intron = INTRON_BASES[COLUMNS[column]]
    before = (column == ACCEPTOR) == forward
    first, last = (intron, EXON_BASES - 1) if before else (EXON_BASES - 1, intron)
    return bases[at - first : at + last + 1]


def numbers(variant: Variant, transcript: Transcript, layer: SiteAlignment, edge: int) -> tuple[object, ...]:
    """What is derived from an allele beside an edge: region, names and consequence, and the bases of exon models."""
    moved, genome = layer.moved(variant, transcript), layer.genome
    allele = variant.pos, variant.ref, variant.alt
    low, exon = edge - 120, (120, 180) if any(edge == start for start, _ in transcript.exons) else (60, 120)
    sequence = genome.fetch(variant.chrom, low, edge + 120)
    edit = score_rows.laid_edit(variant, sequence, variant.start - low, moved)
    return (
        calibration.region_of(variant, transcript, moved),
        hgvs_c(transcript, *allele, genome),
        consequence(transcript, *allele, genome),
        contexts(sequence, exon, (False, False), transcript.strand, edit, 30),
    )


def check(genome: Genome, layer: SiteAlignment, transcript: Transcript, edge: int, share: int = 1) -> int:
    """Every change at an edge: its spellings are aligned alike, and a site whose whole motif remains keeps its place.

    Of every ``share``-th change all that follows from the alignment is compared as well. Returns the spellings.
    """
    chrom, flank, count = transcript.chrom, 120, 0
    low = max(edge - flank, 0)
    sequence = genome.fetch(chrom, low, edge + flank)
    if "N" in sequence:
        return 0
    sites = [(s - low, c) for c in (ACCEPTOR, DONOR) for s in layer.sites(transcript).of(c)]
    near = [(s, c) for s, c in sites if abs(s - (edge - low)) < 8]
    for number, (start, end, new) in enumerate(changes(sequence, edge - low), edge):
        made = [Variant(chrom, pos + low, ref, alt) for pos, ref, alt in spellings(sequence, start, end, new)]
        cuts = {usual_cut(v) + layer.moved(v, transcript) for v in made}
        assert len(cuts) == 1, made
        few = {made[0], made[-2], made[-1]} if number % share == 0 else ()
        assert len({numbers(v, transcript, layer, edge) for v in few}) <= 1, made
        count += len(made)
        one = spelling(chrom, *(made[-1].pos, made[-1].ref, made[-1].alt), genome)
        edit = Edit(genome, one, layer.moved(one, transcript))
        assert edit.fetch(low, edge + 30) == (sequence[:start] + new + sequence[end:])[: edge + 30 - low]
        if len(near) != 1:
            continue  # sites side by side cannot all be kept; which one is judged by their sum
        (site, column), after = near[0], sequence[:start] + new + sequence[end:]
        whole = motif(sequence, site, column, transcript.forward)
        places = {
            at for at in (site, site + edit.shift) if motif(after, at, column, transcript.forward) == whole
        }
        if len(places) == 1:
            stand = Haplotype(low, sequence, (one,), {one: edit.moved}).indices(site + low, site + low + 1)
            assert places <= set(stand), one
    return count


@pytest.mark.parametrize("strand", "+-")
def test_spellings_at_every_edge_of_a_gene_in_memory(strand: str) -> None:
    rng, count = random.Random(3), 0
    for _ in range(4):
        sequence, transcript = locus(rng)
        if strand == "-":
            sequence, transcript = reverse_complement(sequence), mirrored(transcript, len(sequence))
        genome = MemoryGenome({"chr1": sequence})
        layer = SiteAlignment(genome, [transcript])
        count += sum(check(genome, layer, transcript, e) for span in transcript.introns for e in span)
    assert count > 3_000


@pytest.mark.shared_data
@pytest.mark.parametrize("edges", [100, pytest.param(None, marks=pytest.mark.all_records)])
def test_spellings_at_annotated_edges(shared_data: Path, edges: int | None) -> None:
    """A seeded sample of the annotated edges of the loci, or all of them."""
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    transcripts = reader.read_gtf(shared_data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome)
    layer = SiteAlignment(genome, transcripts)
    found = [(t, e) for t in transcripts if t.representative for span in t.introns for e in span]
    drawn = random.Random(1).sample(found, edges or len(found))
    assert {t.strand for t, _ in drawn} == {"+", "-"}
    assert sum(check(genome, layer, t, e, share=12) for t, e in drawn) > 30 * len(drawn)


def deltas(allele: Variant, transcript: Transcript, genome: MemoryGenome) -> dict[str, float]:
    """Masked delta scores of a toy network over the whole contig, positions left out."""
    reference = genome.sequences["chr1"]
    alternate = reference[: allele.start] + allele.alt + reference[allele.end :]
    ref, alt = (
        network(s) if transcript.forward else network(reverse_complement(s))[::-1]
        for s in (reference, alternate)
    )
    layer = SiteAlignment(genome, [transcript])
    moved = layer.moved(allele, transcript)
    laid = align(np.ascontiguousarray(alt), allele.start, len(allele.ref), len(allele.alt), moved)
    scores = masked_delta_scores(ref, laid, allele.start, 0, layer.sites(transcript))
    return {name: value for name, value in scores.items() if "_ds_" in name}


def test_scores_at_an_edge_do_not_depend_on_spelling_or_strand() -> None:
    sequence, transcript = locus(random.Random(5))
    genome = MemoryGenome({"chr1": sequence})
    turned, other = MemoryGenome({"chr1": reverse_complement(sequence)}), mirrored(transcript, len(sequence))
    kept = 0
    for edge in (edge for span in transcript.introns for edge in span):
        for start, end, new in changes(sequence, edge):
            made = [Variant("chr1", *one) for one in spellings(sequence, start, end, new)[:-1]]
            found = [deltas(variant, transcript, genome) for variant in made]
            assert all(one == found[0] for one in found), made
            last = made[0]
            ref, alt = (reverse_complement(bases + sequence[last.end]) for bases in (last.ref, last.alt))
            mirror = Variant("chr1", len(sequence) - last.end, ref, alt)
            turned_round = deltas(mirror, other, turned)
            for lost in (
                "masked_ds_al",
                "masked_ds_dl",
            ):  # gains in a repeat stand where it begins on the contig
                assert turned_round[lost] == pytest.approx(found[0][lost]), made[0]
            kept += found[0]["masked_ds_al"] == found[0]["masked_ds_dl"] == 0
    assert kept > 100


AG = "C" * 60 + "T" * 30 + "CAG" + "GGATTCATCGATTACGATCC" + "GTAAGTAA" + "C" * 60
"""An exon that begins with GG behind AG, and ends before GTAAGT."""
TOY = Transcript("TOY", "G1", "T1", "chr1", "+", ((10, 40), (93, 113), (150, 180)), 10, 180)
TOY_GENOME = MemoryGenome({"chr1": AG})


@pytest.mark.parametrize(
    ("variant", "moved"),
    [
        (Variant("chr1", 92, "AG", "A"), 2),  # AG|GG loses a G: the exon's second or third of the run
        (Variant("chr1", 92, "A", "AG"), 2),
        (Variant("chr1", 93, "G", "GT"), 1),  # put in between AG and the exon: the exon's
        (Variant("chr1", 113, "C", "CT"), 0),  # between the exon and GT: folded into the exon's last base
        (Variant("chr1", 111, "TC", "T"), 0),  # one of the exon's two last bases
        (Variant("chr1", 70, "T", "TT"), -10),  # no site in the repeat: left-aligned
        (Variant("chr1", 93, "G", "A"), 0),
    ],
)
def test_where_an_allele_is_laid(variant: Variant, moved: int) -> None:
    assert SiteAlignment(TOY_GENOME, [TOY]).moved(variant, TOY) == moved


def test_the_region_is_that_of_the_place_where_an_allele_is_laid() -> None:
    variant = Variant("chr1", 92, "AG", "A")
    assert calibration.region_of(variant, TOY) == "canonical"
    assert calibration.region_of(variant, TOY, 2) == "near"
    beside = Variant("chr1", 113, "C", "CT")  # between the exon and the intron, whose GT stays
    assert calibration.region_of(beside, TOY) == "near"
    within = Variant("chr1", 114, "G", "GC")
    assert calibration.region_of(within, TOY) == "canonical"


def test_a_model_of_exons_reads_an_insertion_on_the_side_where_it_is_laid() -> None:
    variant = Variant("chr1", 93, "G", "GT")
    for moved, exon in ((0, AG[93:113]), (1, "T" + AG[93:113])):
        edit = score_rows.laid_edit(variant, AG, variant.start, moved)
        found = contexts(AG, (93, 113), (False, False), "+", edit, 20)
        assert found.exon == exon
        assert (found.before + found.exon + found.behind) in AG[:93] + "T" + AG[93:]


def test_a_copy_of_the_chromosome_is_laid_alike() -> None:
    rng = np.random.default_rng(1)
    for variant in (
        Variant("chr1", 92, "AG", "A"),
        Variant("chr1", 92, "A", "AG"),
        Variant("chr1", 113, "C", "CT"),
    ):
        moved = SiteAlignment(TOY_GENOME, [TOY]).moved(variant, TOY)
        laid = Haplotype(0, AG, (variant,), {variant: moved})
        assert laid.sequence == AG[: variant.start] + variant.alt + AG[variant.end :]
        values = rng.random((len(laid.sequence), 3), dtype=np.float32)
        aligned = align(values, variant.start, len(variant.ref), len(variant.alt), moved)
        np.testing.assert_array_equal(laid.on_reference(values, 0, 0, len(AG)), aligned)


def test_windows_and_shards_carry_where_an_allele_is_laid() -> None:
    variant, layer = Variant("chr1", 92, "AG", "A"), SiteAlignment(TOY_GENOME, [TOY])
    made, (placed,) = place([(variant, TOY)], TOY_GENOME, Reach(20, 10, 1.0), layer.moved)
    assert placed.moved == 2
    table = score_rows.placements_table([placed], made)
    found = score_rows.read_shard(score_rows.windows_table(made), table, {("chr1", "TOY", "T1"): TOY}, 0)
    assert found[1] == [placed]
    _, (plain,) = place([(variant, TOY)], TOY_GENOME, Reach(20, 10, 1.0))
    assert plain.moved == 0  # the original's rule


def test_equivalent_places_are_those_of_the_repeat() -> None:
    change = trim(92, "AG", "A")
    ends = [shift(change, "chr1", TOY_GENOME, right).start for right in (False, True)]
    assert [pos for pos, _, _ in spellings(AG, 93, 94, "")[:-1]] == list(range(ends[0], ends[1] + 1))


def test_the_command_lays_alleles_by_its_rules() -> None:
    options = Options("in.vcf", "out.vcf", Path("genome.fa"), "grch38")
    variant, found = Variant("chr1", 92, "AG", "A"), []
    for rules in (OriginalRules, Rules):
        found.append(rules(TOY_GENOME, [TOY], ToyModel(), options).moved(variant, TOY))
    assert found == [0, 2]
