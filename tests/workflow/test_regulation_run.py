"""Networks of regulatory tracks in the workflow, on real sequence, by a small network that was really trained."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.workflow.real_regulation import case
from tests.workflow.runner import Run, finished, prepare, snakemake

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def weights(shared_data: Path) -> Path:
    return shared_data / "models" / "borzoi_tiny" / "model.h5"


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory, shared_data: Path, weights: Path, spliceai_weights: Path
) -> Run:
    folder = tmp_path_factory.mktemp("regulation")
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    config, row = case(folder / "inputs", shared_data, digest)
    config["regulation"]["models"].append({"name": "enformer", "weights": "absent.bin"})
    return finished(prepare(folder, config, row))


def test_every_variant_is_scored_or_says_why(run: Run) -> None:
    table = run.table("regulatory")
    assert sorted(table["pos"]) == [915_000, 923_803, 923_843, 923_963, 930_250, 963_000]
    assert table["rank"].tolist() == [1, 2, 3, 4, 5, 6]
    refused = table[table["status"] == "not_scored"]
    assert refused[["pos", "reason"]].to_numpy().tolist() == [[963_000, "unknown_sequence"]]
    assert table["explained"].sum() == 2
    longer = table["ref"].str.len() != table["alt"].str.len()
    assert table["background"][longer].tolist() == [5, 5]


def test_the_ranked_table_counts_regulation_in_the_gene_that_a_variant_was_read_for(run: Run) -> None:
    table = run.table("prioritised").set_index("pos")
    read = table[table["effect_regulation"].notna()]
    assert sorted(read.index) == [915_000, 923_803, 923_843, 923_963, 930_250]
    assert set(read["gene"]) == {"SAMD11"}
    assert read["effect_regulation"].between(0, 0.03).all(), "20 random changes show nothing unusual"
    assert table.loc[923_803, ["status", "consequence"]].tolist() == ["not_scored", "upstream_gene_variant"]
    assert table.loc[963_000, ["gene", "location"]].tolist() == ["", "outside all transcripts"]
    beside = run.table("regulatory").set_index("pos").loc[read.index]
    assert read["regulation_percentile"].tolist() == beside["z_percentile"].tolist()
    assert read["regulation_track"].tolist() == beside["target"].tolist()


def test_numbers_of_every_track_and_what_sums_them_up(run: Run) -> None:
    folder = run.folder / "work" / "demo" / "regulation" / "borzoi"
    tracks = pd.read_parquet(folder / "tracks.parquet")
    assert {len(values) for values in tracks["sad"]} == {74}
    scores = pd.read_parquet(folder / "scores.parquet")
    assert set(scores["track"]) == {"z_max", "z_max_percentile", "z_max_track", "background", "all"}
    assert not (folder / "tracks.1.parquet").exists(), "shards are kept no longer than they are needed"
    (background,) = (run.folder / "inputs" / "resources" / "regulation" / "borzoi").glob(
        "background.????????????.parquet"
    )
    assert len(pd.read_parquet(background)) == 20


def test_the_report_has_a_page_for_each_explained_variant(run: Run) -> None:
    page = run.result("report.html").read_text()
    for said in (
        "Enformer: switched off; no weights at absent.bin",
        "Variants up to 50,000 bases beyond the transcripts of candidate genes were included",
        "Tracks around gene and variant (Borzoi)",
        "Attention shows which positions the model weights",
        "Contribution (Borzoi)",
        "CRISPRi or base editing",
        "too large a fraction of N in its window",
    ):
        assert said in page, said
    for rank in (1, 2):
        assert f'id="regulation-{rank}"' in page
    assert 'id="regulation-3"' not in page


def test_sites_that_an_outcome_uses_have_their_strength_by_published_tables(run: Run) -> None:
    table = run.table("outcomes")
    used = table[table["donor"].notna()]
    assert len(used)
    assert used["donor_maxent_ref"].between(-40, 13).all()
    assert table[table["donor"].isna()]["donor_maxent_ref"].isna().all()
    record = json.loads(run.result("provenance.json").read_text())
    assert "MaxEntScan's maxent_tables.npz" in {file["role"] for file in record["inputs"]}
    assert "; MaxEntScan " in run.result("report.html").read_text()


def test_a_finished_run_follows_from_its_network(run: Run) -> None:
    asked = [sys.executable, "-m", "landfall", "verify", str(run.folder / "results" / "demo"), "--rows", "1"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=run.folder)
    told = done.stdout.splitlines()
    assert done.returncode == 0, told
    for what in (
        "weights of Borzoi",
        "tracks of Borzoi",
        "z and percentiles of Borzoi",
        "regulation in the ranking",
    ):
        assert any(line.startswith(f"ok       {what}: ") for line in told), what


def test_provenance_names_weights_and_what_was_switched_off(run: Run, weights: Path) -> None:
    record = json.loads(run.result("provenance.json").read_text())
    (borzoi,) = [model for model in record["models"] if model["name"] == "borzoi"]
    assert borzoi["weights"] == [
        {"name": "model.h5", "sha256": hashlib.sha256(weights.read_bytes()).hexdigest()}
    ]
    assert [model["title"] for model in record["regulation"]["off"]] == ["Enformer"]


def test_weights_with_another_digest_end_the_run_before_any_variant_is_read(
    tmp_path: Path, shared_data: Path
) -> None:
    config, row = case(tmp_path / "inputs", shared_data, "0" * 64)
    target = str(Path(config["resources"]) / "regulation" / "borzoi" / "model.json")
    failed = snakemake(prepare(tmp_path, config, row), "--until", "track_model")
    assert failed.status != 0
    assert f"expected {'0' * 64}" in failed.output
    assert "Borzoi" in failed.output
    assert not Path(target).exists()


def test_without_networks_the_report_says_so(dysf: Run) -> None:
    report = dysf.result("report.html").read_text()
    assert "MaxEntScan was switched off: no tables are configured (maxentscan)." in report
    assert "No regulatory track model was configured" in report
    assert not dysf.result("regulatory.parquet").exists()
