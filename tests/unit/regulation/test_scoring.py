"""Scores of a network of tracks: the same however they are computed, and 0 where nothing changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landfall.genome.sequence import Genome
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.tracks import base as tracks_base
from landfall.models.tracks import effect_scores
from landfall.regulation import scoring
from landfall.regulation.tables import TRACKS
from landfall.regulation.windows import Genes, Rules, TrackPlacement, place
from landfall.testing import toy_tracks as toy


@pytest.fixture
def genome(tmp_path: Path) -> Genome:
    return toy.genome(tmp_path)


def variants(genome: Genome) -> list[Variant]:
    def base(position: int, count: int = 1) -> str:
        return genome.fetch("c1", position, position + count)

    return [
        Variant("c1", 2_011, base(2_010), "A" if base(2_010) != "A" else "G"),
        Variant("c1", 2_031, base(2_030, 4), base(2_030)),
        Variant("c1", 2_041, base(2_040), base(2_040) + "ACGTAC"),
    ]


def placements(genome: Genome, centre: str = "gene") -> list[TrackPlacement]:
    rules = Rules(toy.LAYOUT, centre, 0.1, 100)
    pairs = [(variant, ["G"]) for variant in variants(genome)]
    return place(pairs, Genes([toy.transcript()]), genome, rules)


def scored(genome: Genome, centre: str = "gene", **changes: Any) -> list[dict[str, Any]]:
    rows = scoring.score(toy.Toy(), genome, toy.settings(**changes), placements(genome, centre))
    return parquet.from_rows(TRACKS, rows).to_pylist()


def test_the_rows_keep_their_contract_and_say_what_changes(genome: Genome) -> None:
    rows = scored(genome)
    assert [row["status"] for row in rows] == ["scored"] * 3
    for row in rows:
        assert len(row["sad"]) == len(row["local_log2"]) == len(row["gene_log2"]) == len(toy.TARGETS)
        assert np.abs(row["sad"]).max() > 0
        assert row["log_odds"] is None
        change = np.subtract(row["class_alt"], row["class_ref"])
        assert change == pytest.approx(row["sad"][:2], abs=1e-4)


def test_where_memory_is_short_fewer_windows_are_read_together(
    genome: Genome, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, read, asked = scored(genome), toy.Toy.read, []

    def read_one(self: toy.Toy, reference: Any, alternates: Any) -> Any:
        asked.append(len(alternates))
        if len(alternates) > 1:
            raise MemoryError
        return read(self, reference, alternates)

    monkeypatch.setattr(toy.Toy, "read", read_one)
    assert scored(genome) == whole
    assert max(asked) > 1


def test_a_gene_is_read_at_its_start_and_in_rna_over_its_exons_on_its_own_strand(genome: Genome) -> None:
    class Stranded(toy.Toy):
        targets = tuple(
            replace(target, assay=assay, strand=strand)
            for target, assay, strand in zip(
                toy.TARGETS, ("RNA", "RNA", "CAGE", "CAGE"), ("+", "-", "", "-"), strict=True
            )
        )

    variant, start = Variant("c1", 2_062, genome.fetch("c1", 2_061, 2_077), "G" * 16), 1_900
    gene = replace(toy.transcript(), exons=((2_000, 2_020), (2_060, 2_080)))
    placement = TrackPlacement(variant, gene, window=0, start=start)
    (row,) = scoring.score(Stranded(), genome, toy.settings(), [placement])
    (reading,) = scoring.read(Stranded(), genome, toy.settings(), [(start, [variant])])
    both = reading.reference, reading.alternate
    # bases 100..120 and 160..180 of a window whose bins of 16 begin at 32
    rna = effect_scores.gene_log_ratio(*both, [4, 5, 8, 9])
    cage = effect_scores.gene_log_ratio(*both, [3, 4, 5])
    found = np.asarray(row["gene_log2"])
    assert found[[0, 2]] == pytest.approx([rna[0], cage[2]], rel=1e-2, abs=1e-5)
    assert abs(rna[0]) > 1e-3, "the variant lies in the second exon"
    assert cage[2] == 0.0
    assert np.isnan(found[[1, 3]]).all()


def test_a_gene_whose_start_is_beside_the_output_has_no_change(genome: Genome) -> None:
    variant = Variant("c1", 2_051, genome.fetch("c1", 2_050, 2_051), "G")
    placement = TrackPlacement(variant, toy.transcript(), window=0, start=2_000 - toy.LAYOUT.first + 1)
    (row,) = scoring.score(toy.Toy(), genome, toy.settings(), [placement])
    assert row["gene_log2"] is None


def test_large_tracks_are_held_a_variant_at_a_time(genome: Genome, monkeypatch: pytest.MonkeyPatch) -> None:
    one = 4 * toy.LAYOUT.bins * len(toy.TARGETS)
    whole = scored(genome)
    monkeypatch.setattr(tracks_base, "HELD", 7 * one)
    assert [tracks_base.batch_limit(toy.Toy(), 8, arrays) for arrays in (1, 2, 4, 9)] == [7, 3, 1, 1]
    read, sizes = toy.Toy.read, []
    monkeypatch.setattr(
        toy.Toy, "read", lambda self, ref, alts: sizes.append(len(alts)) or read(self, ref, alts)
    )
    monkeypatch.setattr(scoring, "BLOCK", 3)
    assert scored(genome) == whole
    assert set(sizes) == {1}


@pytest.mark.parametrize("centre", ["gene", "variant"])
def test_batch_of_one_or_all_is_the_same(genome: Genome, centre: str) -> None:
    for one, all_ in zip(scored(genome, centre, batch=1), scored(genome, centre, batch=8), strict=True):
        for name in ("signal_ref", "sad", "logsad", "logd2", "local_log2", "gene_log2"):
            assert one[name] == pytest.approx(all_[name], rel=1e-6), name


def test_windows_are_read_together_up_to_the_batch() -> None:
    places = [(1, ["a", "b", "c"]), (2, ["d"]), (3, ["e"])]
    assert list(scoring._batches(places, 2)) == [
        [(1, ["a", "b"])],
        [(1, ["c"]), (2, ["d"])],
        [(3, ["e"])],
    ]
    assert list(scoring._batches(places, 8)) == [places]


def test_variants_of_one_window_share_its_reference(genome: Genome) -> None:
    model = toy.Toy()
    list(scoring.score(model, genome, toy.settings(both_strands=False), placements(genome)))
    assert model.references == 1


def test_a_reference_against_itself_is_exactly_nothing(genome: Genome) -> None:
    (same,) = variants(genome)[:1]
    same = Variant(same.chrom, same.pos, same.ref, same.ref)
    model = toy.Toy()
    (reading,) = scoring.read(model, genome, toy.settings(shifts=(-1, 0, 1)), [(1_900, [same])])
    assert (reading.reference == reading.alternate).all()


def test_a_network_that_returns_no_numbers_is_a_reason(genome: Genome) -> None:
    model = toy.Toy()
    model.network.conv.bias.data.fill_(float("nan"))
    rows = list(scoring.score(model, genome, toy.settings(), placements(genome)))
    assert [(row["status"], row["reason"]) for row in rows] == [("not_scored", "not_finite")] * 3
    parquet.from_rows(TRACKS, rows)


def test_large_numbers_are_held_at_the_limits_of_half_precision() -> None:
    assert scoring.half(np.array([1e9, -1e9, 1.5])).tolist() == [65504.0, -65504.0, 1.5]
