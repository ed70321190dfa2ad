"""Variants of one chromosome copy read together: as the copy's own sequence, in the reference's coordinates."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from landfall.genome.encoding import one_hot
from landfall.genome.sequence import reverse_complement
from landfall.genome.variant import Variant
from landfall.models.splice import delta_scores
from landfall.patient.inheritance.phasing import overlap, phase
from landfall.splicing import scoring
from landfall.splicing.interpret import haplotypes
from landfall.splicing.interpret.haplotypes import Haplotype, interaction, read_pair
from landfall.splicing.windows import Reach, place
from landfall.testing import builders
from landfall.testing.toy_gene import MemoryGenome
from landfall.testing.toy_splice_models import MotifModel, ToyModel

SEQUENCE = builders.bases(1200, seed=5)
GENOME = MemoryGenome({"chr1": SEQUENCE})
GENES = [builders.transcript("PLUS", [(20, 100), (900, 1190)]),
         builders.transcript("MINUS", [(20, 100), (900, 1190)], "-")]  # fmt: skip
DISTANCE = 25
TOLERANCE = 1e-6


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def variant(pos: int, taken: int, new: str) -> Variant:
    """As normalisation spells it: one anchor base for an insertion or deletion, no base shared at the end."""
    ref = SEQUENCE[pos - 1 : pos - 1 + taken]
    alt = new if len(new) == taken else ref[0] + new
    return Variant("chr1", pos, ref, alt)


@st.composite
def variants(draw: st.DrawFn) -> list[Variant]:
    """Substitutions, insertions and deletions around base 500 that do not overlap."""
    found: list[Variant] = []
    for _ in range(draw(st.integers(1, 5))):
        taken, new = draw(
            st.sampled_from([(1, "A"), (1, "C"), (1, "GG"), (1, "TACA"), (4, ""), (9, ""), (2, "CA")])
        )
        one = variant(draw(st.integers(485, 515)), taken, new)
        shortest = len(one.ref) != len(one.alt) or one.ref[-1] != one.alt[-1]
        if shortest and not any(overlap(one, other) for other in found):
            found.append(one)
    assume(found)
    return found


def edited(chosen: list[Variant]) -> str:
    """The contig with the variants in it: what stands at each base, and what is put in behind it."""
    bases, behind = list(SEQUENCE), [""] * len(SEQUENCE)
    for one in chosen:
        if len(one.ref) == len(one.alt):
            bases[one.start : one.end] = one.alt
        elif len(one.ref) == 1:
            behind[one.start] = one.alt[1:]
        else:
            bases[one.start + 1 : one.end] = [""] * (len(one.ref) - 1)
    return "".join(base + more for base, more in zip(bases, behind, strict=True))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(variants())
def test_the_sequence_is_that_of_the_copy(chosen: list[Variant]) -> None:
    laid = Haplotype(0, SEQUENCE, tuple(chosen))
    assert len(laid.origin) == len(laid.sequence)
    assert (np.diff(laid.origin) >= 0).all()
    assert laid.sequence == edited(chosen)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(variants())
def test_one_variant_is_laid_over_the_reference_as_scoring_does(chosen: list[Variant]) -> None:
    one = chosen[0]
    laid = Haplotype(0, SEQUENCE, (one,))
    values = np.random.default_rng(1).random((len(laid.sequence), 3), dtype=np.float32)
    aligned = delta_scores.align(values, one.start, len(one.ref), len(one.alt))
    np.testing.assert_array_equal(laid.on_reference(values, 0, 0, len(SEQUENCE)), aligned)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(variants(), st.sampled_from(GENES))
def test_both_copies_are_read_as_whole_sequences(chosen: list[Variant], gene) -> None:
    candidate, *near = chosen
    without, joint = read_pair(ToyModel(), GENOME, gene, candidate, near, DISTANCE, 4)
    for found, held in ((without, near), (joint, chosen)):
        copy = Haplotype(0, SEQUENCE, tuple(held))
        text = "N" * 20 + copy.sequence[20:-10] + "N" * 10  # beyond the gene
        turned = text if gene.forward else reverse_complement(text)
        whole = ToyModel().predict(one_hot([turned]))[0]
        whole = whole if gene.forward else whole[::-1]
        span = candidate.start - DISTANCE, candidate.start + DISTANCE + 1
        expected = copy.on_reference(np.ascontiguousarray(whole), ToyModel.context, *span)
        np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("gene", GENES, ids=["plus", "minus"])
@pytest.mark.parametrize(("taken", "new"), [(1, "A"), (1, "ACGTA"), (6, "")])
def test_alone_a_candidate_scores_as_in_the_workflow(gene, taken, new):
    one = variant(501, taken, new)
    made, placements = place([(one, gene)], GENOME, Reach(ToyModel.context, DISTANCE, 0.5))
    (scored,) = scoring.score_windows(ToyModel(), made, placements, DISTANCE, 1)
    ref, alt = read_pair(ToyModel(), GENOME, gene, one, (), DISTANCE, 1)
    np.testing.assert_allclose(ref, scored.ref, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(alt, scored.alt, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((10, "A", "C"), (10, "A", "G"), True),
        ((10, "A", "C"), (11, "A", "G"), False),
        ((10, "ACGT", "A"), (12, "G", "C"), True),
        ((10, "ACGT", "A"), (10, "A", "G"), False),  # the anchor base stays
        ((10, "A", "ACC"), (10, "A", "AG"), True),  # which comes first?
        ((10, "A", "ACC"), (10, "A", "G"), False),
        ((10, "ACGT", "A"), (11, "C", "CTT"), True),
        ((10, "ACGT", "A"), (13, "T", "TAA"), False),
    ],
)
def test_alleles_that_no_copy_can_hold_together(one, other, expected):
    a, b = Variant("chr1", *one), Variant("chr1", *other)
    assert overlap(a, b) is overlap(b, a) is expected


def call(genotype: str, phase_set: str | None = None, allele: int = 1, zygosity: str = "heterozygous"):
    return {"genotype": genotype, "phase_set": phase_set, "allele": allele, "zygosity": zygosity}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (call("0|1"), call("0|1"), "cis"),
        (call("0|1"), call("1|0"), "trans"),
        (call("0|1", "7"), call("0|1", "7"), "cis"),
        (call("0|1", "7"), call("0|1", "8"), "unknown"),
        (call("0|1", "7"), call("0|1"), "unknown"),
        (call("0/1"), call("0|1"), "unknown"),
        (call("0/1"), call("1/1", zygosity="homozygous"), "cis"),
        (call("1", zygosity="hemizygous"), call("1", zygosity="hemizygous"), "cis"),
        (call("1|2", allele=1), call("0|1"), "trans"),
        (call("1|2", allele=2), call("0|1"), "cis"),
        (call(".", zygosity="unknown"), call("1/1", zygosity="homozygous"), "unknown"),
    ],
)
def test_phase(one, other, expected):
    assert phase(one, other) == phase(other, one) == expected


def test_every_carried_neighbour_is_read_or_has_its_reason():
    rows = [
        {"pos": 500, "genotype": "0|1"},
        {"pos": 501, "genotype": "0|1"},
        {"pos": 502, "genotype": "1|0"},
        {"pos": 503, "genotype": "0/1"},
        {"pos": 499, "ref": "AAA", "alt": "A", "genotype": "0|1"},
        {"pos": 505, "ref": "AAAA", "alt": "A", "genotype": "0|1"},
        {"pos": 506, "genotype": "0|1"},
        {"pos": 507, "genotype": "0/0", "zygosity": "absent"},
        {"pos": 508, "genotype": "0|1"},
        {"pos": 5, "genotype": "0|1"},
        {"pos": 520, "ref": "A" * 30, "alt": "A", "genotype": "0|1"},
        {"pos": 509, "genotype": "1/1", "zygosity": "homozygous"},
    ]
    table = builders.normalised(*({"ref": "A", "alt": "C", **row} for row in rows)).to_pylist()
    dropped = {(9, 1): "depth", (12, 1): "frequency"}
    found = haplotypes.neighbours(table[0], table, dropped, GENES[0], longest=25)
    assert {n.variant.pos: n.reason for n in found} == {
        501: "", 502: "trans", 503: "unphased", 499: "overlaps", 505: "", 506: "overlaps_neighbour",
        508: "poor_call", 5: "outside_transcripts", 520: "longer_than_window", 509: "",
    }  # fmt: skip
    assert all(n.detail for n in found if n.reason)
    assert [n.variant.pos for n in found][:3] == [499, 501, 502]


def test_neighbours_beyond_the_nearest_are_read_with_the_copy():
    rows = [
        {"pos": 500 + n, "ref": "A", "alt": "C", "genotype": "1/1", "zygosity": "homozygous"}
        for n in range(30)
    ]
    table = builders.normalised(*rows).to_pylist()
    found = haplotypes.neighbours(table[0], table, {}, GENES[0], longest=25)
    assert [n.reason for n in found] == [""] * haplotypes.MOST_ALONE + ["joint_only"] * 9
    assert all(n.read for n in found)


# --- rescue and synergy, by a model that reads exact motifs ---------------------------------------------------------

BASE = "C" * 600


def judged(text: str, candidate: Variant, neighbour: Variant, strand: str = "+") -> haplotypes.Interaction:
    gene = builders.transcript("G", [(0, 50), (550, 600)], strand)
    genome = MemoryGenome({"chr1": text})
    model = MotifModel()
    reference, alone = read_pair(model, genome, gene, candidate, (), DISTANCE, 1)
    other, joint = read_pair(model, genome, gene, candidate, (neighbour,), DISTANCE, 1)
    return interaction(candidate.start - DISTANCE, reference, alone, other, joint, 0.2, 0.1)


def with_motif(motif: str) -> str:
    return BASE[:300] + motif + BASE[300 + len(motif) :]


def test_a_neighbour_that_breaks_the_new_site_is_a_rescue():
    found = judged(with_motif("GCAAGT"), Variant("chr1", 302, "C", "T"), Variant("chr1", 304, "A", "C"))
    assert (found.verdict, found.kind, found.position) == ("rescue", "donor", 299)
    assert (found.reference, found.candidate, found.joint) == pytest.approx((0.01, 0.9, 0.01))


def test_a_rescue_on_the_minus_strand():
    text = with_motif(reverse_complement("GCAAGT"))
    found = judged(text, Variant("chr1", 305, "G", "A"), Variant("chr1", 303, "T", "C"), "-")
    assert (found.verdict, found.kind, found.position) == ("rescue", "donor", 306)


def test_two_variants_that_make_a_site_only_together_are_synergy():
    found = judged(with_motif("GCACGT"), Variant("chr1", 302, "C", "T"), Variant("chr1", 304, "C", "A"))
    assert (found.verdict, found.kind, found.position) == ("synergy", "donor", 299)
    assert (found.candidate, found.neighbours, found.joint) == pytest.approx((0.01, 0.01, 0.9))
    assert found.beyond == pytest.approx(0.89)


def test_a_deletion_that_takes_the_new_site_away_is_a_rescue():
    deleted = Variant("chr1", 302 + 1, "AAGT", "A")
    found = judged(with_motif("GCAAGT"), Variant("chr1", 302, "C", "T"), deleted)
    assert found.verdict == "rescue"


def test_a_neighbour_out_of_the_way_is_additive():
    found = judged(with_motif("GCAAGT"), Variant("chr1", 302, "C", "T"), Variant("chr1", 315, "C", "A"))
    assert (found.verdict, found.position) == ("additive", 299)
    assert found.beyond == pytest.approx(0)


def test_two_sites_that_each_variant_makes_alone_are_additive():
    text = BASE[:300] + "GCAAGT" + BASE[306:312] + "GCAAGT" + BASE[318:]
    found = judged(text, Variant("chr1", 302, "C", "T"), Variant("chr1", 314, "C", "T"))
    assert found.verdict == "additive"


def test_the_cut_offs_of_the_verdicts():
    def verdict(candidate: float, neighbours: float, joint: float) -> str:
        copies = [np.array([[1 - p, 0, p]], dtype=np.float32) for p in (0, candidate, neighbours, joint)]
        return interaction(0, *copies, 0.2, 0.1).verdict

    assert verdict(0.5, 0, 0.25) == "rescue"
    assert verdict(0.5, 0, 0.26) == "additive"
    assert verdict(0.19, 0, 0) == "additive"
    assert verdict(0.1, 0.1, 0.31) == "synergy"
    assert verdict(0.1, 0.1, 0.29) == "additive"
    assert verdict(0.0, 0.0, 0.19) == "additive"


def test_a_random_neighbour_far_away_changes_nothing_of_a_toy():
    rng = random.Random(3)
    candidate = variant(500, 1, "A" if SEQUENCE[499] != "A" else "C")
    far = variant(
        500 + 2 * (ToyModel.context + DISTANCE), 1, rng.choice([b for b in "ACGT" if b != SEQUENCE[589]])
    )
    ref, alone = read_pair(ToyModel(), GENOME, GENES[0], candidate, (), DISTANCE, 1)
    other, joint = read_pair(ToyModel(), GENOME, GENES[0], candidate, (far,), DISTANCE, 1)
    np.testing.assert_allclose(other, ref, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(joint, alone, rtol=0, atol=TOLERANCE)
