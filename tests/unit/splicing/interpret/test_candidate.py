"""The stage of the closer look with a toy model: who is looked at, and a row or a reason for everything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest

from landfall.audit.preflight import run as preflight_run
from landfall.genome.annotation import reader
from landfall.genome.reference import Reference
from landfall.genome.tables import TRANSCRIPTS
from landfall.io import parquet
from landfall.models.spec import SpliceModelSpec
from landfall.ranking import leading
from landfall.ranking.tables import PRIORITISED
from landfall.splicing.tables import INTERPRETED_CANDIDATES, OUTCOMES, SCORES
from landfall.stages.splicing import interpret
from landfall.testing import builders
from landfall.testing.toy_gene import MemoryGenome
from landfall.testing.toy_splice_models import MotifModel
from landfall.variants.tables import DECISIONS, NORMALISED
from tests.unit.report import report_example

TEXT = "C" * 300 + "TTCAG" + "C" * 40 + "GCAAGT" + "C" * 400
GENE = builders.transcript("G", [(0, 40), (600, 751)])
CANDIDATE = {"chrom": "chr1", "pos": 347, "ref": "C", "alt": "T"}
KEYS = {**CANDIDATE, "gene": "G", "transcript": GENE.transcript}
NAMES = ("interpreted_candidates", "mutagenesis", "antisense_scan", "haplotypes", "stability")


class Motifs(MotifModel):
    """Loaded like an ensemble of two networks."""

    def __init__(self, *_: object) -> None:
        self.stacks = ["one", "two"]


def ranked(rank: int, flagged: bool = False, **changes: object) -> dict[str, object]:
    kinds = "splicing" if flagged else ""
    keys = {**KEYS, "rank": rank, "flagged": flagged, "finding_kinds": kinds, "event": "none", **changes}
    return report_example.row(**keys)


def test_flagged_candidates_and_the_first_are_looked_at():
    rows = [ranked(4, True), ranked(1, status="not_scored"), ranked(2), ranked(3), ranked(5), ranked(6, True)]
    chosen, beyond = leading.leading(rows, top=1, most=2)
    assert [row["rank"] for row in chosen] == [2, 4]
    assert [row["rank"] for row in beyond] == [6]


def test_a_finding_of_another_kind_is_interpreted_where_its_outcome_is_called():
    paired = {"flagged": True, "finding_kinds": "pair"}
    rows = [ranked(1, **paired), ranked(2, **paired, event="pseudoexon"), ranked(3)]
    chosen, _ = leading.leading(rows, top=0, most=2)
    assert [row["rank"] for row in chosen] == [2]


def scores(**tracks: float) -> list[dict[str, object]]:
    given = {f"masked_{n}_{s}": 0.0 for n in ("ds", "dp") for s in ("ag", "al", "dg", "dl")} | tracks
    state = {"model": "spliceai", "status": "scored", "reason": "", "detail": ""}
    return [{**KEYS, **state, "track": track, "value": value} for track, value in given.items()]


OUTCOME = {
    **KEYS, "outcome": 1, "event": "pseudoexon", "called": True, "is_gain": True, "start": 305, "end": 345,
    "acceptor": 306, "donor": 345, "reason": "",
}  # fmt: skip
NEIGHBOURS = (
    {**CANDIDATE, "genotype": "0|1"},
    {"pos": 349, "ref": "A", "alt": "C", "genotype": "0|1"},
    {"pos": 360, "ref": "C", "alt": "G", "genotype": "0/1"},
    {"pos": 362, "ref": "C", "alt": "CAA", "genotype": "1/1", "zygosity": "homozygous"},
)


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs the stage on one gene; returns its five tables as rows."""
    monkeypatch.setattr(SpliceModelSpec, "load", lambda _, *given: Motifs(*given))
    monkeypatch.setattr(interpret, "check_weights", lambda *_: None)
    monkeypatch.setattr(Reference, "genome", MemoryGenome({"chr1": TEXT}))
    plain = {"samples": "s.tsv", "genome": {"build": "synthetic", "fasta": "f", "annotation": "g"},
             "licences": {"accepted": ["spliceai"]}}  # fmt: skip
    configured = preflight_run.parse(plain)
    model = configured.models[0].changed(distance=100, device="cpu")

    def run(contents: Mapping[str, list], **changes: object) -> dict[str, list[dict]]:
        filled = {"prioritised": [ranked(1, True)], "outcomes": [OUTCOME], "scores": scores(), **contents}
        schemas = {"prioritised": PRIORITISED, "outcomes": OUTCOMES, "scores": SCORES,
                   "decisions": DECISIONS}  # fmt: skip
        paths = {name: tmp_path / f"{name}.in.parquet" for name in (*schemas, "alleles", "transcripts")}
        for name, schema in schemas.items():
            parquet.write(schema, parquet.from_rows(schema, filled.get(name, [])), paths[name])
        parquet.write(NORMALISED, builders.normalised(*NEIGHBOURS), paths["alleles"])
        parquet.write(TRANSCRIPTS, reader.to_table([GENE]), paths["transcripts"])
        limits = configured.interpretation.changed(distances=(30,), **changes)
        outputs = {name: tmp_path / f"{name}.parquet" for name in NAMES}
        chosen = configured.changed(models=(model,), interpretation=limits)
        reference = Reference(tmp_path / "none.fa", paths["transcripts"])
        interpret.interpret_candidates(chosen, reference, paths, [paths["scores"]], tmp_path, 1, outputs)
        return {
            name: parquet.read(interpret.TABLES[name], path).to_pylist() for name, path in outputs.items()
        }

    return run


