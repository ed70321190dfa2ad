"""Paths and names that are odd: they work, or are refused at their line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from landfall.audit.preflight import run
from tests.unit.audit.preflight.deep_check import deep_check
from tests.unit.audit.preflight.hostile import whole_check
from tests.unit.audit.preflight.input_case import case, edit, gtf, quick  # noqa: F401 (case: a fixture)

pytestmark = pytest.mark.usefixtures("case")


def rename_column(column: str, old: str, new: str) -> None:
    """A file of the sheet under another name."""
    Path(new).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(old, new)
    edit("samples.tsv", old, new)
    assert column in Path("samples.tsv").read_text()


@pytest.mark.parametrize("odd", ["a{1}.x", "{sample}", "x}y", "{{a}}", "{1}/a", "a\x07b"])
@pytest.mark.parametrize(
    ("column", "old"),
    [("vcf", "patient.vcf.gz"), ("ped", "family.ped"), ("genes", "panel.txt"), ("regions", "regions.bed")],
)
def test_a_path_of_the_sheet_with_braces_is_refused_at_its_line(column: str, old: str, odd: str) -> None:
    name = odd + (".txt" if column == "genes" else "")
    rename_column(column, old, name)
    (fault,) = quick()
    assert fault.startswith(
        f"samples.tsv: line 2: sample demo: {column}: {name}: the path holds a brace, which Snakemake"
    )


@pytest.mark.parametrize(
    "odd",
    ["a b", "a#b", "a'b", 'a"b', "\u00e9\u4e2d", "a$b", "a*b", "a[1]b", "a;b", "a%b", "-a", "~a", "a\\b"],
)
def test_other_odd_paths_are_read(odd: str) -> None:
    rename_column("ped", "family.ped", f"{odd}.ped")
    rename_column("regions", "regions.bed", f"{odd}/r.bed")
    whole_check()


LONG = "n" * 300
PATH_SETTINGS = {
    ("samples",): "samples: {}\n",
    ("results",): "results: {}\n",
    ("work",): "work: {}\n",
    ("resources",): "resources: {}\n",
    ("score_cache",): "score_cache: {}\n",
    ("maxentscan",): "maxentscan: {}\n",
    ("container",): "container: {}\n",
    ("evidence", "clinvar"): "evidence: {{clinvar: {}}}\n",
    ("phenotype", "obo"): "phenotype: {{obo: {}}}\n",
    ("regulation", "models[0]", "weights"): "regulation: {{models: [{{name: deepsea, weights: {}}}]}}\n",
    (
        "regulation",
        "models[0]",
        "targets",
    ): "regulation: {{models: [{{name: deepsea, weights: w, targets: {}}}]}}\n",
    (
        "regulation",
        "models[0]",
        "e_values",
    ): "regulation: {{models: [{{name: deepsea, weights: w, e_values: {}}}]}}\n",
}


@pytest.mark.parametrize("odd", ["'a{1}'", LONG, "x/" * 2100 + "y", '"a\\0b"', '"a\\nb"'])
@pytest.mark.parametrize(("key", "text"), PATH_SETTINGS.items(), ids=[".".join(k) for k in PATH_SETTINGS])
def test_a_path_of_the_configuration_that_cannot_be_is_refused_at_its_line(
    key: tuple[str, ...], text: str, odd: str
) -> None:
    config = (
        Path("config.yaml")
        .read_text()
        .replace("samples: samples.tsv\n", "" if key == ("samples",) else "samples: samples.tsv\n")
    )
    lines = config + text.format(odd)
    Path("config.yaml").write_text(lines)
    last = lines.count("\n")
    assert any(
        fault.startswith(f"config.yaml: line {last}: ") and (".".join(key) in fault or "characters" in fault)
        for fault in quick()
    )


@pytest.mark.parametrize("name", ["results", "work", "resources", "score_cache"])
def test_a_folder_that_is_a_file_is_told(name: str) -> None:
    Path("taken").write_text("x")
    edit("config.yaml", "models:", f"{name}: taken\nmodels:")
    assert f"config.yaml: line 10: {name}: taken: is a file; name a folder" in quick()


@pytest.mark.parametrize("column", ["vcf", "ped", "regions", "panel", "phenopacket", "previous"])
def test_a_path_of_the_sheet_that_is_too_long_is_told(column: str) -> None:
    old = {"vcf": "patient.vcf.gz", "ped": "family.ped", "regions": "regions.bed"}.get(column)
    if old:
        edit("samples.tsv", old, LONG)
    else:
        header, row = Path("samples.tsv").read_text().splitlines()
        Path("samples.tsv").write_text(f"{header}\t{column}\n{row}\t{LONG}\n")
    (fault,) = quick()
    assert fault.startswith(
        f"samples.tsv: line 2: sample demo: {column}: {LONG}: a name of more than 255 bytes"
    )


def test_a_name_of_a_patient_that_no_folder_can_have_is_told() -> None:
    edit("samples.tsv", "\ndemo", f"\n{LONG}")
    (fault,) = quick()
    assert fault.endswith(
        "sample: a name of more than 255 bytes, too long for a file or folder; give a shorter one"
    )


def test_a_long_list_of_genes_in_the_sheet_is_a_list() -> None:
    genes = ["DMD", *(f"GENE{number}" for number in range(70))]
    Path("genes.gtf").write_text(
        "".join(gtf(gene).replace("T1.1", f"T{n}.1") for n, gene in enumerate(genes))
    )
    edit("samples.tsv", "panel.txt", ",".join(genes))
    (found,) = deep_check(*run.load("config.yaml"))
    assert found.genes is not None
    assert set(genes) <= set(found.genes)
