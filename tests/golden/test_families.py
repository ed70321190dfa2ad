"""Families on real loci, from their VCF to criteria, names and pedigree: a run of the workflow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.patient.tables import RELATIVES
from landfall.ranking.tables import EVIDENCE, PRIORITISED
from tests.golden.test_patients import (
    EPILEPSY,
    MUSCULAR_DYSTROPHY,
    TRIO,
    Cohort,
    Loci,
    Patient,
    run,
    words,
    write_sheet,
)

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]

INHERITED = ("0/1 0/1 0/0", "0/1 0/0 0/1", "1/1 0/1 0/1", "0/0 0/1 0/0")


def background(loci: Loci) -> Iterator[tuple[Variant, str]]:
    """A hundred substitutions of an autosome that follow Mendel in the trio, outside the genes of the panel."""
    (transcript,) = loci._named("CFTR")
    start, _ = transcript.introns[3]
    for number in range(100):
        pos = start + 500 + 20 * number
        ref = loci.genome.fetch(transcript.chrom, pos - 1, pos)
        yield (
            Variant(transcript.chrom, pos, ref, "A" if ref != "A" else "G"),
            INHERITED[number % len(INHERITED)],
        )


@pytest.fixture(scope="module")
def cohort(shared_data: Path, spliceai_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    folder = tmp_path_factory.mktemp("families")
    loci = Loci(shared_data, "GRCh38")
    new = {loci("SCN1A:c.664C>T"): "0/1 0/0 0/0"}
    patients = {
        "confirmed": Patient("SCN1A", new | dict(background(loci)), EPILEPSY, people=TRIO),
        "assumed": Patient("SCN1A", new, EPILEPSY, people=TRIO),
        "boy": Patient("DMD", {loci("DMD:c.8713C>T"): "1/1 0/0 0/1"}, MUSCULAR_DYSTROPHY, 1, TRIO),
        "names": Patient(
            "FANCD2,COL6A2", {loci("FANCD2:c.1278+1del"): "1/1", loci("COL6A2:c.1817-3dup"): "1/1"}
        ),
    }
    write_sheet(folder, patients, loci.genome.lengths)
    return run(folder, loci.files, {})


def ranked(cohort: Cohort, sample: str) -> list[dict[str, Any]]:
    return parquet.read(PRIORITISED, cohort.folder / "results" / sample / "prioritised.parquet").to_pylist()


def criteria(cohort: Cohort, sample: str) -> dict[str, dict[str, Any]]:
    found = parquet.read(EVIDENCE, cohort.folder / "results" / sample / "evidence.parquet").to_pylist()
    return {row["criterion"]: row for row in found if row["rank"] == 1}


def test_a_new_allele_with_confirmed_parents_has_ps2_and_with_assumed_ones_pm6(cohort: Cohort) -> None:
    confirmed, assumed = criteria(cohort, "confirmed"), criteria(cohort, "assumed")
    assert (confirmed["PS2"]["status"], confirmed["PM6"]["status"]) == ("provisional", "not_met")
    assert (assumed["PS2"]["status"], assumed["PM6"]["status"]) == ("not_met", "provisional")
    reason = confirmed["PS2"]["reason"]
    assert "de novo, confirmed in both parents (father 0/0, 40 reads; mother 0/0, 40 reads)" in reason
    assert (
        "parentage confirmed by the genotypes (kid with dad and mum: 1 of 101 sites inconsistent)" in reason
    )
    assert confirmed["PS2"]["points"] > assumed["PM6"]["points"] > 0
    assert "De novo, confirmed in both parents" in cohort.first_screen("confirmed")
    page = cohort.case_page("confirmed")
    assert "father unaffected absent 0/0, 0 of 40 reads (0%)" in page


def test_a_boy_is_hemizygous_and_his_mother_a_carrier(cohort: Cohort) -> None:
    (row,) = ranked(cohort, "boy")
    assert (row["zygosity"], row["mother_genotype"], row["mother_depth"]) == ("hemizygous", "0/1", 40)
    assert row["relatives"] == "inherited from the mother, a carrier; absent in the father"
    found = criteria(cohort, "boy")
    assert found["PS2"]["status"] == "not_met"
    assert "inherited from the mother, a carrier" in found["PS2"]["reason"]
    assert "2 unaffected without a causal genotype (father, mother)" in found["PP1"]["reason"]
    assert "patient affected hemizygous, 40 of 40 reads (100%)" in cohort.case_page("boy")
    relatives = parquet.read(RELATIVES, cohort.folder / "results" / "boy" / "relatives.parquet").to_pylist()
    assert [(r["role"], r["zygosity"]) for r in relatives] == [
        ("patient", "hemizygous"),
        ("father", "absent"),
        ("mother", "heterozygous"),
    ]
    for sentence in (cohort.first_screen("boy"), words(cohort.report("boy"))):
        assert "homozygous variant" not in sentence
        assert "was not read" not in sentence


def test_places_follow_the_names_in_headline_table_and_page(cohort: Cohort) -> None:
    found = {row["hgvs_c"]: row for row in ranked(cohort, "names")}
    assert found["c.1278+1del"]["location"] == "1 base into intron 15"
    assert found["c.1817-3dup"]["location"] == "3 bases before exon 25"
    assert found["c.1278+1del"]["hgvs_g"].startswith("NC_000003.12:g.")
    text = words(cohort.report("names"))
    assert "FANCD2 c.1278+1del, exon 15" not in text
    assert "intron 15" in cohort.first_screen("names")
    assert "NC_000003.12" in text
