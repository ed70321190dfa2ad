"""Families of public bug reports: the shared inputs, each with its right value."""

from __future__ import annotations

from pathlib import Path

import pytest

from landfall.genome.sequence import Genome
from landfall.testing.families import RULES
from tests.unit.variants.calls import family_file
from tests.unit.variants.calls.family_file import Told

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> Path:
    return shared_data / "field_cases"


@pytest.fixture(scope="module")
def genome(shared_data: Path) -> Genome:
    return Genome(shared_data / "loci" / "GRCh38.fa.gz")


def told(cases: Path, name: str, genome: Genome, folder: Path, ped: str = "f.ped") -> Told:
    place = folder / name.replace("/", "_")
    place.mkdir()
    return family_file.read(cases / name, cases / ped, genome, place, RULES)


def words(found: Told) -> dict[str, str]:
    return {allele: str(judgement) for allele, judgement in found.judged.items()}


@pytest.mark.parametrize(
    ("one", "other", "ped"),
    [
        ("glnexus_dp0.vcf", "glnexus_nocall.vcf", "glnexus_dp0.ped"),
        ("trio44.vcf", "trio43.vcf", "f.ped"),
        ("fb3.vcf", "fb4.vcf", "f.ped"),
        ("census_dp0.vcf", "census_nocall.vcf", "f.ped"),
    ],
)
def test_two_spellings_of_one_family(
    cases: Path, genome: Genome, tmp_path: Path, one: str, other: str, ped: str
) -> None:
    found, same = (told(cases, name, genome, tmp_path, ped) for name in (one, other))
    assert words(found) == words(same)
    assert found.statuses == same.statuses
    assert found.summary["warnings"] == same.summary["warnings"] == []


def test_a_reference_call_without_reads_excludes_nothing(cases: Path, genome: Genome, tmp_path: Path) -> None:
    found = told(cases, "glnexus_dp0.vcf", genome, tmp_path, "glnexus_dp0.ped")
    assert found.modes("chr11-108300101-C-T") == ["autosomal_recessive"]
    assert found.modes("chrX-108441001-G-A") == ["x_linked_recessive"]
    assert "autosomal_recessive_comp_het" in found.modes("chr11-108309001-A-G")


def test_half_a_call_does_not_show_absence(cases: Path, genome: Genome, tmp_path: Path) -> None:
    allele = "chr11-108300001-G-A"
    assert "de novo" not in words(told(cases, "half_denovo3.vcf", genome, tmp_path))[allele]
    found = told(cases, "half_sib.vcf", genome, tmp_path, "half_sib.ped").judged[allele]
    assert "affected brother" not in str(found)


def test_six_of_thirty_reads_in_the_father_leave_a_new_change_open(
    cases: Path, genome: Genome, tmp_path: Path
) -> None:
    (judgement,) = told(cases, "fb3.vcf", genome, tmp_path).judged.values()
    (fit,) = [fit for fit in judgement.fits if fit.mode == "de_novo"]
    assert (fit.status, "father: 6 reads of the allele" in fit.why) == ("open", True)


def test_one_x_of_a_boy_however_it_is_called(cases: Path, genome: Genome, tmp_path: Path) -> None:
    found = told(cases, "t1.vcf", genome, tmp_path)
    assert set(found.statuses.values()) == {"kept"}
    linked = [f"chrX-{108_440_001 + n * 1000}" for n in (1, 2, 3, 5, 6, 7)]
    for start in linked:
        (allele,) = [name for name in found.judged if name.startswith(start)]
        assert found.modes(allele) == ["x_linked_recessive"], allele
        assert found.zygosity[allele] == "hemizygous"
    assert found.modes("chrX-108444001-T-C") == ["de_novo"]
    doubtful = found.judged["chrX-108440001-C-T"]
    assert doubtful.best.status == "open"
    assert "a mosaic, a duplication, reads of a pseudogene" in doubtful.best.why


def test_each_level_of_heteroplasmy_is_in_the_words(cases: Path, tmp_path: Path) -> None:
    found = told(cases, "mt/m.vcf", Genome(cases / "mt" / "m.fa"), tmp_path)
    said = words(found)
    assert set(found.statuses.values()) == {"kept"}
    assert said["chrM-3400-C-T"].endswith("(99.8% of reads, unaffected mother with 99.9% of reads)")
    assert said["chrM-3410-G-A"].endswith("(90% of reads, unaffected mother with 33.3% of reads)")
    assert "10% of reads, unaffected mother with 0.222% of reads" in said["chrM-3420-G-A"]
    assert said["chrM-3460-T-C"].startswith("fits a de novo change (16.7% of reads, not in the mother")


@pytest.mark.parametrize("name", ["multi_split_bcftools.vcf", "multi_split_vt.vcf"])
def test_a_split_call_is_in_trans(cases: Path, genome: Genome, tmp_path: Path, name: str) -> None:
    found, whole = (told(cases, file, genome, tmp_path) for file in (name, "multi_joined.vcf"))
    assert words(found) == words(whole)
    assert found.statuses == whole.statuses
    for judgement in found.judged.values():
        assert judgement.pair is not None
        assert (judgement.pair.phase.phase, judgement.pair.phase.probability) == ("trans", 1.0)
