"""Which fields of a sites file count, by gnomAD's names; what is absent, not covered, or rare enough for which mode."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import builders
import numpy as np
import pandas as pd
import pyarrow as pa
import pysam
import pytest
from builders import THRESHOLDS, normalised, site

from landfall import filters, frequencies, parallel, sites, variants
from landfall import records as vcf_records
from landfall.filters import Places, Sources, limit, read_alleles, read_pathogenic, screen
from landfall.frequencies import Fields, recognise
from landfall.genome import Genome
from landfall.regions import Region, Regions

LETTERS = builders.bases(2000, 11)
EVERYWHERE = Places(Regions([Region(name, 0, 3000, "G") for name in ("chr1", "chrX", "chrY", "chrM")]))


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    contigs = dict.fromkeys(("chr1", "chrX", "chrY", "chrM"), LETTERS)
    return builders.genome(tmp_path_factory.mktemp("genome"), contigs)


@pytest.mark.parametrize(
    ("release", "declared", "expected"),
    [
        ("2.1", {"AF", "AF_popmax", "AF_afr", "AF_asj", "faf95", "nhomalt"},
         Fields(("AF_popmax",), "AF", "faf95", "nhomalt")),
        ("3.1", {"AF", "AF_popmax", "AF-afr", "faf95_popmax", "nhomalt"},
         Fields(("AF_popmax",), "AF", "faf95_popmax", "nhomalt")),
        ("4.1", {"AF", "AF_grpmax", "AF_afr", "fafmax_faf95_max", "faf95_afr", "nhomalt"},
         Fields(("AF_grpmax",), "AF", "fafmax_faf95_max", "nhomalt")),
        ("4.1 joint", {"AF_joint", "AF_grpmax_joint", "fafmax_faf95_max_joint", "nhomalt_joint", "AF_joint_afr"},
         Fields(("AF_grpmax_joint",), "AF_joint", "fafmax_faf95_max_joint", "nhomalt_joint")),
        ("by group alone", {"AF", "AF_afr", "AF_nfe", "AF_fin", "AF_asj", "AF_oth", "AF_ami", "AF_mid"},
         Fields(("AF_afr", "AF_nfe"), "AF")),
        ("by group with dashes", {"AF-sas", "AF-fin", "AF"}, Fields(("AF-sas",), "AF")),
        ("overall alone", {"AF", "AC"}, Fields(("AF",), "AF")),
    ],
)  # fmt: skip
def test_the_fields_of_each_release_are_known(release, declared, expected):
    assert recognise(declared) == expected, release


def test_fields_that_are_named_are_taken_before_those_known():
    assert recognise({"AF", "AF_grpmax", "MINE"}, ("OTHER", "MINE")) == Fields(("MINE",))
    assert recognise({"AF", "AF_grpmax"}, ("MINE",)) is None
    assert recognise({"AC", "AF_fin", "AF_asj"}) is None


def sites_file(
    folder: Path, *records: str, info: tuple[str, ...] = ("AF", "AF_afr", "AF_fin"), name: str = "s"
) -> Path:
    plain = folder / f"{name}.vcf"
    lengths = {record.split()[0]: len(LETTERS) for record in records}
    plain.write_text(builders.vcf_text(sorted(records, key=lambda r: int(r.split()[1])), lengths, info=info))
    return Path(pysam.tabix_index(str(plain), preset="vcf", force=True))


def change(pos: int, chrom: str = "chr1") -> dict[str, object]:
    ref = LETTERS[pos - 1]
    return {"chrom": chrom, "pos": pos, "ref": ref, "alt": "C" if ref != "C" else "T"}


def known(pos: int, info: str, chrom: str = "chr1") -> str:
    return site(chrom, pos, str(change(pos)["ref"]), str(change(pos)["alt"]), info)


def asked(path: Path, genome: Genome, *rows: dict[str, object]) -> pd.DataFrame:
    found = sites.Alleles.of(pd.DataFrame(rows)[["chrom", "pos", "ref", "alt"]], genome)
    return frequencies.look_up(path, genome, found)


@pytest.mark.parametrize("few", [0, 100], ids=["read from end to end", "by its index"])
def test_founder_groups_do_not_count(tmp_path, genome, monkeypatch, few):
    monkeypatch.setattr(sites, "FEW", few)
    path = sites_file(
        tmp_path,
        known(100, "AF=0.01;AF_fin=0.2;AF_afr=0.0001"),
        known(200, "AF=0.003;AF_fin=0.03"),
        known(300, "AF_fin=0.03"),
    )
    found = asked(path, genome, change(100), change(200), change(300), change(400))
    np.testing.assert_array_equal(found["frequency"], [0.0001, 0.0, np.nan, np.nan])
    assert found["source"].tolist()[::3] == ["s.vcf.gz/AF_afr", ""]


def test_homozygotes_and_the_filtering_frequency_come_with_the_highest_of_two_entries(tmp_path, genome):
    info = ("AF_grpmax", "AF", "nhomalt", "fafmax_faf95_max")
    lines = [f"AF_grpmax={f};AF={f};nhomalt={n};fafmax_faf95_max={f / 2}" for f, n in ((0.4, 9), (0.1, 1))]
    path = sites_file(tmp_path, *(known(100, line) for line in lines), info=info)
    row = asked(path, genome, change(100)).iloc[0]
    assert (row["frequency"], row["homozygotes"], row["faf95"]) == (0.4, 9, 0.2)


def test_reading_from_end_to_end_finds_what_the_index_finds(tmp_path, genome, monkeypatch):
    rows = [change(pos) for pos in range(50, 1900, 37)]
    run = LETTERS.find("AA", 500)
    deletion = {"chrom": "chr1", "pos": run, "ref": LETTERS[run - 1 : run + 1], "alt": LETTERS[run - 1]}
    written = site("chr1", run + 1, "AA", "A,AAC", "AF=0.25,0.5;AF_afr=0.25,0.5")  # the run's other end
    path = sites_file(
        tmp_path,
        *(known(int(row["pos"]), f"AF_afr={n / 100}") for n, row in enumerate(rows) if n % 3),
        written,
    )
    by_index = asked(path, genome, *rows, deletion)
    monkeypatch.setattr(sites, "FEW", 0)
    monkeypatch.setattr(vcf_records, "BLOCK_BYTES", 700)
    whole = asked(path, genome, *rows, deletion)
    pd.testing.assert_frame_equal(whole, by_index)
    assert by_index["frequency"].notna().sum() == 1 + sum(1 for n in range(len(rows)) if n % 3)


def judged(
    genome: Genome, thresholds=THRESHOLDS, places=EVERYWHERE, covered=None, **row: object
) -> dict[str, object]:
    """The row of one allele that goes on, or the decision on it."""
    screened = screen(normalised({**change(500), **row}), thresholds, places, genome, "GRCh38")
    source = Sources(thresholds.frequency, covered)
    found = source.look_up(sites.Alleles.of(screened.alleles, genome), genome)
    result = limit(screened.alleles, source.complete(screened.alleles, found), thresholds, "GRCh38")
    decisions = pd.concat([screened.decisions, result.decisions])
    assert len(result.alleles) + len(decisions) == 1
    return (result.alleles if len(result.alleles) else decisions).iloc[0].to_dict()


LIMITS = [
    ("chr1", "heterozygous", 0.01, "autosomal_recessive_compound"),
    ("chr1", "homozygous", 0.002, "autosomal_recessive"),
    ("chr1", "unknown", 0.01, "autosomal_recessive_compound"),
    ("chrX", "heterozygous", 0.015, "x_linked_recessive_compound"),
    ("chrX", "homozygous", 0.003, "x_linked_recessive"),
    ("chrX", "hemizygous", 0.003, "x_linked_recessive"),
    ("chrY", "hemizygous", 0.004, "y_linked"),
    ("chrM", "homozygous", 0.02, "maximum"),
]


@pytest.mark.parametrize(("chrom", "zygosity", "most", "name"), LIMITS)
def test_a_call_passes_up_to_the_laxest_limit_of_the_modes_that_it_can_fit(
    genome, chrom, zygosity, most, name
):
    call = {"chrom": chrom, "zygosity": zygosity, "info_field": "AF"}
    assert "modes" in judged(genome, **call, info_frequency=most)
    gone = judged(genome, **call, info_frequency=most + 1e-6)
    assert (gone["rule"], gone["detail"]) == (
        "frequency",
        f"{most + 1e-6:.3g} > {most:g} ({name}) in INFO/AF",
    )


@pytest.mark.parametrize(
    ("frequency", "modes"),
    [
        (None, "autosomal_dominant,autosomal_recessive_compound"),
        (0.001, "autosomal_dominant,autosomal_recessive_compound"),
        (0.0011, "autosomal_recessive_compound"),
    ],
)
def test_an_allele_names_the_modes_that_it_is_rare_enough_for(genome, frequency, modes):
    row = judged(genome, info_frequency=frequency, info_field="AF" if frequency else None)
    assert row["modes"] == modes


def test_the_pseudoautosomal_part_of_x_has_the_limits_of_an_autosome():
    row = pd.DataFrame(
        [{"chrom": "chrX", "pos": pos, "zygosity": "homozygous"} for pos in (100_000, 3_000_000)]
    )
    codes, fits = filters._fits(row, "GRCh38")
    assert [fits[code] for code in codes] == [
        ("autosomal_recessive",),
        ("x_linked_dominant", "x_linked_recessive"),
    ]


def with_files(**change: object):
    return replace(THRESHOLDS, frequency=replace(THRESHOLDS.frequency, **change))


def test_absent_is_told_from_not_covered(tmp_path, genome):
    thresholds = with_files(sites=sites_file(tmp_path, known(100, "AF_afr=0.5")))
    assert judged(genome, thresholds)["frequency_source"] == "absent"
    assert judged(genome, thresholds, chrom="chrX")["frequency_source"] == "not covered"
    covered = Regions([Region("chr1", 0, 499, "")])
    assert judged(genome, thresholds, covered=covered)["frequency_source"] == "not covered"
    assert (
        judged(genome, thresholds, covered=covered, pos=499, ref=LETTERS[498], alt="N")["frequency_source"]
        == "absent"
    )


def test_what_is_common_in_a_cohort_of_ones_own_is_dropped(tmp_path, genome):
    thresholds = with_files(cohort=sites_file(tmp_path, known(500, "AF=0.2"), known(600, "AF=0.1")))
    gone = judged(genome, thresholds)
    assert (gone["rule"], gone["detail"]) == ("cohort", "0.2 > 0.1 of the cohort")
    row = judged(genome, thresholds, **change(600))
    assert (row["cohort_frequency"], row["frequency_source"]) == (0.1, "absent")


def classified(folder: Path, *records: tuple[int, str]) -> Path:
    plain = folder / "clinvar.vcf"
    lines = [known(pos, f"CLNSIG={significance}") for pos, significance in records]
    text = builders.vcf_text(lines, {"chr1": len(LETTERS)})
    plain.write_text(
        text.replace("##contig", '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">\n##contig', 1)
    )
    return plain


@pytest.mark.parametrize(
    ("significance", "counts"),
    [
        ("Pathogenic", True),
        ("Likely_pathogenic", True),
        ("Pathogenic/Likely_pathogenic", True),
        ("Pathogenic|drug_response", True),
        ("Pathogenic/Likely_pathogenic/Pathogenic,_low_penetrance", True),
        ("Conflicting_classifications_of_pathogenicity", False),
        ("Benign", False),
        ("Likely_benign", False),
        ("Uncertain_significance", False),
        ("not_provided", False),
    ],
)
def test_what_counts_as_pathogenic(tmp_path, genome, significance, counts):
    found = read_pathogenic(classified(tmp_path, (500, significance)), genome)
    assert len(found.alleles) == int(counts)


def test_a_pathogenic_allele_passes_place_and_reasonable_frequency(tmp_path, genome):
    pathogenic = read_pathogenic(classified(tmp_path, (500, "Likely_pathogenic"), (300, "Benign")), genome)
    nowhere = Places(Regions([]), pathogenic=pathogenic)
    row = judged(genome, places=nowhere)
    assert (row["spared"], row["known"], row["genes"]) == ("region", ". Likely pathogenic", "")
    assert judged(genome, places=nowhere, **change(300))["rule"] == "region"
    excluded = replace(
        EVERYWHERE, excluded=Regions([Region("chr1", 0, 900, "low.bed")]), pathogenic=pathogenic
    )
    assert judged(genome, places=excluded)["spared"] == "excluded"
    assert judged(genome, places=excluded, **change(300))["detail"] == "lies in a region of low.bed"
    everywhere = replace(EVERYWHERE, pathogenic=pathogenic)
    common = {"info_field": "AF", "info_frequency": 0.05}
    assert judged(genome, places=everywhere, **common)["spared"] == "frequency"
    assert judged(genome, places=everywhere, **{**common, "info_frequency": 0.051})["rule"] == "frequency"
    assert judged(genome, places=everywhere, depth=1)["rule"] == "depth"


def test_the_blacklist_drops_even_a_pathogenic_allele(tmp_path, genome):
    pathogenic = read_pathogenic(classified(tmp_path, (500, "Pathogenic")), genome)
    listed = read_alleles(sites_file(tmp_path, known(500, "AF=0.1")), genome)
    places = replace(EVERYWHERE, blacklist=listed, pathogenic=pathogenic)
    assert judged(genome, places=places)["rule"] == "blacklist"
    assert "modes" in judged(genome, places=places, **change(501))


def test_the_results_of_threads_come_in_order_and_errors_at_their_turn():
    assert list(parallel.in_order(lambda n: n * n, range(50), 3)) == [n * n for n in range(50)]
    results = parallel.in_order(lambda n: 1 // (3 - n), range(9), 2)
    assert [next(results) for _ in range(3)] == [0, 0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_alleles_are_found_by_place_and_both_alleles(genome):
    rows = builders.alleles(("chrX", 5, "A", "C"), ("chr1", 9, "A", "G"), ("chr1", 9, "A", "C"))
    known_ones = sites.Alleles.of(rows, genome)
    query = rows.iloc[[2, 0, 0]].assign(pos=[9, 5, 6])
    asked_rows, here = known_ones.find(
        variants.places(query, genome),
        pa.array(query["ref"], pa.string()),
        pa.array(query["alt"], pa.string()),
    )
    assert asked_rows.tolist() == [0, 1]
    assert known_ones.alt.take(pa.array(here)).to_pylist() == ["C", "C"]
