"""Which fields of a sites file count, by gnomAD's names; what is absent, not covered, or rare enough for which mode."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pysam
import pytest

from landfall.genome import chromosomes
from landfall.genome.intervals import Region, Regions
from landfall.genome.sequence import Genome
from landfall.io import threads
from landfall.testing import builders
from landfall.testing.builders import THRESHOLDS, normalised, site
from landfall.variants import alleles, known_sites, population_frequency, vcf
from landfall.variants.filters import frequency as filters_frequency
from landfall.variants.filters.exemptions import read_alleles, read_classified
from landfall.variants.filters.frequency import limit
from landfall.variants.filters.location import Places
from landfall.variants.filters.pipeline import screen
from landfall.variants.population_frequency import Fields, Sources, recognise

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
        ("ExAC", {"AF", "AC", "AN", "AC_Adj", "AN_Adj", "AC_POPMAX", "AN_POPMAX", "AC_Hom", "AC_Hemi", "AC_AFR"},
         Fields(("AC_POPMAX/AN_POPMAX",), "AC_Adj/AN_Adj", "", "AC_Hom", "AC_Hemi")),
        ("ExAC by group", {"AC_AFR", "AN_AFR", "AC_FIN", "AN_FIN", "AC_Adj", "AN_Adj"},
         Fields(("AC_AFR/AN_AFR",), "AC_Adj/AN_Adj")),
        ("counts alone", {"AC", "AN"}, Fields(("AC/AN",), "AC/AN")),
        ("2.1 with sexes", {"AF", "AF_popmax", "nhomalt", "AC_male", "nhomalt_male"},
         Fields(("AF_popmax",), "AF", "", "nhomalt", "", "AC_male", "nhomalt_male")),
        ("4.1 joint with sexes", {"AF_joint", "AF_grpmax_joint", "nhomalt_joint", "AC_joint_XY", "nhomalt_joint_XY"},
         Fields(("AF_grpmax_joint",), "AF_joint", "", "nhomalt_joint", "", "AC_joint_XY", "nhomalt_joint_XY")),
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
    found = known_sites.Alleles.of(pd.DataFrame(rows)[["chrom", "pos", "ref", "alt"]], genome)
    return population_frequency.look_up(path, genome, found)


@pytest.mark.parametrize("few", [0, 100], ids=["read from end to end", "by its index"])
def test_founder_groups_do_not_count(tmp_path, genome, monkeypatch, few):
    monkeypatch.setattr(known_sites, "FEW", few)
    path = sites_file(
        tmp_path,
        known(100, "AF=0.01;AF_fin=0.2;AF_afr=0.0001"),
        known(200, "AF=0.003;AF_fin=0.03"),
        known(300, "AF_fin=0.03"),
    )
    found = asked(path, genome, change(100), change(200), change(300), change(400))
    np.testing.assert_array_equal(found["popmax_af"], [0.0001, 0.0, np.nan, np.nan])
    assert found["source"].tolist()[::3] == ["s.vcf.gz/AF_afr", ""]


def test_homozygotes_and_the_filtering_frequency_come_with_the_highest_of_two_entries(tmp_path, genome):
    info = ("AF_grpmax", "AF", "nhomalt", "fafmax_faf95_max")
    lines = [f"AF_grpmax={f};AF={f};nhomalt={n};fafmax_faf95_max={f / 2}" for f, n in ((0.4, 9), (0.1, 1))]
    path = sites_file(tmp_path, *(known(100, line) for line in lines), info=info)
    row = asked(path, genome, change(100)).iloc[0]
    assert (row["popmax_af"], row["nhomalt"], row["faf95"]) == (0.4, 9, 0.2)


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
    monkeypatch.setattr(known_sites, "FEW", 0)
    monkeypatch.setattr(vcf, "BLOCK_BYTES", 700)
    whole = asked(path, genome, *rows, deletion)
    pd.testing.assert_frame_equal(whole, by_index)
    assert by_index["popmax_af"].notna().sum() == 1 + sum(1 for n in range(len(rows)) if n % 3)


def judged(
    genome: Genome, thresholds=THRESHOLDS, places=EVERYWHERE, covered=None, build="GRCh38", **row: object
) -> dict[str, object]:
    """The row of one allele that goes on, or the decision on it."""
    screened = screen(normalised({**change(500), **row}), thresholds, places, genome, "GRCh38")
    source = Sources(thresholds.frequency, covered)
    found = source.look_up(known_sites.Alleles.of(screened.alleles, genome), genome)
    result = limit(screened.alleles, source.complete(screened.alleles, found), thresholds, build)
    decisions = pd.concat([screened.decisions, result.decisions])
    assert len(result.alleles) + len(decisions) == 1
    return (result.alleles if len(result.alleles) else decisions).iloc[0].to_dict()


LIMITS = [
    ("chr1", "heterozygous", 0.01, "autosomal_recessive_comp_het"),
    ("chr1", "homozygous", 0.002, "autosomal_recessive"),
    ("chr1", "unknown", 0.01, "autosomal_recessive_comp_het"),
    ("chrX", "heterozygous", 0.015, "x_linked_recessive_comp_het"),
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
        (None, "autosomal_dominant,autosomal_recessive_comp_het"),
        (0.001, "autosomal_dominant,autosomal_recessive_comp_het"),
        (0.0011, "autosomal_recessive_comp_het"),
    ],
)
def test_an_allele_names_the_modes_that_it_is_rare_enough_for(genome, frequency, modes):
    row = judged(genome, info_frequency=frequency, info_field="AF" if frequency else None)
    assert row["modes"] == modes


def test_the_pseudoautosomal_part_of_x_has_the_limits_of_an_autosome():
    row = pd.DataFrame(
        [{"chrom": "chrX", "pos": pos, "zygosity": "homozygous"} for pos in (100_000, 3_000_000)]
    )
    codes, fits = filters_frequency._fits(row, "GRCh38")
    assert [fits[code] for code in codes] == [
        ("autosomal_recessive",),
        ("x_linked_dominant", "x_linked_recessive"),
    ]


def with_files(**change: object):
    return THRESHOLDS.changed(frequency=THRESHOLDS.frequency.changed(**change))


HEMIZYGOTES = {
    "gnomAD 4": ("AC_XY=40;nhomalt=3;nhomalt_XY=0", 3, 40),
    "a release that counts a haploid call as a homozygote": ("AC_XY=40;nhomalt=43;nhomalt_XY=40", 3, 40),
    "X of men called as diploid": ("AC_XY=80;nhomalt=43;nhomalt_XY=40", 3, 40),
    "some of them heterozygous by mistake": ("AC_XY=81;nhomalt=43;nhomalt_XY=40", 3, 41),
    "gnomAD 2": ("AC_male=40;nhomalt=3;nhomalt_male=0", 3, 40),
    "gnomAD 3 with dashes": ("AC-XY=40;nhomalt=3;nhomalt-XY=0", 3, 40),
    "gnomAD 4.1 joint": ("AC_joint_XY=40;nhomalt_joint=3;nhomalt_joint_XY=0", 3, 40),
    "men's homozygotes alone": ("nhomalt=43;nhomalt_XY=40", 3, 40),
    "men's alleles alone": ("AC_XY=40;nhomalt=3", 3, 40),
    "ExAC": ("AC_Hemi=40;AC_Hom=3", 3, 40),
    "the browser's export": ("AC_hemi=40;nhomalt=3", 3, 40),
    "nothing of men": ("nhomalt=3", 3, None),
    "no value": ("AC_XY=.;nhomalt=3;nhomalt_XY=.", 3, None),
}


@pytest.mark.parametrize("case", HEMIZYGOTES)
@pytest.mark.parametrize(
    ("chrom", "build"), [("chrX", "toy"), ("chrY", "toy"), ("chr1", "toy"), ("chrX", "par")]
)
def test_hemizygous_men_count_on_x_and_y_outside_the_pseudoautosomal_regions(
    tmp_path, genome, monkeypatch, case, chrom, build
):
    monkeypatch.setitem(chromosomes.PSEUDOAUTOSOMAL, "par", {"chrX": ((0, 2000),)})
    info, homozygotes, hemizygotes = HEMIZYGOTES[case]
    names = [pair.split("=")[0] for pair in info.split(";")]
    path = sites_file(tmp_path, known(500, f"AF=0.0005;{info}", chrom), info=("AF", *names))
    row = judged(genome, with_files(population_vcf=path), build=build, chrom=chrom)
    if chrom == "chr1" or build == "par":
        stated = {pair.split("=")[0]: pair.split("=")[1] for pair in info.split(";")}
        (every,) = (int(stated[name]) for name in population_frequency.HOMOZYGOTES if name in stated)
        homozygotes, hemizygotes = every, None
    assert row["nhomalt"] == homozygotes
    assert pd.isna(row["hemizygotes"]) if hemizygotes is None else row["hemizygotes"] == hemizygotes


@pytest.mark.shared_data
def test_hemizygous_men_of_the_field_case_are_read(shared_data):
    cases = shared_data / "field_cases"
    genome = Genome(shared_data / "loci/GRCh38.fa.gz")
    asked_for = pd.DataFrame([{"chrom": "chrX", "pos": 108441001, "ref": "G", "alt": "A"}])
    found = population_frequency.look_up(
        cases / "freq/hemi_sites.vcf", genome, known_sites.Alleles.of(asked_for, genome)
    ).iloc[0]
    assert (found["popmax_af"], found["nhomalt"], found["hemizygotes"]) == (0.0008, 0, 40)


@pytest.mark.parametrize(("info", "expected"), [
    ("AC=3;AN=1000", 0.003),
    ("AF=.;AC=3;AN=1000", 0.003),
    ("AF=0.25;AC=3;AN=1000", 0.25),
    ("AC=0;AN=0", None),
    ("AC=3", None),
    ("AC=3,5;AN=1000", 0.003),
    ("AF=0.00001&0.3", 0.3),
    ("AF=.&0.002", 0.002),
    ("AF=.&.", None),
    ("AF=1e-5&2E-3", 0.002),
])  # fmt: skip
def test_a_frequency_by_its_counts_and_several_joined_into_one(tmp_path, genome, monkeypatch, info, expected):
    monkeypatch.setattr(
        known_sites, "FEW", 0
    )  # as text: htslib reads the first of several as a number of Type Float
    path = sites_file(tmp_path, known(500, info), info=("AF", "AC", "AN"))
    found = asked(path, genome, change(500))["popmax_af"].iloc[0]
    assert np.isnan(found) if expected is None else found == pytest.approx(expected)


def test_exacs_counts_are_its_frequency(tmp_path, genome):
    info = "AC=900;AN=1000;AC_Adj=5;AN_Adj=1000;AC_POPMAX=NA;AN_POPMAX=NA"
    names = ("AC", "AN", "AC_Adj", "AN_Adj", "AC_POPMAX", "AN_POPMAX")
    other = info.replace("AC_POPMAX=NA;AN_POPMAX=NA", "AC_POPMAX=4;AN_POPMAX=200")
    path = sites_file(tmp_path, known(500, info), known(600, other), info=names)
    found = asked(path, genome, change(500), change(600))
    assert found["popmax_af"].tolist() == [0.0, 0.02]
    assert found["source"].tolist()[1] == "s.vcf.gz/AC_POPMAX/AN_POPMAX"


@pytest.mark.parametrize("index", [False, True], ids=["alone", "with an index of another file"])
@pytest.mark.parametrize("few", [0, 100], ids=["read from end to end", "by stretches"])
def test_a_plain_gzip_is_read(tmp_path, genome, monkeypatch, few, index):
    monkeypatch.setattr(known_sites, "FEW", few)
    path = sites_file(tmp_path, known(500, "AF=0.25"), info=("AF",))
    text = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(text))
    if not index:
        Path(f"{path}.tbi").unlink()
    assert asked(path, genome, change(500))["popmax_af"].tolist() == [0.25]
    assert known_sites.contig_names(path)["1"] == "chr1"


@pytest.mark.shared_data
def test_the_plain_gzip_of_the_field_case_is_read(shared_data):
    genome = Genome(shared_data / "loci/GRCh38.fa.gz")
    asked_for = pd.DataFrame([{"chrom": "chr11", "pos": 108300001, "ref": "G", "alt": "A"}])
    path = shared_data / "field_cases/freq/plain_gzip.vcf.gz"
    found = population_frequency.look_up(path, genome, known_sites.Alleles.of(asked_for, genome))
    assert found["popmax_af"].tolist() == [0.01]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "'#CHROM' line"),
        (b"<html>", "'#CHROM' line"),
        (gzip.compress(b"##fileformat=VCFv4.2\n" * 4000)[:-40], "cannot be read to its end"),
    ],
)
def test_a_file_that_is_no_vcf_is_told_in_words(tmp_path, content, words):
    (tmp_path / "s.vcf.gz").write_bytes(content)
    with pytest.raises(vcf.VariantFileError, match=rf"s\.vcf\.gz: .*{words}"):
        population_frequency.fields_of(tmp_path / "s.vcf.gz")


def test_absent_is_told_from_not_covered(tmp_path, genome):
    thresholds = with_files(population_vcf=sites_file(tmp_path, known(100, "AF_afr=0.5")))
    assert judged(genome, thresholds)["frequency_source"] == "absent"
    assert judged(genome, thresholds, chrom="chrX")["frequency_source"] == "not covered"
    covered = Regions([Region("chr1", 0, 499, "")])
    assert judged(genome, thresholds, covered=covered)["frequency_source"] == "not covered"
    assert (
        judged(genome, thresholds, covered=covered, pos=499, ref=LETTERS[498], alt="N")["frequency_source"]
        == "absent"
    )


def test_what_is_common_in_a_cohort_of_ones_own_is_dropped(tmp_path, genome):
    thresholds = with_files(cohort_vcf=sites_file(tmp_path, known(500, "AF=0.2"), known(600, "AF=0.1")))
    gone = judged(genome, thresholds)
    assert (gone["rule"], gone["detail"]) == ("cohort", "0.2 > 0.1 in the cohort")
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
    found = read_classified(classified(tmp_path, (500, significance)), genome)
    assert len(found.alleles) == int(counts)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (
            "CLNSIG=Pathogenic;CLNREVSTAT=reviewed_by_expert_panel",
            (". Pathogenic (3 stars: reviewed by expert panel; file of 2026-11-01)", 3, None),
        ),
        ("CLNSIG=Pathogenic", (". Pathogenic (file of 2026-11-01)", None, None)),
        (
            "CLNSIG=Pathogenic;CLNREVSTAT=no_assertion_criteria_provided",
            (". Pathogenic (0 stars: no assertion criteria provided; file of 2026-11-01)", 0, None),
        ),
        (
            "CLNSIG=Conflicting_classifications_of_pathogenicity;CLNREVSTAT=criteria_provided,_conflicting_"
            "classifications;CLNSIGCONF=Pathogenic(2)|Likely_pathogenic,_low_penetrance(1)|Uncertain_significance(1)",
            (
                None,
                1,
                ". Pathogenic (2), Likely pathogenic, low penetrance (1), Uncertain significance (1) (1 star: criteria "
                "provided, conflicting classifications; file of 2026-11-01)",
            ),
        ),
    ],
)
def test_a_classification_has_stars_conflicts_and_date(tmp_path, genome, fields, found):
    text = builders.vcf_text([known(500, fields)], {"chr1": len(LETTERS)})
    path = tmp_path / "clinvar.vcf"
    path.write_text(text.replace("##FILTER", "##fileDate=2026-11-01\n##FILTER", 1))
    (row,) = read_classified(path, genome).rows.itertuples(index=False)
    assert tuple(None if pd.isna(value) else value for value in row) == found
    outcome = judged(genome, places=Places(Regions([]), classified=read_classified(path, genome)))
    assert ("rule" in outcome) == (found[0] is None)


def test_pathogenic_null_alleles_are_counted_by_gene(tmp_path, genome):
    entries = [
        known(100, "CLNSIG=Pathogenic;GENEINFO=ONE:1|TWO:2;MC=SO:0001587|nonsense"),
        known(300, "CLNSIG=Likely_pathogenic;GENEINFO=ONE:1;MC=SO:0001589|frameshift_variant"),
        known(400, "CLNSIG=Pathogenic;GENEINFO=ONE:1;MC=SO:0001583|missense_variant"),
        known(500, "CLNSIG=Benign;GENEINFO=ONE:1;MC=SO:0001587|nonsense"),
    ]
    path = tmp_path / "clinvar.vcf"
    path.write_text(builders.vcf_text(entries, {"chr1": len(LETTERS)}, info=("GENEINFO", "MC")))
    found = read_classified(path, genome)
    assert found.null_alleles == {"ONE": 2, "TWO": 1}
    places = Places(Regions([Region("chr1", 0, 900, "ONE"), Region("chr1", 0, 900, "TWO")]), classified=found)
    assert judged(genome, places=places)["clinvar_null_alleles"] == 2


def test_conflicting_classifications_without_a_pathogenic_one_are_not_read(tmp_path, genome):
    entries = (
        "CLNSIG=Conflicting_classifications_of_pathogenicity;CLNSIGCONF=Benign(2)|Uncertain_significance(1)"
    )
    path = tmp_path / "clinvar.vcf"
    path.write_text(builders.vcf_text([known(500, entries)], {"chr1": len(LETTERS)}))
    assert len(read_classified(path, genome).alleles) == 0


def test_a_pathogenic_allele_passes_place_and_reasonable_frequency(tmp_path, genome):
    pathogenic = read_classified(classified(tmp_path, (500, "Likely_pathogenic"), (300, "Benign")), genome)
    nowhere = Places(Regions([]), classified=pathogenic)
    row = judged(genome, places=nowhere)
    assert (row["filter_exempted"], row["clinvar"], row["genes"]) == ("region", ". Likely pathogenic", "")
    assert judged(genome, places=nowhere, **change(300))["rule"] == "region"
    excluded = replace(
        EVERYWHERE, excluded=Regions([Region("chr1", 0, 900, "low.bed")]), classified=pathogenic
    )
    assert judged(genome, places=excluded)["filter_exempted"] == "excluded"
    assert judged(genome, places=excluded, **change(300))["detail"] == "in a region of low.bed"
    everywhere = replace(EVERYWHERE, classified=pathogenic)
    common = {"info_field": "AF", "info_frequency": 0.05}
    assert judged(genome, places=everywhere, **common)["filter_exempted"] == "frequency"
    assert judged(genome, places=everywhere, **{**common, "info_frequency": 0.051})["rule"] == "frequency"
    assert judged(genome, places=everywhere, depth=1)["rule"] == "depth"


def test_the_blacklist_drops_even_a_pathogenic_allele(tmp_path, genome):
    pathogenic = read_classified(classified(tmp_path, (500, "Pathogenic")), genome)
    listed = read_alleles(sites_file(tmp_path, known(500, "AF=0.1")), genome)
    places = replace(EVERYWHERE, blacklist=listed, classified=pathogenic)
    assert judged(genome, places=places)["rule"] == "blacklist"
    assert "modes" in judged(genome, places=places, **change(501))


def test_the_results_of_threads_come_in_order_and_errors_at_their_turn():
    assert list(threads.in_order(lambda n: n * n, range(50), 3)) == [n * n for n in range(50)]
    results = threads.in_order(lambda n: 1 // (3 - n), range(9), 2)
    assert [next(results) for _ in range(3)] == [0, 0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_alleles_are_found_by_place_and_both_alleles(genome):
    rows = builders.alleles(("chrX", 5, "A", "C"), ("chr1", 9, "A", "G"), ("chr1", 9, "A", "C"))
    known_ones = known_sites.Alleles.of(rows, genome)
    query = rows.iloc[[2, 0, 0]].assign(pos=[9, 5, 6])
    asked_rows, here = known_ones.find(
        alleles.places(query, genome),
        pa.array(query["ref"], pa.string()),
        pa.array(query["alt"], pa.string()),
    )
    assert asked_rows.tolist() == [0, 1]
    assert known_ones.alt.take(pa.array(here)).to_pylist() == ["C", "C"]
