"""The embedded demonstration from VCF to report, and what every file of the contract says about it."""

from __future__ import annotations

import hashlib
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pysam

from landfall.models.registry import splice_models
from landfall.stages.intermediates import INTERMEDIATES
from tests.workflow.accounts import assert_conserved, assert_same_text, rows
from tests.workflow.runner import CONTRACT, PROBAND, REPO, Run, snakemake


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_file_of_the_contract_is_there_and_nothing_half_written(demo: Run) -> None:
    assert sorted(path.name for path in demo.under_final_names()) == sorted(CONTRACT)
    assert not list((demo.folder / "work").rglob("*.partial"))


def test_every_intermediate_file_is_declared(demo: Run) -> None:
    work = demo.folder / "work"
    found = [path.relative_to(work) for path in work.rglob("*") if path.is_file()]
    declared = [
        re.compile(re.sub("<[a-z]+>", "[^/]+", re.escape(each.file)))
        for each in INTERMEDIATES
        if each.folder == "work"
    ]
    assert len(found) > 10
    unknown = [str(path) for path in found if not any(one.fullmatch(str(path)) for one in declared)]
    assert [path for path in unknown if not path.startswith("logs/")] == []


def test_127_variants_pass_the_filter(demo: Run) -> None:
    ledger = demo.table("ledger")
    assert len(ledger[ledger["status"] != "dropped"]) == 127
    alleles = demo.table("prioritised")[["chrom", "pos", "ref", "alt"]].drop_duplicates()
    assert len(alleles) == 127


def test_the_answer_comes_first(demo: Run) -> None:
    best = rows(demo.result("prioritised.parquet"))[0]
    assert (best["rank"], best["gene"], best["hgvs_c"]) == (1, "DYSF", "c.663+784C>T")
    assert best["location"] == "784 bases into intron 7"
    assert best["spliceai_ds_dg"] >= 0.8
    assert (best["event"], best["event_size_nt"]) == ("pseudoexon", 47)
    assert best["event_frameshift"]
    assert best["event_ptc"]
    assert best["flagged"]
    assert best["zygosity"] == "homozygous"


def test_the_answer_is_the_only_finding_and_ranks_are_whole(demo: Run) -> None:
    table = demo.table("prioritised")
    assert table["flagged"].sum() == 1
    assert list(table["rank"]) == list(range(1, len(table) + 1))
    assert table["priority"].is_monotonic_decreasing


def test_the_likeliest_outcome_is_the_pseudoexon(demo: Run) -> None:
    outcomes = demo.table("outcomes").query("gene == 'DYSF' and outcome == 1 and event == 'pseudoexon'")
    (first,) = outcomes.to_dict("records")
    assert first["end"] - first["start"] == first["size_nt"] == 47
    assert first["frameshift"]
    assert first["ptc"]
    assert first["location"] == "intron 7"
    assert len(first["inserted"]) == 47


def test_every_allele_of_the_input_is_accounted_for(demo: Run) -> None:
    assert_conserved(demo, PROBAND)


def test_the_text_table_says_what_the_parquet_says(demo: Run) -> None:
    assert_same_text(demo.result("prioritised.parquet"), demo.result("prioritised.tsv"))


def test_the_annotated_vcf_is_indexed_and_agrees_with_the_table(demo: Run) -> None:
    by_allele: dict[tuple[object, ...], list[str]] = {}
    for row in rows(demo.result("prioritised.parquet")):
        strings = by_allele.setdefault((row["chrom"], row["pos"], row["ref"], row["alt"]), [])
        if row["status"] == "scored":
            deltas = [f"{row[f'spliceai_ds_{kind}']:.2f}" for kind in ("ag", "al", "dg", "dl")]
            places = [str(row[f"spliceai_dp_{kind}"]) for kind in ("ag", "al", "dg", "dl")]
            strings.append("|".join([row["alt"], row["gene"], *deltas, *places]))
    found = {}
    with pysam.VariantFile(str(demo.result("annotated.vcf.gz"))) as vcf:
        assert list(vcf.header.samples) == ["demo"]
        for record in vcf:
            (alt,) = record.alts
            key = (record.chrom, record.pos, record.ref, alt)
            found[key] = sorted(record.info.get("SpliceAI", ()))
    assert found == {key: sorted(strings) for key, strings in by_allele.items()}


