"""Where a network of tracks reads a variant, and why it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from landfall.genome.sequence import Genome
from landfall.genome.variant import Variant
from landfall.regulation.windows import Genes, Rules, TrackPlacement, assign_windows, place, tss
from landfall.testing import toy_tracks as toy

RULES = Rules(toy.LAYOUT, "variant", 0.1, 100)


@pytest.fixture
def genome(tmp_path: Path) -> Genome:
    return toy.genome(tmp_path)


def snv(genome: Genome, position: int) -> Variant:
    base = genome.fetch("c1", position, position + 1)
    return Variant("c1", position + 1, base, "A" if base != "A" else "C")


def placed(
    genome: Genome, pairs: Sequence[tuple[Variant, list[str]]], rules: Rules = RULES, shards: int = 1
) -> list[TrackPlacement]:
    genes = Genes([toy.transcript(), toy.transcript("H", 2_500, "-")])
    return assign_windows(place(pairs, genes, genome, rules), shards)


def test_the_variant_stands_at_the_official_base_of_its_window(genome: Genome) -> None:
    (one,) = placed(genome, [(snv(genome, 2_050), ["G"])])
    assert (one.start, one.tss) == (2_050 - toy.LAYOUT.variant, 2_000)


def test_the_start_of_a_gene_on_the_other_strand_is_its_last_base() -> None:
    assert tss(toy.transcript("H", 2_500, "-")) == 2_899


def test_genes_of_a_variant_share_its_window_and_variants_of_a_gene_share_the_genes(genome: Genome) -> None:
    near, far = snv(genome, 2_020), snv(genome, 2_040)
    both = placed(genome, [(near, ["G", "H"]), (far, ["G"])])
    assert [p.window for p in both] == [0, 0, 1]
    gene = placed(genome, [(near, ["G"]), (far, ["G"])], replace(RULES, centre="gene"))
    assert {p.window for p in gene} == {0}
    assert {p.start for p in gene} == {2_000 - toy.LAYOUT.variant}


def test_without_candidate_genes_the_nearest_start_is_taken_or_none(genome: Genome) -> None:
    near, none = placed(genome, [(snv(genome, 1_950), []), (snv(genome, 4_000), [])])
    assert near.transcript is not None
    assert near.transcript.gene == "G"
    assert (none.transcript, none.tss, none.reason) == (None, None, "")


def test_refusals_say_why(genome: Genome) -> None:
    end, long = snv(genome, 5_450), Variant("c1", 2_051, "A" * 60, "A")
    rules = replace(RULES, centre="gene")
    assert placed(genome, [(end, [])])[0].reason == "unknown_sequence"
    assert "N or beyond the contig" in placed(genome, [(end, [])])[0].detail
    assert placed(genome, [(long, ["G"])])[0].reason == "longer_than_window"
    assert placed(genome, [(snv(genome, 4_000), [])], rules)[0].reason == "no_gene"
    outside = placed(genome, [(snv(genome, 2_200), ["G"])], rules)[0]
    assert (outside.reason, outside.window) == ("outside_window", None)


def test_the_variants_nearest_to_a_genes_start_are_read_and_the_others_listed(genome: Genome) -> None:
    pairs = [(snv(genome, position), ["G"]) for position in (2_300, 2_010, 2_100)]
    found = placed(genome, pairs, replace(RULES, max_variants=2))
    assert [p.reason for p in found] == ["too_many", "", ""]
    assert found[0].window is None


@pytest.mark.parametrize("shards", [1, 3, 50])
def test_every_placement_has_one_shard_and_windows_are_whole(genome: Genome, shards: int) -> None:
    pairs = [(snv(genome, position), ["G", "H"]) for position in range(2_000, 2_100, 7)]
    found = placed(genome, pairs, shards=shards)
    by_window: dict[int | None, set[int | None]] = {}
    for placement in found:
        by_window.setdefault(placement.window, set()).add(placement.shard)
    assert all(len(held) == 1 for held in by_window.values())
    assert {s for held in by_window.values() for s in held} <= set(range(1, shards + 1))
