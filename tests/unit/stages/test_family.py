"""The stage that reads a family: what it hands on, and its warnings."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from landfall.audit.preflight import run as preflight_run
from landfall.config.sample_sheet import Sample
from landfall.io import parquet
from landfall.patient.tables import FAMILY_CALLS
from landfall.stages.variants import family
from landfall.testing import builders
from landfall.variants.tables import VARIANTS

ROOT = Path(__file__).resolve().parents[3]
CONTIGS = {"chr1": 100_000, "chrX": 100_000}


def records(sex: str) -> list[str]:
    """The patient's alleles on X, of either sex, and one inherited allele on an autosome."""
    on_x = ("0/1", "1/1") if sex == "female" else ("1", "1")
    found = [builders.call("chr1", 5, "A", "G", "GT:AD", "0/1:9,9", "0/1:9,9", "0/0:20,0")]
    found += [builders.call("chrX", 10 + n, "A", "G", "GT", on_x[n % 2], "0", "0/0") for n in range(60)]
    found += [builders.call("chrY", 10, "A", "G", "GT", "1", "0", "./.")] if sex == "male" else []
    return found


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(ROOT)
    given = {"record": 1, "allele": 1, "chrom": "chr1", "pos": 5, "ref": "A", "alt": "G"}
    call = {
        "filter": "PASS",
        "genotype": "0/1",
        "zygosity": "heterozygous",
        "frequency_source": "absent",
        "genes": "G",
    }
    variants = parquet.from_rows(VARIANTS, [{**given, **call}])
    parquet.write(VARIANTS, variants, tmp_path / "variants.parquet")
    return tmp_path


def run(
    folder: Path, ped: str | None, sex: str = "female", column: str | None = "kid", **change: Any
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The summary and the calls of a family whose PED file is given."""
    vcf = folder / "family.vcf"
    vcf.write_text(builders.vcf_text(records(sex), {**CONTIGS, "chrY": 100_000}, ("kid", "dad", "mum")))
    sample = replace(Sample("demo", vcf, "samples.tsv", 2), **change)
    if ped is not None:
        (folder / "family.ped").write_text(ped)
        sample = replace(sample, ped=folder / "family.ped")
    resolved = {"vcf_sample": column, "proband": None if ped is None else ped.split()[1]}
    out = [folder / name for name in ("calls.parquet", "family.json")]
    family.check_family(
        preflight_run.parse("config/config.yaml"), sample, resolved, folder / "variants.parquet", *out
    )
    calls = parquet.read(FAMILY_CALLS, out[0]).to_pylist()
    return json.loads(out[1].read_text()), calls


TRIO = "F kid dad mum {sex} 2\nF dad 0 0 1 1\nF mum 0 0 2 1\n"


def test_a_trio(case: Path) -> None:
    found, calls = run(case, TRIO.format(sex=2))
    assert (found["members"], found["proband"]) == (["kid", "dad", "mum"], "kid")
    assert (found["sex"], found["sex_source"], found["warnings"]) == ("female", "pedigree", [])
    assert [(call["individual"], call["copies"]) for call in calls] == [("kid", 1), ("dad", 1), ("mum", 0)]


def test_the_patient_may_have_another_name_in_the_pedigree(case: Path) -> None:
    found, calls = run(case, "F demo dad 0 2 2\nF dad 0 0 1 1\nF aunt 0 0 2 2\nG mum 0 0 2 1\n")
    assert found["members"] == ["demo", "dad"]
    assert [call["individual"] for call in calls] == ["demo", "dad"]


def test_without_a_pedigree_the_sex_is_that_of_the_genotypes(case: Path) -> None:
    for sex in ("female", "male"):
        found, calls = run(case, None, sex)
        assert (found["sex"], found["sex_source"], found["members"]) == (sex, "genotypes", ["kid"])
        assert [call["individual"] for call in calls] == ["kid"]


def test_a_sex_that_the_genotypes_contradict_is_a_warning(case: Path) -> None:
    found, _ = run(case, TRIO.format(sex=1))
    (warning,) = found["warnings"]
    assert warning.startswith("kid is male in the pedigree, but the genotypes look female")
    assert found["sex"] == "male"


def test_a_vcf_of_sites_has_no_calls(case: Path) -> None:
    found, calls = run(case, TRIO.format(sex=2), column=None)
    assert (found["members"], found["findings"], calls) == ([], [], [])
    assert found["sex"] == "female"


def test_the_sex_of_a_phenopacket_counts_where_the_pedigree_gives_none(case: Path) -> None:
    packet = case / "p.json"
    packet.write_text(json.dumps({"id": "x", "subject": {"id": "kid", "sex": "MALE"}}))
    found, _ = run(case, TRIO.format(sex=0), "female", phenopacket=packet)
    assert (found["sex"], found["sex_source"]) == ("male", "phenopacket")
    found, _ = run(case, TRIO.format(sex=2), "female", phenopacket=packet)
    assert (found["sex"], found["sex_source"]) == ("female", "pedigree")