def test_the_annotated_vcf_answers_by_region(demo: Run) -> None:
    best = rows(demo.result("prioritised.parquet"))[0]
    with pysam.VariantFile(str(demo.result("annotated.vcf.gz"))) as vcf:
        (record,) = vcf.fetch(best["chrom"], best["pos"] - 1, best["pos"])
        assert record.info["LF_RANK"] == 1
        assert record.info["LF_EVENT"] == "pseudoexon"
        assert record.samples[0]["GT"] == (1, 1)


def test_provenance_names_inputs_weights_and_licence(demo: Run) -> None:
    record = json.loads(demo.result("provenance.json").read_text())
    inputs = {entry["role"]: entry for entry in record["inputs"]}
    assert set(inputs) == {"variants", "pedigree", "reference", "annotation", "frequencies"}
    for entry in inputs.values():
        assert entry["sha256"] == sha256(Path(entry["name"])), entry["name"]
    (model,) = record["models"]
    published = {weight.name: weight.sha256 for weight in splice_models()["spliceai"].info.weights}
    assert {weight["name"]: weight["sha256"] for weight in model["weights"]} == published
    assert model["licence"]["name"].startswith("CC BY-NC 4.0")
    assert model["precision"] == "float32, TF32 off"
    assert record["software"]["torch"]
    ledger = demo.table("ledger")
    assert sum(record["counts"].values()) == len(ledger)
    assert record["command"].startswith("python -m snakemake --snakefile ")
    kept = {file["name"]: file["sha256"] for file in record["results"]}
    later = {"changes.parquet", "provenance.json", "report.html"}
    assert kept == {name: sha256(demo.result(name)) for name in CONTRACT if name not in later}


class Loads(HTMLParser):
    """Collects what a browser would fetch by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fetching = {"src", "srcset", "data", "poster", "action", "background", "xlink:href"}
        fetching |= {"href"} if tag in ("link", "image", "use", "base") else set()
        self.found += [value or "" for name, value in attrs if name in fetching]


def test_the_report_tells_the_finding_and_loads_nothing(demo: Run) -> None:
    page = demo.result("report.html").read_text(encoding="utf-8")
    text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))
    for words in (
        "Synthetic demonstration data",
        "c.663+784C>T",
        "784 bases into intron 7",
        "is predicted to create a cryptic donor",
        "so that 47 bases of intron 7 enter the mRNA as a pseudoexon between exon 7 and exon 8",
        "the reading frame shifts and translation meets a premature stop at codon 229",
        "Nonsense-mediated decay of the mRNA is expected",
        "47 is not a multiple of three",
        "127",
        "CC BY-NC 4.0",
    ):
        assert words in text, words
    normal, mutant = (int(size) for size in re.search(r"Bands\s*(\d+) bp and (\d+) bp", text).groups())
    assert mutant - normal == 47
    loads = Loads()
    loads.feed(page)
    assert not [url for url in loads.found if not url.startswith(("#", "data:"))]
    assert not re.search(r"@import|url\(\s*['\"]?(?!#|data:)", page)


def test_a_second_run_has_nothing_to_do(demo: Run) -> None:
    before = {path: path.stat().st_mtime_ns for path in demo.under_final_names()}
    again = snakemake(demo.folder)
    assert again.status == 0
    assert "Nothing to be done" in again.output
    assert {path: path.stat().st_mtime_ns for path in demo.under_final_names()} == before


def test_finished_results_do_not_hide_a_mistyped_vcf(demo: Run) -> None:
    sheet = demo.folder / "samples.tsv"
    sound = sheet.read_text()
    sheet.write_text(sound.replace("proband.vcf.gz", "proban.vcf.gz"))
    try:
        mistyped = snakemake(demo.folder)
    finally:
        sheet.write_text(sound)
    assert mistyped.status != 0
    assert f"{REPO / 'demo' / 'data' / 'proban.vcf.gz'}: no such file" in mistyped.output
    assert "Nothing to be done" not in mistyped.output
