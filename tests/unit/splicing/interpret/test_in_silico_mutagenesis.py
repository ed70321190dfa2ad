"""Every single-base change and every hidden stretch, each against a pass over the whole changed sequence."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from landfall.genome.encoding import one_hot
from landfall.genome.sequence import reverse_complement
from landfall.genome.variant import Variant
from landfall.splicing.interpret.haplotypes import Haplotype
from landfall.splicing.interpret.in_silico_mutagenesis import (
    AberrantOutcome,
    PerturbationScan,
    Site,
    annotated,
    prepare,
    regions,
    single_changes,
)
from landfall.splicing.interpret.masking import masked_stretches, oligonucleotide, shuffled
from landfall.testing import builders
from landfall.testing.toy_gene import MemoryGenome
from landfall.testing.toy_splice_models import MotifModel, ToyModel

SEQUENCE = builders.bases(900, seed=8)
GENOME = MemoryGenome({"chr1": SEQUENCE})
PLUS = builders.transcript("PLUS", [(10, 100), (380, 395), (700, 880)])
MINUS = builders.transcript("MINUS", [(10, 100), (380, 395), (700, 880)], "-")
PAIR = AberrantOutcome(
    "pseudoexon", (Site("acceptor", 410), Site("donor", 440)), lost=False, segment=(410, 441)
)
WHERE = [(405, 416), (432, 445)]
VARIANTS = [
    Variant("chr1", 438, SEQUENCE[437], "ACGT"[("ACGT".index(SEQUENCE[437]) + 1) % 4]),
    Variant("chr1", 412, SEQUENCE[411], SEQUENCE[411] + "GATTA"),
    Variant("chr1", 420, SEQUENCE[419:427], SEQUENCE[419]),
]


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def bench(
    gene, *variants: Variant, model=None, target: AberrantOutcome = PAIR, where=WHERE, genome=GENOME
) -> PerturbationScan:
    return prepare(model or ToyModel(), genome, gene, variants, target, where, 60, 8)


def whole(made: PerturbationScan, sequence: str, site: Site) -> float:
    """P of a site by one pass over the whole sequence of the copy; its bases stay where they are."""
    turned = sequence if made.strand == "+" else reverse_complement(sequence)
    found = ToyModel().predict(one_hot([turned]))[0]
    found = found if made.strand == "+" else found[::-1]
    rows = [i - ToyModel.context for i in made.haplotype.indices(site.position, site.position + 1)]
    return float(found[rows, 1 if site.kind == "acceptor" else 2].max()) if rows else 0.0


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.sampled_from([PLUS, MINUS]), st.sampled_from([(), *((v,) for v in VARIANTS)]), st.data())
def test_each_change_is_read_as_the_whole_changed_sequence(gene, variants, data) -> None:
    made = bench(gene, *variants)
    sequence = made.haplotype.sequence
    all_changes = [*single_changes(made.haplotype, WHERE), *masked_stretches(made.haplotype, WHERE, 7, 2)]
    changes = data.draw(st.lists(st.sampled_from(all_changes), min_size=1, max_size=9))
    unchanged, *readings = made.read(changes, "changes")
    assert [(r.start, r.end, r.alt) for r in readings] == changes
    for reading in (unchanged, *readings):
        changed = sequence[: reading.start] + reading.alt + sequence[reading.end :]
        for site, found in reading.probabilities.items():
            assert found == pytest.approx(whole(made, changed, site), abs=1e-6)
        a, d = (reading.probabilities[site] for site in PAIR.sites)
        assert reading.aberrant_splicing == pytest.approx((a * d) ** 0.5)


def test_what_is_left_of_annotated_sites_is_the_smallest_part():
    """The toy's probabilities lie around a third, so both natives of the middle exon are seen."""
    made = bench(PLUS, where=[(375, 400)])
    assert made.natives == (Site("acceptor", 380), Site("donor", 394))
    unchanged, *readings = made.read([*masked_stretches(made.haplotype, [(375, 400)], 20, 5)], "stretches")
    assert unchanged.annotated_site_retention == 1.0
    seen = [site for site in made.natives if unchanged.probabilities[site] >= 0.1]
    assert seen
    for reading in readings:
        parts = [reading.probabilities[s] / unchanged.probabilities[s] for s in seen]
        assert reading.annotated_site_retention == pytest.approx(min(1.0, *parts))
    assert min(reading.annotated_site_retention for reading in readings) < 0.9


def test_a_site_that_the_variant_deletes_is_not_there():
    gone = Variant("chr1", 436, SEQUENCE[435:446], SEQUENCE[435])
    made = bench(
        PLUS,
        gone,
        target=AberrantOutcome("cryptic_donor", (Site("donor", 440),), lost=False),
        where=[(430, 434)],
    )
    alone = PerturbationScan(made.model, made.haplotype, "+", made.target, (), 8)
    unchanged, changed = alone.read([next(single_changes(made.haplotype, [(430, 434)]))], "changes")
    assert unchanged.aberrant_splicing == changed.aberrant_splicing == 0
    assert unchanged.annotated_site_retention is None


def test_every_known_base_is_changed_to_the_three_others():
    laid = Haplotype(0, "NNACGTNACGG", (Variant("chr1", 5, "G", "GT"),))
    changes = list(single_changes(laid, [(1, 6), (8, 9)]))
    assert laid.sequence == "NNACGTTNACGG"
    assert sorted({start for start, _, _ in changes}) == [2, 3, 4, 5, 6, 9]  # the inserted T goes with its G
    assert len(changes) == len(set(changes)) == 18
    assert all(end == start + 1 and alt != laid.sequence[start] for start, end, alt in changes)