def unique(rows: list[dict], table: parquet.Table) -> bool:
    return len({tuple(row[name] for name in table.key) for row in rows}) == len(rows)


def test_a_candidate_is_looked_at_from_all_sides(look):
    found = look({})
    assert all(unique(found[name], interpret.TABLES[name]) for name in NAMES)
    (account,) = found["interpreted_candidates"]
    assert (account["status"], account["event"]) == ("mapped", "pseudoexon")
    assert (account["acceptor"], account["donor"]) == (306, 345)
    assert account["aberrant_splicing_ref"] == pytest.approx((0.9 * 0.01) ** 0.5)
    assert account["aberrant_splicing_alt"] == pytest.approx(0.9)
    assert (account["neighbours_judged"], account["neighbours_not_judged"]) == (2, 1)
    assert (account["networks"], account["networks_reaching"]) == (2, 2)
    best = found["antisense_scan"][0]
    assert best["rank"] == 1
    assert best["aberrant_splicing"] < 0.1
    assert best["end"] - best["start"] == 20
    assert max(row["shuffled"] for row in found["antisense_scan"]) == pytest.approx(0.9)
    assert best["shuffled"] < 0.5
    assert {row["covers_variant"] for row in found["antisense_scan"]} == {True, False}
    for row in found["antisense_scan"]:
        assert row["covers_variant"] == (row["start"] <= 346 < row["end"])
        assert row["gc"] == pytest.approx(sum(b in "GC" for b in row["target"]) / 20)


def test_the_map_names_the_bases_that_carry_the_outcome(look):
    rows = look({})["mutagenesis"]
    carrying = {row["base_pos"] for row in rows if row["change"] < -0.5}
    assert carrying == {*range(301, 306), *range(346, 352)}
    alternate = [row for row in rows if row["haplotype"] == "alternate"]
    (back,) = (row for row in alternate if row["base_pos"] == 347 and row["changed_to"] == "C")
    assert back["base"] == "T"
    assert back["donor"] == pytest.approx(0.01)


