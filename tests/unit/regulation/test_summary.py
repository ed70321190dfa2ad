"""From all tracks to what a person reads; the explanation of a leading variant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pytest

from landfall.config.regulation import Regulation
from landfall.genome.sequence import Genome
from landfall.genome.tables import CANDIDATE
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.tracks import e_values
from landfall.models.tracks.base import Squash
from landfall.models.tracks.effect_scores import WindowEdit
from landfall.regulation import interpret, summary
from landfall.regulation import network as regulation_network
from landfall.regulation.background import Background
from landfall.regulation.interpret import TrackInterpreter
from landfall.regulation.tables import CLASSES, REGULATION, REGULATORY
from landfall.regulation.windows import TrackPlacement
from landfall.splicing.tables import SCORES
from landfall.testing import toy_tracks as toy

HELD = Background(np.random.default_rng(2).normal(size=(50, 4)))
ROW = {
    **dict(zip(CANDIDATE, ("c1", 2_011, "A", "C", "G", "tG"), strict=True)),
    "signal_ref": [10.0, 10.0, 10.0, 10.0],
    "sad": [-5.0, 1.0, 0.5, 3.0],
    "logsad": [0.1] * 4,
    "logd2": [0.1] * 4,
    "local_log2": [0.2] * 4,
    "gene_log2": None,
    "log_odds": None,
    "class_ref": [0.88, 0.1],
    "class_alt": [0.12, 0.1],
}
TARGETS = [regulation_network.target_row(target, number) for number, target in enumerate(toy.TARGETS)]


def test_the_strongest_track_of_each_assay_and_group_stands_for_it() -> None:
    rows = list(summary.strongest(ROW, "borzoi", TARGETS, HELD))
    parquet.from_rows(REGULATION, rows)
    assert [(r["assay"], r["tissue_group"], r["track"]) for r in rows] == [
        ("H3K27ac", "muscle", 0),
        ("CAGE", "brain", 3),
        ("accessibility", "brain", 1),
    ]
    assert rows[0]["signal_alt"] == 5.0
    assert rows[0]["z"] < -3
    assert rows[0]["percentile"] == 1.0


def test_e_values_of_deepsea_stand_beside_the_strongest_tracks() -> None:
    """DeepSEA's are of the product of both changes, Beluga's of the difference of probabilities alone."""
    row = {**ROW, "log_odds": [-0.1, 2.0, 0.0, 1.0]}
    steps = np.array([-np.inf, 0.4, 1.5, 2.9])
    published = e_values.Background(np.stack([steps] * 4), np.array([0.0, 0.5, 0.8, 1.0]))
    expected = summary.e_values(row, "deepsea", published)
    assert expected.tolist() == pytest.approx([0.5, 0.2, 1.0, 1e-6])
    assert summary.e_values(row, "beluga", published).tolist() == pytest.approx([1e-6, 0.5, 0.5, 1e-6])
    rows = list(summary.strongest(row, "deepsea", TARGETS, HELD, expected))
    parquet.from_rows(REGULATION, rows)
    assert [(r["track"], r["log_odds"]) for r in rows] == [(0, -0.1), (3, 1.0), (1, 2.0)]
    assert [r["e_value"] for r in rows] == pytest.approx([0.5, 1e-6, 0.2])
    significance = (0.5 * 0.2 * 1.0 * 1e-6) ** 0.25
    assert [r["functional_significance"] for r in rows] == pytest.approx([significance] * 3)
    summed = summary.summary(row, HELD, expected)
    assert summed["functional_significance"] == pytest.approx(significance)
    assert "functional_significance" not in summary.summary(row, HELD)


def test_classes_are_put_by_change() -> None:
    rows = summary.class_rows(ROW, "sei", ["islet enhancer", "promoter"])
    parquet.from_rows(CLASSES, rows)
    assert [row["class"] for row in rows] == ["islet enhancer", "promoter"]
    assert rows[0]["change"] == pytest.approx(-0.76)
    assert summary.class_rows({**ROW, "class_ref": None}, "x", []) == []


def test_what_sums_up_a_variant_goes_to_the_table_of_scores() -> None:
    found = summary.summary(ROW, HELD)
    assert found["z_max_track"] == 0.0
    assert found["z_max_percentile"] == 1.0
    assert found["background"] == 50
    assert found["class_change_max"] == pytest.approx(0.76)
    base = {**summary.candidate(ROW), "model": "sei"}
    parquet.from_rows(SCORES, summary.score_rows(base, found))


def scores(
    pos: int, gene: str, z: float | None, percentile: float = 0.5, model: str = "one"
) -> list[dict[str, Any]]:
    base = {
        **dict(zip(CANDIDATE, ("c1", pos, "A", "C", gene, f"t{gene}"), strict=True)),
        "model": model,
    }
    if z is None:
        return [summary.refusal(base, "unknown_sequence", "22% unknown")]
    return summary.score_rows(base, {"z_max": z, "z_max_percentile": percentile, "background": 50.0})


def network(rows: list[dict[str, Any]]) -> tuple[pa.Table, pa.Table]:
    """Tables of scores and of the strongest tracks: of every scored variant one that changes most and a lesser one."""
    largest = [row for row in rows if row["track"] == "z_max"]
    numbers = ("signal_ref", "signal_alt", "sad", "logsad", "local_log2", "percentile")
    base = {**dict.fromkeys(numbers, 0.5), "tissue_group": "other", "mark": ""}
    strongest = [
        {**summary.candidate(row), "model": row["model"], **base, "track": track}
        | {"target": f"{row['model']}{track}", "assay": "CAGE", "tissue": "brain", "z": -row["value"] + track}
        for row in largest
        for track in (1, 0)
    ]
    return parquet.from_rows(SCORES, rows), parquet.from_rows(REGULATION, strongest)


def test_variants_stand_by_the_network_that_sees_most_and_none_is_lost() -> None:
    placements = {
        ("c1", pos, "A", "C", gene, f"t{gene}"): TrackPlacement(
            Variant("c1", pos, "A", "C"), toy.transcript(gene)
        )
        for pos, gene in ((1, "G"), (2, "G"), (2, "H"), (3, "G"))
    }
    one = [*scores(1, "G", 2.0), *scores(2, "G", 9.0, 1.0), *scores(2, "H", 9.0, 1.0), *scores(3, "G", None)]
    other = [
        *scores(1, "G", 3.0, 0.9, "two"),
        *scores(2, "G", None, model="two"),
        *scores(3, "G", None, model="two"),
    ]
    rows = summary.ordered(placements, map(network, (one, other)), top=2)
    parquet.from_rows(REGULATORY, rows)
    assert [(r["rank"], r["pos"], r["gene"], r["model"]) for r in rows] == [
        (1, 2, "G", "one"),
        (2, 2, "H", "one"),
        (3, 1, "G", "two"),
        (4, 3, "G", None),
    ]
    assert [r["explained"] for r in rows] == [True, False, True, False], "a variant once, in its first gene"
    assert (rows[3]["status"], rows[3]["reason"]) == ("not_scored", "unknown_sequence")
    assert [r["networks"] for r in rows] == [1, 1, 2, 0]
    assert [r["target"] for r in rows] == ["one0", "one0", "two0", None], "the track that changes most"


WANTED = Regulation(flank=0, max_variants=10, top=1, ism_flank=2)


def look(folder: Path, **changes: Any) -> TrackInterpreter:
    genome: Genome = toy.genome(folder)
    return TrackInterpreter(toy.Toy(), genome, toy.settings(), WANTED.changed(**changes), [])


def explained(seen: TrackInterpreter) -> dict[str, list[dict[str, Any]]]:
    base = seen.genome.fetch("c1", 2_010, 2_011)
    row = {**ROW, "ref": base, "alt": "A" if base != "A" else "G", "tss": 2_000}
    strongest = list(summary.strongest(row, "borzoi", TARGETS, HELD))
    found = list(seen.explain(row, 2_010 - toy.LAYOUT.variant, strongest))
    return {table.name: parquet.from_rows(table, rows).to_pylist() for table, rows in found}


def test_a_leading_variant_is_explained_by_tracks_maps_and_single_changes(tmp_path: Path) -> None:
    found = explained(look(tmp_path))
    assert [row["track"] for row in found["regulation_bins"]] == [0, 3, 1]
    assert found["regulation_bins"][0]["start"] == 2_010 - 127 + 32
    kinds = [(row["kind"], row["haplotype"]) for row in found["regulation_attribution"]]
    assert sorted(kinds) == sorted(
        (kind, haplotype)
        for kind in ("attention", "contribution")
        for haplotype in ("reference", "alternate")
    )
    attention = next(row for row in found["regulation_attribution"] if row["kind"] == "attention")
    assert sum(attention["values"]) == pytest.approx(1.0, abs=1e-5)
    changes = found["regulation_mutagenesis"]
    assert sorted({row["base_pos"] for row in changes}) == [2_009, 2_010, 2_011, 2_012, 2_013]
    assert len(changes) == 15
    assert found["regulation_stretches"] == [], "a window of 256 bases holds no enhancer"


def test_the_single_change_that_is_the_variant_has_its_score(tmp_path: Path) -> None:
    seen = look(tmp_path)
    found = explained(seen)
    bins = found["regulation_bins"][0]
    sad = sum(bins["signal_alt"]) - sum(bins["signal_ref"])
    variant = [row for row in found["regulation_mutagenesis"] if row["base_pos"] == 2_011]
    alt = "A" if seen.genome.fetch("c1", 2_010, 2_011) != "A" else "G"
    (own,) = [row["sad"] for row in variant if row["changed_to"] == alt]
    one_strand = explained(replace(seen, settings=toy.settings(both_strands=False)))["regulation_bins"][0]
    assert own == pytest.approx(sum(one_strand["signal_alt"]) - sum(one_strand["signal_ref"]), abs=1e-4)
    assert np.sign(own) == np.sign(sad) or abs(sad) < 0.05


def test_the_changes_of_a_squashed_track_are_in_the_units_of_its_scores(tmp_path: Path) -> None:
    seen = look(tmp_path)
    squashed = toy.Toy()
    squashed.targets = [replace(target, squash=Squash(32.0, 2.0, 1.0)) for target in toy.TARGETS]
    seen = replace(seen, settings=toy.settings(both_strands=False))
    plain, found = explained(seen), explained(replace(seen, model=squashed))
    pairs = zip(plain["regulation_mutagenesis"], found["regulation_mutagenesis"], strict=True)
    assert any(abs(one["sad"] - other["sad"]) > 1e-3 for one, other in pairs)
    bins = found["regulation_bins"][0]
    sad = sum(bins["signal_alt"]) - sum(bins["signal_ref"])
    alt = "A" if seen.genome.fetch("c1", 2_010, 2_011) != "A" else "G"
    own = [
        r["sad"] for r in found["regulation_mutagenesis"] if (r["base_pos"], r["changed_to"]) == (2_011, alt)
    ]
    assert own == pytest.approx([sad], abs=1e-4)


@pytest.mark.parametrize(
    ("start", "end", "alt", "tss", "bins"),
    [
        (100, 101, "T", 130, [5, 6, 7]),
        (100, 100, "A" * 16, 130, [6, 7, 8]),
        (100, 116, "", 130, [4, 5, 6]),
        (100, 116, "", 110, [3, 4, 5]),
        (150, 166, "", 130, [5, 6, 7]),
        (100, 100, "A" * 40, 220, [10, 11]),
        (100, 100, "A" * 40, None, [3, 4, 5]),
    ],
)
def test_the_gene_is_watched_where_it_starts_on_the_patients_copy(
    start: int, end: int, alt: str, tss: int | None, bins: list[int]
) -> None:
    """A start that an insertion pushes out of the output is watched at its edge; without a gene the variant is."""
    reading = SimpleNamespace(change=WindowEdit(start, end, alt), start=1_000)
    view = interpret._View(cast(Any, reading), toy.LAYOUT, None if tss is None else 1_000 + tss)
    assert view.target_bins("alternate") == bins
    other = view.target_bins("reference")
    assert toy.LAYOUT.bin_of(start if tss is None else tss) in other


def test_what_lies_behind_a_deletion_is_mapped_where_the_reference_has_it() -> None:
    reading = SimpleNamespace(change=WindowEdit(32, 64, ""), start=1_000)
    view = interpret._View(cast(Any, reading), toy.LAYOUT, 1_000)
    reference = np.arange(16.0)
    alternate = np.concatenate([reference[:2], reference[4:], [90.0, 91.0]])
    assert view.aligned(reference, alternate, 16).tolist() == [0, 1, 0, 0, *range(4, 16)]


def test_the_patients_tissues_have_up_to_half_of_what_is_shown() -> None:
    rows = [
        {"z": z, "tissue_group": group} for z, group in ((9, "b"), (8, "b"), (7, "b"), (6, "m"), (1, "m"))
    ]
    assert [row["z"] for row in summary.leading(rows, ["m"], 4)] == [9, 8, 6, 1]
    assert [row["z"] for row in summary.leading(rows, [], 4)] == [9, 8, 7, 6]
    assert [row["z"] for row in summary.leading(rows, ["b"], 2)] == [9, 8]


def test_what_is_not_asked_for_is_not_computed(tmp_path: Path) -> None:
    found = explained(look(tmp_path, attention=False, attribution=False, ism_flank=0))
    assert found["regulation_attribution"] == found["regulation_mutagenesis"] == []


def test_a_stretch_that_straddles_bins_has_its_part_of_a_map() -> None:
    row = {"start": 100, "bin": 10, "values": [1.0, 2.0, 4.0]}
    assert interpret._mass(row, 105, 125) == pytest.approx(0.5 + 2.0 + 2.0)
