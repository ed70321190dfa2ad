"""``landfall verify`` on what a network of tracks said: as it is, and with one number in it wrong."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from landfall.audit import verify_tracks
from landfall.audit.finding import Finding
from landfall.audit.preflight import run as preflight_run
from landfall.config.regulation import Background
from landfall.config.sections import GenomeFiles, Settings
from landfall.genome.annotation import reader
from landfall.genome.reference import Reference
from landfall.genome.tables import CANDIDATE, TRANSCRIPTS
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.ranking import regulation_columns
from landfall.ranking.tables import PRIORITISED
from landfall.regulation import network, scoring
from landfall.regulation.availability import background_name
from landfall.regulation.tables import CLASSES, REGULATION, REGULATORY, TARGETS
from landfall.regulation.windows import Genes, Rules, assign_windows, place
from landfall.stages import results as stages_results
from landfall.stages.regulation import merge, score, summarise
from landfall.testing import toy_tracks as toy
from landfall.testing.builders import ROOT
from landfall.testing.rows import candidate

Row = dict[str, Any]


def used(folder: Path) -> Settings:
    """The settings of a run whose only network is the toy, under the name of Borzoi."""
    plain = preflight_run.parse(ROOT / "config" / "config.yaml")
    own = toy.settings(weights=folder / "toy.h5", both_strands=False)
    asked = plain.regulation.changed(models=(own,), background=Background(variants=20))
    genome = GenomeFiles(build="synthetic", fasta=folder / "toy.fa", annotation=folder / "genes.gtf")
    return plain.changed(regulation=asked, genome=genome, resources=folder / "resources")


def variants(reference: Reference) -> list[Variant]:
    """Substitutions, and insertions, so that either kind has a background."""
    found = []
    for number, pos in enumerate(range(1_911, 2_111, 10)):
        base = reference.genome.fetch("c1", pos - 1, pos)
        other = "A" if base != "A" else "C"
        found.append(Variant("c1", pos, base, base + "ACG" if number % 4 == 3 else other))
    return found


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """results/, resources/ and inputs of a run by the toy, made by the stages themselves."""
    folder = tmp_path_factory.mktemp("verified")
    toy.genome(folder)
    (folder / "toy.h5").write_bytes(b"weights of the toy")
    parquet.write(TRANSCRIPTS, reader.to_table([toy.transcript()]), folder / "transcripts.parquet")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(network, "load", lambda *_: toy.Toy())
        _stages(folder)
    return folder


def _stages(folder: Path) -> None:
    asked = used(folder)
    (own,), reference = asked.regulation.models, Reference(folder / "toy.fa", folder / "transcripts.parquet")
    named = background_name(
        asked.regulation, own.name, list(map(str, (asked.genome.fasta, asked.genome.annotation)))
    )
    held = folder / "resources" / "regulation" / own.name / f"background.{named}.parquet"
    digest = hashlib.sha256(own.weights.read_bytes()).hexdigest()
    known = network.Known(digest, toy.LAYOUT, len(toy.TARGETS), toy.Toy.classes)
    (folder / "model.json").write_text(network.write(known))
    rows = [network.target_row(target, number) for number, target in enumerate(toy.TARGETS)]
    parquet.write(TARGETS, parquet.from_rows(TARGETS, rows), folder / "targets.parquet")
    pairs = [(variant, ["G"]) for variant in variants(reference)]
    for chosen, output in ((pairs, held), (pairs[:6], folder / "tracks.parquet")):
        placed = place(
            chosen, Genes(reference.transcripts), reference.genome, Rules(toy.LAYOUT, "variant", 0.1, 99)
        )
        scoring.write(assign_windows(placed, 1), folder / "placements.parquet")
        score.score_tracks(
            own, reference, folder / "model.json", folder / "placements.parquet", 1, 1, None, output
        )
    results = folder / "results"
    sources = {name: folder / f"{name}.parquet" for name in ("targets", "placements", "tracks")}
    made = {name: folder / f"{name}.parquet" for name in ("strongest", "classes", "scores")}
    merge.compare_with_background(
        own, reference, {**sources, "model": folder / "model.json", "background": held}, made
    )
    outputs = {name: results / f"{name}.parquet" for name in ("regulatory", "regulation", "classes")}
    summarise.summarise_networks(
        2, reference, {name: [path] for name, path in {**sources, **made}.items()}, outputs
    )
    judged = parquet.read(REGULATORY, outputs["regulatory"]).to_pylist()
    ranked = [
        candidate(**{name: row[name] for name in (*CANDIDATE, "rank")}, **regulation_columns.columns(row))
        for row in judged
    ]
    table = parquet.from_rows(PRIORITISED, ranked)
    parquet.write(PRIORITISED, table, results / "prioritised.parquet")


def verified(folder: Path, monkeypatch: pytest.MonkeyPatch, rows: int = 20, **record: Any) -> list[Finding]:
    monkeypatch.setattr(network, "load", lambda *_: toy.Toy())
    digest = hashlib.sha256(b"weights of the toy").hexdigest()
    model = {"name": "borzoi", "weights": [{"name": "toy.h5", "sha256": digest}], **record}
    reference = Reference(folder / "toy.fa", folder / "transcripts.parquet")
    everything = {"models": [{"name": "spliceai"}, model]}
    found = verify_tracks.verify(everything, used(folder), folder / "results", reference, rows, 0, ("cpu", 1))
    return list(found)


@pytest.fixture
def copied(run: Path, tmp_path: Path) -> Path:
    """The same run, free to be spoilt; the name of its background depends on where it lies."""
    folder = tmp_path / "copy"
    shutil.copytree(run, folder)
    (held,) = (folder / "resources" / "regulation" / "borzoi").iterdir()
    asked = used(folder)
    files = [str(asked.genome.fasta), str(asked.genome.annotation)]
    held.rename(held.with_name(f"background.{background_name(asked.regulation, 'borzoi', files)}.parquet"))
    return folder


def spoilt(folder: Path, name: str, change: Callable[[Row], object], at: int = 0) -> None:
    """One row of a table of the results changed."""
    table = {t.name: t for t in stages_results.TABLES}[name]
    path = folder / "results" / f"{name}.parquet"
    rows = parquet.read(table, path).to_pylist()
    change(rows[at])
    parquet.write(table, parquet.from_rows(table, rows), path)


def test_an_untouched_result_follows_from_network_and_background(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = verified(copied, monkeypatch)
    assert [finding.what for finding in found] == [
        "tracks of Borzoi",
        "z and percentiles of Borzoi",
        "regulation in the ranking",
    ]
    assert all(finding.holds for finding in found), found
    strongest = parquet.read(REGULATION, copied / "results" / "regulation.parquet").num_rows
    classes = parquet.read(CLASSES, copied / "results" / "classes.parquet").num_rows
    assert f"{7 * strongest + 3 * classes} numbers are reproduced, variants and genes: 6," in found[0].words
    assert f"{strongest} tracks follow from the background" in found[1].words
    assert "6 rows follow from regulatory.parquet" in found[2].words


PLANTED: dict[str, tuple[str, str, Callable[[Row], object], int]] = {
    "a change of a track": ("regulation", "sad", lambda row: row.update(sad=row["sad"] - 0.01), 0),
    "a signal": ("regulation", "signal_ref", lambda row: row.update(signal_ref=row["signal_ref"] * 1.001), 0),
    "a ratio at the gene": ("regulation", "gene_log2", lambda row: row.update(gene_log2=None), 0),
    "a local ratio": (
        "regulation",
        "local_log2",
        lambda row: row.update(local_log2=row["local_log2"] + 0.01),
        0,
    ),
    "a z": ("regulation", "z", lambda row: row.update(z=row["z"] + 1e-6), 1),
    "a percentile": ("regulation", "percentile", lambda row: row.update(percentile=row["percentile"] / 2), 1),
    "a class": ("classes", "score_alt", lambda row: row.update(score_alt=row["score_alt"] + 0.001), 0),
    "the largest z": ("regulatory", "z", lambda row: row.update(z=row["z"] + 0.001), 1),
    "its percentile": ("regulatory", "z_percentile", lambda row: row.update(z_percentile=0.999), 1),
    "what it counts as": (
        "prioritised",
        "effect_regulation",
        lambda row: row.update(effect_regulation=0.4),
        2,
    ),
    "what it rests on": ("prioritised", "regulation_track", lambda row: row.update(regulation_track="T9"), 2),
}


@pytest.mark.parametrize(("table", "column", "change", "where"), PLANTED.values(), ids=PLANTED)
def test_a_planted_wrong_value_is_found(
    copied: Path,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    column: str,
    change: Callable[[Row], object],
    where: int,
) -> None:
    spoilt(copied, table, change)
    found = verified(copied, monkeypatch)
    assert not found[where].holds
    assert column in found[where].words


def test_a_wrong_value_outside_the_sample_is_not_claimed_to_be_looked_at(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = parquet.read(REGULATION, copied / "results" / "regulation.parquet").num_rows
    spoilt(copied, "regulation", lambda row: row.update(local_log2=9.0), rows - 1)
    found = verified(copied, monkeypatch, rows=1)
    assert found[0].holds
    assert "variants and genes: 1," in found[0].words
    assert not verified(copied, monkeypatch, rows=6)[0].holds


def test_other_weights_are_found_and_nothing_is_computed_by_them(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copied / "toy.h5").write_bytes(b"others")
    computed = ["z and percentiles of Borzoi", "regulation in the ranking"]
    assert [finding.what for finding in verified(copied, monkeypatch)] == computed
    (copied / "toy.h5").unlink()
    assert [finding.what for finding in verified(copied, monkeypatch)] == computed


def test_a_background_that_was_deleted_is_said_to_be_missing(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(copied / "resources")
    assert "were not compared" in verified(copied, monkeypatch)[1].words


def test_a_run_without_networks_has_nothing_to_verify(tmp_path: Path) -> None:
    plain = preflight_run.parse(ROOT / "config" / "config.yaml")
    reference = Reference(tmp_path / "none.fa", tmp_path / "none.parquet")
    assert list(verify_tracks.verify({"models": []}, plain, tmp_path, reference, 1, 0, ("cpu", 1))) == []