def test_the_reference_is_changed_too_unless_told_otherwise(look):
    alone = look({}, compare_reference=False)["mutagenesis"]
    assert {row["haplotype"] for row in alone} == {"alternate"}
    rows = look({})["mutagenesis"]
    on_reference = [row for row in rows if row["haplotype"] == "reference"]
    assert len(on_reference) == len(rows) / 2
    (makes,) = (row for row in on_reference if row["aberrant_splicing"] > 0.5)
    assert (makes["base_pos"], makes["base"], makes["changed_to"]) == (347, "C", "T")


def test_neighbours_are_judged_alone_and_together_or_listed(look):
    rows = look({})["haplotypes"]
    near, far = "chr1-349-A-C", "chr1-362-C-CAA"
    found = {row["neighbours"]: row for row in rows}
    assert set(found) == {near, far, f"{near};{far}", "chr1-360-C-G"}
    assert {name: row["verdict"] for name, row in found.items()} == {
        near: "rescue", far: "additive", f"{near};{far}": "rescue", "chr1-360-C-G": None,
    }  # fmt: skip
    assert (found["chr1-360-C-G"]["phase"], found["chr1-360-C-G"]["reason"]) == ("unknown", "unphased")
    rescued = found[near]
    assert (rescued["site"], rescued["site_pos"], rescued["offset"]) == ("donor", 345, 2)
    assert rescued["delta_candidate"] == pytest.approx(0.89)
    assert rescued["difference"] == pytest.approx(-0.89)


def test_a_poor_call_is_not_taken_for_a_neighbour(look):
    decision = {
        "record": 2,
        "allele": 1,
        "status": "dropped",
        "stage": "filter",
        "rule": "depth",
        "detail": "",
    }
    rows = look({"decisions": [decision]})["haplotypes"]
    (poor,) = (row for row in rows if row["neighbours"] == "chr1-349-A-C")
    assert (poor["status"], poor["reason"]) == ("not_assessed", "poor_call")


def test_a_common_neighbour_counts(look):
    decision = {
        "record": 2,
        "allele": 1,
        "status": "dropped",
        "stage": "filter",
        "rule": "frequency",
        "detail": "",
    }
    rows = look({"decisions": [decision]})["haplotypes"]
    assert {row["neighbours"]: row["verdict"] for row in rows}["chr1-349-A-C"] == "rescue"


def test_without_an_outcome_the_changed_site_is_watched(look):
    found = look({"outcomes": [], "scores": scores(masked_ds_dg=0.89, masked_dp_dg=-2.0)})
    (account,) = found["interpreted_candidates"]
    assert (account["event"], account["acceptor"], account["donor"]) == ("none", None, 345)
    assert found["mutagenesis"]


def test_a_candidate_without_effect_is_not_mapped_but_not_lost(look):
    found = look({"outcomes": []})
    (account,) = found["interpreted_candidates"]
    assert (account["status"], account["reason"]) == ("not_mapped", "no_outcome")
    assert found["mutagenesis"] == found["antisense_scan"] == []
    assert found["stability"]
    assert found["haplotypes"]


def test_what_is_not_looked_at_says_why(look):
    assert [r["reason"] for r in look({"scores": []})["interpreted_candidates"]] == ["not_scored"]
    found = look({}, max_candidates=0)
    assert [(r["status"], r["reason"]) for r in found["interpreted_candidates"]] == [
        ("not_examined", "too_many")
    ]
    assert found["stability"] == []


def test_no_candidate_gives_empty_tables(look):
    assert look({"prioritised": []}) == {name: [] for name in NAMES}


def test_the_tables_say_what_they_rest_on(look, tmp_path: Path):
    look({})
    for name in NAMES:
        record = parquet.metadata(tmp_path / f"{name}.parquet")
        assert record["model"] == "spliceai"
        assert record["settings"]["antisense"]["length"] == 20
    assert isinstance(
        parquet.read(INTERPRETED_CANDIDATES, tmp_path / "interpreted_candidates.parquet"), pa.Table
    )
