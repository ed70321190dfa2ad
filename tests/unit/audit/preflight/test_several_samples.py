"""Faults of one sample stop that sample; all faults are found in one round."""

from __future__ import annotations

from pathlib import Path

import pytest

from landfall.audit.preflight import run
from landfall.io.errors import InputError
from tests.unit.audit.preflight.input_case import case, edit  # noqa: F401 (a fixture)


def add_row(*cells: str) -> None:
    """A further row: sample, vcf, ped, hpo, genes, regions."""
    with Path("samples.tsv").open("a") as sheet:
        sheet.write("\t".join(cells) + "\n")


def given() -> run.Given:
    return run.gather("config.yaml")


@pytest.mark.usefixtures("case")
def test_a_broken_file_of_one_sample_leaves_the_others() -> None:
    add_row("other", "nowhere.vcf", "", "", "DMDD", "")
    found = run.runnable(given())
    assert (found.sound, [each.sample for each in found.resolved]) == (["demo"], ["demo"])
    first, second = found.of_sample["other"]
    assert str(first).startswith("samples.tsv: line 3: sample other: vcf: nowhere.vcf: no such file")
    assert "the annotation has no gene DMDD; did you mean DMD?" in str(second), "found in the same round"
    with pytest.raises(InputError, match="2 faults"):
        run.runnable(given(), every=True)


@pytest.mark.usefixtures("case")
def test_a_row_at_fault_leaves_the_others() -> None:
    add_row("other", "patient.vcf.gz", "", "HP:12", "", "")
    add_row("a b", "patient.vcf.gz", "", "", "", "")
    found = run.runnable(given())
    assert (found.sound, list(found.of_sample)) == (["demo"], ["other", "line_4"])
    settings, sample = run.read_one("config.yaml", "demo")
    assert (settings.genome.build, sample.name) == ("synthetic", "demo")
    with pytest.raises(InputError, match="HP:12"):
        run.read_one("config.yaml", "other")


@pytest.mark.usefixtures("case")
def test_without_a_sample_that_can_run_all_faults_are_raised() -> None:
    edit("samples.tsv", "panel.txt", "DMDD")
    with pytest.raises(InputError, match="no gene DMDD"):
        run.runnable(given())


@pytest.mark.usefixtures("case")
def test_faults_of_configuration_shared_files_and_samples_are_raised_in_one_round() -> None:
    edit("config.yaml", "info_fields", "info_feilds")
    Path("genome.fa.gz").unlink()
    Path("family.ped").write_text("F\tKID\t0\t0\t3\t2\n")
    add_row("other", "nowhere.vcf", "", "HP:9999999", "", "")
    with pytest.raises(InputError) as caught:
        run.runnable(given())
    words = "\n".join(map(str, caught.value.faults))
    for fault in ("info_feilds", "genome.fa.gz: no such file", "sex '3'", "nowhere.vcf", "HP:9999999"):
        assert fault in words


@pytest.mark.usefixtures("case")
def test_what_the_input_lacks_is_with_the_resolved_values() -> None:
    add_row("other", "sites.vcf.gz", "", "HP:0003323;HP:9999999", "", "")
    (_, other) = run.runnable(given()).resolved
    genotypes, term, genes = other.incomplete
    assert genotypes.startswith("The VCF has no genotypes")
    assert term.startswith("HP:9999999 is not in HPO release")
    assert "candidate genes have no transcript in the annotation" in genes


def test_the_main_process_names_the_samples_left_out_for_jobs_on_a_cluster(
    case: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_row("other", "nowhere.vcf", "", "", "", "")
    monkeypatch.delenv(run.REFUSED, raising=False)
    monkeypatch.setattr("sys.argv", ["snakemake", "--cores", "1"])
    main = run.checked_for_run(given(), main=True, as_module=False, every=False)
    job = run.checked_for_run(given(), main=False, as_module=False, every=False)
    assert main.sound == job.sound == ["demo"]
    monkeypatch.setattr("sys.argv", ["snakemake", "--unlock"])
    assert run.checked_for_run(given(), main=True, as_module=False, every=False).sound == ["demo", "other"]
