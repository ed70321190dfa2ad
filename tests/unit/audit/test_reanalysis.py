"""What changed since an earlier result: each cause alone is named, and nothing else is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from landfall.audit.preflight import run
from landfall.audit.reanalysis import CAUSES, ROLES, PreviousError, Result, changes, differences
from landfall.audit.tables import CHANGES
from landfall.config.sample_sheet import Sample
from landfall.genome.tables import ALLELE
from landfall.io import parquet
from landfall.ranking.score import PARTS
from landfall.report.sections import changes as sections_changes
from landfall.stages.inputs import digests
from landfall.testing import toy_tracks as toy
from landfall.testing.builders import ROOT
from landfall.variants.tables import LEDGER

Row = dict[str, Any]

RECORD: Row = {
    "created": "2026-01-01 10:00 UTC",
    "version": "0.1.0",
    "code": "c",
    "genes": ["DYSF"],
    "hpo_release": "2025-11-24",
    "phenotype": [{"id": "HP:0003323", "name": "Progressive muscle weakness"}],
    "phenotype_excluded": [],
    "software": {"torch": "2.13.0"},
    "inputs": [{"role": role, "name": f"{role}.file", "sha256": "a"} for role in ROLES],
    "models": [{"name": "spliceai", "version": "1.3.1", "weights": [{"name": "w.h5", "sha256": "a"}]}],
    "settings": {
        "work": "work",
        "filter": {"gene_flank": 0, "frequency": {"max_af": 0.001, "population_vcf": "old.vcf.gz"}},
        "models": [{"name": "spliceai", "distance": 500, "shards": 4}],
        "prioritise": {"flag_delta": 0.5},
    },
}


def candidate(pos: int, rank: int, flagged: bool = False, **parts: float) -> Row:
    scores = {part: parts.get(part, 0.0) for part in PARTS}
    return {
        "chrom": "chr2",
        "pos": pos,
        "ref": "C",
        "alt": "T",
        "gene": "DYSF",
        "hgvs_c": f"c.{pos}C>T",
        "rank": rank,
        "flagged": flagged,
        "score": sum(scores.values()),
        **{f"score_{part}": value for part, value in scores.items()},
    }


def account(pos: int, status: str, rule: str, detail: str = "") -> Row:
    key = {"chrom": "chr2", "pos": pos, "ref": "C", "alt": "T", "variant": f"chr2-{pos}-C-T"}
    return {
        "record": pos,
        "allele": 1,
        **key,
        "status": status,
        "stage": "filter",
        "rule": rule,
        "detail": detail,
    }


def result(folder: Path, rows: list[Row], record: Row = RECORD, ledger: list[Row] | None = None) -> Result:
    path = folder / f"{len(list(folder.iterdir()))}.parquet"
    held = [account(row["pos"], "kept", "scored") for row in rows] if ledger is None else ledger
    parquet.write(LEDGER, parquet.from_rows(LEDGER, held), path)
    key = (*ALLELE, "gene")
    return Result(record, {tuple(row[name] for name in key): row for row in rows}, path)


def changed(change: Callable[[Row], None]) -> Row:
    record = copy.deepcopy(RECORD)
    change(record)
    return record


def input_of(role: str) -> Callable[[Row], None]:
    def change(record: Row) -> None:
        next(file for file in record["inputs"] if file["role"] == role)["sha256"] = "b"

    return change


def beside_the_weights(record: Row) -> None:
    record["inputs"].append({"role": "targets.txt of Borzoi", "name": "targets.txt", "sha256": "b"})


def weights(record: Row) -> None:
    record["models"][0]["weights"][0]["sha256"] = "b"


def threshold(record: Row) -> None:
    record["settings"]["filter"]["frequency"]["max_af"] = 0.01


def distance(record: Row) -> None:
    record["settings"]["models"][0]["distance"] = 50


BORZOI = {"name": "borzoi", "version": "1", "weights": [{"name": "b.h5", "sha256": "a"}]}
REGULATION = {
    "models": [{"name": "borzoi", "centre": "variant", "shards": 2}],
    "background": {"variants": 200, "seed": 1},
    "flank": 50_000,
    "top": 3,
}


def with_network(record: Row) -> None:
    record["models"].append(BORZOI)
    record["settings"]["regulation"] = copy.deepcopy(REGULATION)


def second_model(record: Row) -> None:
    """Its settings are no difference of their own: it was not run before."""
    record["models"].append({"name": "cispliceai", "version": "1.2.2", "weights": []})
    record["settings"]["models"].append({"name": "cispliceai", "distance": 500, "shards": 4})


def terms(record: Row) -> None:
    record["phenotype"] = [{"id": "HP:0001250", "name": "Seizure"}]


def code(record: Row) -> None:
    record["code"] = "d"


def library(record: Row) -> None:
    record["software"]["torch"] = "2.14.0"


@pytest.mark.parametrize(
    ("change", "part", "cause"),
    [
        (input_of("frequencies"), "rarity", "frequencies"),
        (threshold, "rarity", "settings"),
        (input_of("annotation"), "effect", "annotation"),
        (input_of("reference"), "effect", "reference"),
        (weights, "effect", "models"),
        (distance, "effect", "settings"),
        (second_model, "effect", "models"),
        (with_network, "effect", "models"),
        (terms, "phenotype", "phenotype"),
        (input_of("panel"), "panel", "phenotype"),
        (input_of("classified alleles"), "known", "classified"),
        (input_of("pedigree"), "inheritance", "pedigree"),
        (input_of("variants"), "inheritance", "vcf"),
        (input_of("variants"), "partner", "vcf"),
        (weights, "partner", "models"),
        (code, "effect", "code"),
        (library, "effect", "software"),
        (lambda record: None, "effect", "unexplained"),
    ],
)
def test_a_part_that_changed_names_the_one_thing_it_can_rest_on(
    tmp_path: Path, change: Callable[[Row], None], part: str, cause: str
) -> None:
    before = result(tmp_path, [candidate(1, 1, rarity=1.0), candidate(2, 2, **{part: 0.2})])
    now = result(tmp_path, [candidate(2, 1, **{part: 2.0}), candidate(1, 2, rarity=1.0)], changed(change))
    (row,) = changes(before, now)
    assert (row["change"], row["pos"], row["causes"]) == ("promoted", 2, cause)
    assert (row["rank_before"], row["rank"]) == (2, 1)
    assert f"{part} +0.20 before, +2.00 now" in row["detail"]
    (back,) = changes(now, before)
    assert back["change"] == "demoted"


@pytest.mark.parametrize(
    ("change", "rule", "cause"),
    [
        (input_of("frequencies"), "frequency", "frequencies"),
        (threshold, "frequency", "settings"),
        (input_of("variants"), "genotype_quality", "vcf"),
        (input_of("annotation"), "region", "annotation"),
        (terms, "region", "phenotype"),
        (with_network, "region", "models"),
        (beside_the_weights, "kept", "models"),
        (input_of("blacklist"), "blacklist", "regions"),
        (input_of("cohort"), "cohort", "frequencies"),
        (input_of("precomputed scores"), "frequency", "scores"),
        (code, "depth", "code"),
    ],
)
def test_a_candidate_that_a_rule_held_back_in_one_run_names_the_cause(
    tmp_path: Path, change: Callable[[Row], None], rule: str, cause: str
) -> None:
    dropped = [account(1, "kept", "scored"), account(2, "dropped", rule, "0.5")]
    before = result(tmp_path, [candidate(1, 1)], RECORD, dropped)
    now = result(tmp_path, [candidate(1, 1), candidate(2, 2)], changed(change))
    (new,) = changes(before, now)
    assert (new["change"], new["pos"], new["causes"], new["rank_before"]) == ("new", 2, cause, None)
    assert f"dropped before by rule {rule}: 0.5" in new["detail"]
    (gone,) = changes(now, before)
    assert (gone["change"], gone["causes"], gone["rank"], gone["rank_before"]) == ("gone", cause, None, 2)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda settings: settings["background"].update(variants=2_000), "settings"),
        (lambda settings: settings["models"][0].update(centre="gene"), "settings"),
        (lambda settings: settings["models"][0].update(shards=9), "unexplained"),
        (lambda settings: settings.update(top=9), "unexplained"),
    ],
)
def test_settings_of_the_networks_of_tracks_count_as_far_as_they_change_a_number(
    tmp_path: Path, change: Callable[[Row], None], cause: str
) -> None:
    old = changed(with_network)
    new = copy.deepcopy(old)
    change(new["settings"]["regulation"])
    before = result(tmp_path, [candidate(1, 1, effect=-1.0)], old)
    (row,) = changes(before, result(tmp_path, [candidate(1, 1, effect=0.0)], new))
    assert row["causes"] == cause


def test_settings_of_regulation_without_a_network_are_no_cause(tmp_path: Path) -> None:
    """An earlier version of landfall recorded none of them."""
    new = changed(lambda record: record["settings"].update(regulation={**REGULATION, "models": []}))
    before = result(tmp_path, [candidate(1, 1, effect=-1.0)])
    (row,) = changes(before, result(tmp_path, [candidate(1, 1, effect=0.0)], new))
    assert row["causes"] == "unexplained"


def test_a_gene_that_a_network_alone_reads_an_allele_for_is_the_networks(tmp_path: Path) -> None:
    held = [account(1, "kept", "scored"), account(2, "kept", "scored")]
    before = result(tmp_path, [candidate(1, 1)], RECORD, held)
    now = result(tmp_path, [candidate(1, 1), candidate(2, 2)], changed(with_network), held)
    (row,) = changes(before, now)
    assert (row["change"], row["pos"], row["causes"]) == ("new", 2, "models")


def test_an_allele_that_was_not_called_before_is_the_vcfs(tmp_path: Path) -> None:
    before = result(tmp_path, [])
    now = result(tmp_path, [candidate(1, 1)], changed(input_of("variants")))
    (new,) = changes(before, now)
    assert (new["change"], new["causes"]) == ("new", "vcf")
    assert new["detail"].startswith("not in the input before")


def test_only_the_difference_that_matters_is_named(tmp_path: Path) -> None:
    """Weights, code and the pedigree changed as well, but rarity rests on none of them."""

    def several(record: Row) -> None:
        for change in (weights, code, input_of("pedigree"), input_of("frequencies")):
            change(record)

    before = result(tmp_path, [candidate(1, 1, rarity=0.0)])
    now = result(tmp_path, [candidate(1, 1, rarity=-1.0)], changed(several))
    (row,) = changes(before, now)
    assert row["causes"] == "frequencies"


def test_two_parts_may_have_two_causes(tmp_path: Path) -> None:
    def both(record: Row) -> None:
        weights(record)
        terms(record)

    before = result(tmp_path, [candidate(1, 1)])
    now = result(tmp_path, [candidate(1, 1, effect=1.0, phenotype=1.0)], changed(both))
    (row,) = changes(before, now)
    assert row["causes"] == "phenotype,models"


def test_a_flag_that_a_threshold_moved(tmp_path: Path) -> None:
    def flag(record: Row) -> None:
        record["settings"]["prioritise"]["flag_delta"] = 0.2

    before = result(tmp_path, [candidate(1, 1)])
    (row,) = changes(before, result(tmp_path, [candidate(1, 1, flagged=True)], changed(flag)))
    assert (row["change"], row["causes"]) == ("promoted", "settings")
    assert "prioritise.flag_delta: 0.5 before, 0.2 now" in row["detail"]


def test_nothing_changed_is_no_change(tmp_path: Path) -> None:
    rows = [candidate(1, 1, effect=1.0), candidate(2, 2)]
    before, now = result(tmp_path, rows), result(tmp_path, copy.deepcopy(rows))
    assert differences(before.record, now.record) == {}
    assert changes(before, now) == []
    table = parquet.from_rows(CHANGES, [])
    since = sections_changes.since(
        table.to_pylist(), {"previous": "old", "created": "2026", "differences": {}}
    )
    assert since is not None
    assert since.sentence.startswith("No change")


def test_a_candidate_that_others_passed_has_not_changed(tmp_path: Path) -> None:
    before = result(tmp_path, [candidate(1, 1, effect=1.0), candidate(2, 2)])
    now = result(tmp_path, [candidate(2, 1, effect=2.0), candidate(1, 2, effect=1.0)], changed(weights))
    assert [row["pos"] for row in changes(before, now)] == [2]


def test_rounding_is_no_change(tmp_path: Path) -> None:
    before = result(tmp_path, [candidate(1, 1, effect=1.0)])
    assert changes(before, result(tmp_path, [candidate(1, 1, effect=1.0001)])) == []


def test_another_folder_or_speed_is_no_difference() -> None:
    def moved(record: Row) -> None:
        record["settings"]["work"] = "scratch"
        record["settings"]["models"][0]["shards"] = 50
        record["settings"]["filter"]["frequency"]["population_vcf"] = "copied.vcf.gz"
        for file in record["inputs"]:
            file["name"] = f"elsewhere/{file['name']}"

    assert differences(RECORD, changed(moved)) == {}


def test_every_input_that_a_run_records_has_a_cause() -> None:
    sample = Sample("one", Path("one.vcf"), "samples.tsv", 2)
    assert set(digests.roles(run.parse(ROOT / "config" / "config.yaml"), sample)) == set(ROLES)
    assert set(ROLES.values()) <= set(CAUSES)


def test_tables_that_are_shown_alone_are_recorded_and_no_cause(tmp_path: Path) -> None:
    (tmp_path / "tables.npz").write_bytes(b"")
    parsed = run.parse(ROOT / "config" / "config.yaml")
    sample = Sample("one", Path("one.vcf"), "samples.tsv", 2)
    found = digests.roles(parsed.changed(maxentscan=tmp_path / "tables.npz"), sample)
    assert found["MaxEntScan's tables.npz"] == tmp_path / "tables.npz"

    def added(record: Row) -> None:
        record["inputs"].append({"role": "MaxEntScan's tables.npz", "name": "tables.npz", "sha256": "b"})
        record["settings"]["maxentscan"] = "tables.npz"

    assert differences(RECORD, changed(added)) == {}


def test_what_lies_beside_the_weights_of_a_network_is_recorded(tmp_path: Path) -> None:
    for name in ("model.h5", "targets.txt", "params.json"):
        (tmp_path / name).write_bytes(b"")
    parsed = run.parse(ROOT / "config" / "config.yaml")
    network = toy.settings(weights=tmp_path / "model.h5", targets=tmp_path / "targets.txt")
    parsed = parsed.changed(regulation=parsed.regulation.changed(models=(network,)))
    found = digests.roles(parsed, Sample("one", Path("one.vcf"), "samples.tsv", 2))
    assert found["targets.txt of Borzoi"] == tmp_path / "targets.txt"
    assert found["params.json of Borzoi"] == tmp_path / "params.json"


def test_a_folder_without_a_result_is_told(tmp_path: Path) -> None:
    with pytest.raises(PreviousError, match="not a result to compare with"):
        Result.of(tmp_path)