def test_stretches_are_laid_over_the_whole_region():
    laid = Haplotype(100, SEQUENCE[100:200])
    found = list(masked_stretches(laid, [(110, 137), (150, 160)], 20, 3))
    assert [(start + 100, end + 100) for start, end, _ in found] == [
        (110, 130), (113, 133), (116, 136), (117, 137),
    ]  # fmt: skip
    assert {alt for _, _, alt in found} == {"N" * 20}


def test_shuffles_keep_the_bases_and_are_the_same_each_time():
    laid = Haplotype(0, SEQUENCE)
    found = shuffled(laid, 100, 120)
    assert found == shuffled(Haplotype(0, SEQUENCE), 100, 120)
    assert len({alt for _, _, alt in found} | {SEQUENCE[100:120]}) == 4
    assert all((start, end) == (100, 120) for start, end, _ in found)
    assert all(sorted(alt) == sorted(SEQUENCE[100:120]) for _, _, alt in found)


def test_regions_merge_and_stay_within_the_transcript():
    assert regions([20, 45, 300], (40, 60), 10, (15, 400)) == [(15, 70), (290, 311)]


@pytest.mark.parametrize(("strand", "expected"), [("+", ("ACGTT", "AACGT")), ("-", ("AACGT", "ACGTT"))])
def test_the_antisense_pairs_with_the_pre_mrna(strand, expected):
    laid = Haplotype(0, "GGACGTTCC")
    made = PerturbationScan(ToyModel(), laid, strand, PAIR, (), 8)
    reading = type("Stretch", (), {"start": 2, "end": 7})()
    assert oligonucleotide(made.haplotype, reading, strand) == expected


OUTCOME = {"event": "pseudoexon", "acceptor": 411, "donor": 441, "start": 410, "end": 441}


@pytest.mark.parametrize(
    ("change", "kinds", "lost", "strength"),
    [
        ({}, ["acceptor", "donor"], False, 0.6),
        ({"event": "cryptic_donor"}, ["donor"], False, 0.4),
        ({"event": "cryptic_acceptor"}, ["acceptor"], False, 0.9),
        ({"event": "exon_skipping"}, ["acceptor", "donor"], True, 0.4),
        ({"event": "intron_retention", "acceptor": None}, ["donor"], True, 0.6),
    ],
)
def test_what_an_outcome_rests_on(change, kinds, lost, strength):
    target = AberrantOutcome.of_outcome({**OUTCOME, **change})
    assert [site.kind for site in target.sites] == kinds
    assert target.lost is lost
    values = {Site("acceptor", 410): 0.9, Site("donor", 440): 0.4}
    assert target.strength(values) == pytest.approx(strength)
    assert (target.segment is not None) == (target.event == "pseudoexon")


def test_an_outcome_without_sites_is_not_watched():
    assert AberrantOutcome.of_outcome({**OUTCOME, "event": "none", "acceptor": None, "donor": None}) is None


def test_without_an_outcome_the_site_that_changes_most_is_watched():
    scores = {f"masked_{n}_{s}": 0.0 for n in ("ds", "dp") for s in ("ag", "al", "dg", "dl")}
    scores |= {"masked_ds_dl": 0.3, "masked_dp_dl": -4.0, "masked_ds_ag": 0.25, "masked_dp_ag": 9.0}
    assert AberrantOutcome.of_scores(scores, 100, 0.2) == AberrantOutcome(
        "none", (Site("donor", 95),), lost=True
    )
    assert AberrantOutcome.of_scores(scores, 100, 0.4) is None


def test_the_sites_an_outcome_rests_on_are_not_watched_as_annotated():
    target = AberrantOutcome("exon_skipping", (Site("acceptor", 380), Site("donor", 394)), lost=True)
    assert annotated(PLUS, 50, 800, target) == (Site("donor", 99), Site("acceptor", 700))
    assert annotated(MINUS, 50, 800, PAIR)[0] == Site("acceptor", 99)


def test_motifs_show_which_bases_carry_the_outcome():
    """A model of exact motifs: the changes that matter are those of the motifs, and no others."""
    text = "C" * 300 + "TTCAG" + "C" * 30 + "GTAAGT" + "C" * 300
    gene = builders.transcript("G", [(0, 50), (600, 641)])
    target = AberrantOutcome(
        "pseudoexon", (Site("acceptor", 305), Site("donor", 334)), lost=False, segment=(305, 335)
    )
    where = regions([305, 334], None, 10, (0, 641))
    genome = MemoryGenome({"chr1": text})
    made = bench(gene, model=MotifModel(), target=target, where=where, genome=genome)
    unchanged, *readings = made.read(list(single_changes(made.haplotype, where)), "changes")
    assert unchanged.aberrant_splicing == pytest.approx(0.9)
    start = made.haplotype.start
    carrying = {r.start + start for r in readings if r.aberrant_splicing < 0.5}
    assert carrying == {*range(300, 305), *range(335, 341)}
    made = bench(gene, model=MotifModel(), target=target, where=[(290, 350)], genome=genome)
    start = made.haplotype.start
    _, *hidden = made.read(list(masked_stretches(made.haplotype, [(290, 350)], 20, 1)), "stretches")
    least = min(r.aberrant_splicing for r in hidden)
    assert least == pytest.approx(np.sqrt(0.9 * 0.01))
    assert max(r.aberrant_splicing for r in hidden if r.start + start in range(305, 316)) == pytest.approx(
        0.9
    )
