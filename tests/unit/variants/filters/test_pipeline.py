"""Each rule with its words, in its order; what is missing passes; where and how common an allele is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pysam
import pytest

from landfall.config.filters import Filter, ModeLimits
from landfall.genome.intervals import Region, Regions, bed_regions, gene_regions
from landfall.genome.sequence import Genome
from landfall.io import columns, parquet
from landfall.testing import builders
from landfall.testing.builders import THRESHOLDS, normalised, site
from landfall.variants import alleles as variants_alleles
from landfall.variants import known_sites
from landfall.variants.filters.call_quality import CALL
from landfall.variants.filters.frequency import limit
from landfall.variants.filters.judging import judge
from landfall.variants.filters.location import Places
from landfall.variants.filters.pipeline import screen
from landfall.variants.population_frequency import Sources, fields_of
from landfall.variants.tables import DECISIONS, NUMBERS, VARIANTS
from landfall.variants.vcf import VariantFileError

EVERYWHERE = Regions([Region("chr1", 0, 10_000, "GENE")])
SEQUENCE = builders.bases(200, 1) + "CATATATATATATG" + builders.bases(2000, 4)


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    return builders.genome(tmp_path_factory.mktemp("genome"), {"chr1": SEQUENCE, "chr2": SEQUENCE})


class Result(NamedTuple):
    variants: pa.Table
    decisions: pd.DataFrame


def apply(
    genome: Genome,
    alleles: pa.Table,
    thresholds: Filter = THRESHOLDS,
    places: Places | None = None,
    covered: Regions | None = None,
) -> Result:
    """All rules, as the stage asks them; everything is a candidate region but for what ``places`` says."""
    screened = screen(alleles, thresholds, places or Places(EVERYWHERE), genome, "GRCh38")
    source = Sources(thresholds.frequency, covered)
    found = source.look_up(known_sites.Alleles.of(screened.alleles, genome), genome)
    limited = limit(screened.alleles, source.complete(screened.alleles, found), thresholds, "GRCh38")
    variants = pa.Table.from_pandas(limited.alleles[VARIANTS.names], preserve_index=False)
    decisions = pd.concat([screened.decisions, limited.decisions], ignore_index=True)
    return Result(parquet.check(VARIANTS, variants), decisions)


def verdict(genome: Genome, **change: object) -> tuple[str, str]:
    """Rule and words for one allele, empty if it goes on."""
    result = apply(genome, normalised(change))
    assert result.variants.num_rows + len(result.decisions) == 1
    if result.variants.num_rows:
        return "", ""
    assert result.decisions[["status", "stage"]].to_numpy().tolist() == [["dropped", "filter"]]
    return tuple(result.decisions.loc[0, ["rule", "detail"]])


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        ({"zygosity": "absent", "genotype": "0/0"}, "genotype", "the proband's genotype is 0/0"),
        ({"zygosity": "uncalled", "genotype": "./."}, "genotype", "the proband's genotype is ./."),
        ({"filter": "q10"}, "filter", "FILTER is q10"),
        ({"filter": "PASS;q10"}, "filter", "FILTER is PASS;q10"),
        ({"depth": 9}, "depth", "DP 9 < 10"),
        ({"genotype_quality": 19.5}, "genotype_quality", "GQ 19.5 < 20"),
        ({"allele_balance": 0.19}, "allele_balance", "allele balance 0.19, outside 0.2 to 0.8"),
        ({"allele_balance": 0.81}, "allele_balance", "allele balance 0.81, outside 0.2 to 0.8"),
        ({"pos": 20_000}, "region", "in no candidate gene or region"),
        (
            {"info_frequency": 0.0123, "info_field": "AF"},
            "frequency",
            "0.0123 > 0.01 (autosomal_recessive_comp_het) in INFO/AF",
        ),
    ],
)
def test_a_rule_drops_with_its_words(genome, change, rule, words):
    assert verdict(genome, **change) == (rule, words)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"filter": "."},
        {"depth": 10},
        {"genotype_quality": 20.0},
        {"allele_balance": 0.2},
        {"allele_balance": 0.8},
        {"info_frequency": 0.001, "info_field": "AF"},
        {"zygosity": "homozygous", "allele_balance": 1.0},
        {"zygosity": "hemizygous", "allele_balance": 0.95},
        {"zygosity": "unknown", "genotype": "."},
        {"depth": None, "genotype_quality": None, "allele_balance": None, "info_frequency": None},
    ],
    ids=str,
)
def test_a_value_at_the_threshold_or_missing_passes(genome, change):
    assert verdict(genome, **change) == ("", "")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"chrom": "chrM", "allele_balance": 0.998}, ""),
        ({"chrom": "chrM", "allele_balance": 0.01}, ""),
        ({"chrom": "MT", "allele_balance": 0.9}, ""),
        ({"genotype": "1/.", "allele_balance": 1.0}, ""),
        ({"genotype": "1/.", "allele_balance": 1.0, "call_site": "chr1:500"}, "allele_balance"),
        ({"genotype": "0/0/0/1", "allele_balance": 0.1}, ""),
        ({"genotype": "0|1", "allele_balance": 0.95}, "allele_balance"),
        ({"chrom": "chrX", "pos": 108_441_001, "allele_balance": 28 / 30}, ""),
        ({"chrom": "X", "pos": 108_441_001, "allele_balance": 1.0}, ""),
        ({"chrom": "chrY", "pos": 7_000_000, "allele_balance": 0.95}, ""),
        ({"chrom": "chrX", "pos": 108_441_001, "allele_balance": 0.05}, "allele_balance"),
        ({"chrom": "chrX", "pos": 1_290_001, "allele_balance": 0.95}, "allele_balance"),
    ],
    ids=str,
)
def test_the_balance_is_asked_where_two_copies_are_called(change, rule):
    alleles = normalised(change).to_pandas(types_mapper={pa.string(): columns.TEXT}.get)
    alleles = alleles.assign(kind=variants_alleles.kinds(alleles, "GRCh38"), filter_exempted="")
    assert judge(alleles, CALL, THRESHOLDS).decisions["rule"].tolist() == [rule] * bool(rule)


def test_the_first_rule_that_an_allele_fails_is_its_reason(genome):
    faults = [
        {"zygosity": "absent"},
        {"filter": "q10"},
        {"depth": 1},
        {"genotype_quality": 1.0},
        {"allele_balance": 0.01},
        {"pos": 20_000},
        {"info_frequency": 0.5, "info_field": "AF"},
    ]
    rules = ["genotype", "filter", "depth", "genotype_quality", "allele_balance", "region", "frequency"]
    for number, rule in enumerate(rules):
        together = {key: value for fault in faults[number:] for key, value in fault.items()}
        assert verdict(genome, **together)[0] == rule
    assert verdict(genome) == ("", "")


@pytest.mark.parametrize(
    ("change", "numbers"),
    [
        ({"filter": "q10"}, (None, None, "filter.pass_filters")),
        ({"depth": 9}, (9, "10", "filter.min_depth")),
        ({"genotype_quality": 19.5}, (19.5, "20", "filter.min_genotype_quality")),
        ({"allele_balance": 0.1949}, (0.1949, "[0.2, 0.8]", "filter.het_allele_balance")),
        ({"pos": 20_000}, (None, None, None)),
        (
            {"info_frequency": 0.01234567, "info_field": "AF"},
            (0.01234567, "0.01", "filter.frequency.modes.autosomal_recessive_comp_het"),
        ),
    ],
)
def test_a_decision_has_the_value_compared_its_limit_and_the_key(genome, change, numbers):
    decisions = apply(genome, normalised(change)).decisions
    table = pa.Table.from_pandas(decisions[DECISIONS.names], DECISIONS.schema, preserve_index=False)
    (row,) = parquet.check(DECISIONS, table).to_pylist()
    assert tuple(row[name] for name in NUMBERS) == numbers


def test_a_filter_without_a_limit_is_switched_off(genome):
    assert verdict(genome, depth=3)[0] == "depth"
    off = THRESHOLDS.changed(min_depth=None)
    assert apply(genome, normalised({"depth": 3}), off).variants.num_rows == 1


def test_each_allele_either_goes_on_or_has_a_decision(genome):
    rows = [{"pos": 100 * n, "depth": n % 20, "genotype_quality": 10.0 * (n % 7)} for n in range(1, 140)]
    result = apply(genome, normalised(*rows))
    kept = set(result.variants["record"].to_pylist())
    gone = set(result.decisions["record"])
    assert kept
    assert gone
    assert not kept & gone
    assert kept | gone == set(range(1, 140))


def test_no_alleles_at_all(genome):
    result = apply(genome, normalised())
    assert (result.variants.num_rows, len(result.decisions)) == (0, 0)


def genes(genome: Genome, regions: list[Region], **change: object) -> list[str]:
    return apply(genome, normalised(change), places=Places(Regions(regions))).variants["genes"].to_pylist()


@pytest.mark.parametrize(
    ("pos", "ref", "inside"),
    [
        (100, "A", False),
        (101, "A", True),
        (200, "A", True),
        (201, "A", False),
        (98, "AAA", False),
        (98, "AAAA", True),  # a deletion that hangs over into the region
        (200, "AAAA", True),
        (1, "A" * 400, True),
    ],
)
def test_a_region_is_half_open_and_touched_by_any_base_of_ref(genome, pos, ref, inside):
    assert bool(genes(genome, [Region("chr1", 100, 200, "G")], pos=pos, ref=ref, alt="C")) is inside


def test_a_long_allele_is_found_behind_many_short_ones(genome):
    rows = [{"pos": n} for n in range(1, 60)] + [{"pos": 30, "ref": "A" * 500}]
    kept = apply(genome, normalised(*rows), places=Places(Regions([Region("chr1", 300, 310, "G")]))).variants
    assert kept["record"].to_pylist() == [60]


def test_an_allele_in_overlapping_genes_names_both_and_a_bed_region_none(genome):
    regions = [
        Region("chr1", 400, 600, "ZED"),
        Region("chr1", 450, 700, "ABE"),
        Region("chr2", 0, 9999, "TWO"),
    ]
    assert genes(genome, regions) == ["ABE,ZED"]
    assert genes(genome, [Region("chr1", 400, 600, "")]) == [""]
    assert genes(genome, [Region("chr2", 0, 9999, "TWO")]) == []


def test_a_bed_limits_where_the_alleles_of_genes_may_lie(genome):
    bed = Regions([Region("chr1", 0, 500, "")])
    result = apply(genome, normalised({"pos": 400}, {"pos": 600}), places=Places(EVERYWHERE, bed))
    assert result.variants["genes"].to_pylist() == ["GENE"]
    assert result.decisions[["record", "rule"]].to_numpy().tolist() == [[2, "region"]]


def test_the_region_of_a_gene_is_the_span_of_its_transcripts_with_the_flank():
    transcripts = [
        builders.transcript("ONE", [(1000, 1100), (1900, 2000)]),
        builders.transcript("ONE", [(1500, 1600), (2400, 2500)]),
        builders.transcript("TWO", [(5000, 6000)]),
        replace(builders.transcript("ONE", [(10, 20)]), chrom="chrY"),
    ]
    one = [Region("chr1", 900, 2600, "ONE"), Region("chrY", -90, 120, "ONE")]
    assert gene_regions(transcripts, ["ONE"], 100) == one
    assert gene_regions(transcripts, None, 100) == [*one, Region("chr1", 4900, 6100, "TWO")]
    assert gene_regions(transcripts, [], 100) == []


def test_a_bed_file_is_read_with_the_names_of_the_reference(tmp_path):
    bed = tmp_path / "in.bed"
    bed.write_text('track name="x"\n# note\nbrowser position\n1\t10\t20\tname\nchr2\t0\t5\nchrUn\t1\t2\n\n')
    found = bed_regions(bed, {"1": "chr1", "chr1": "chr1", "chr2": "chr2"})
    assert found == [Region("chr1", 10, 20, ""), Region("chr2", 0, 5, "")]


def sites_file(
    folder: Path, records: list[str], contigs: tuple[str, ...] = ("chr1", "chr2"), index: bool = True
) -> Path:
    plain = folder / "sites.vcf"
    lengths = dict.fromkeys(contigs, len(SEQUENCE))
    plain.write_text(builders.vcf_text(records, lengths, info=("AF", "AF_grpmax")))
    if not index:
        return plain
    return Path(pysam.tabix_index(str(plain), preset="vcf", force=True))


def base(pos: int) -> str:
    return SEQUENCE[pos - 1]


def other(pos: int) -> str:
    return "C" if base(pos) != "C" else "T"


def allele(pos: int, chrom: str = "chr1") -> dict[str, object]:
    return {"chrom": chrom, "pos": pos, "ref": base(pos), "alt": other(pos)}


def asking(path: Path, *fields: str, **change: object) -> Filter:
    """Thresholds that let every frequency pass, and a file of sites."""
    modes = ModeLimits(**dict.fromkeys(ModeLimits.model_fields, 1.0))
    given = {"max_af": 1.0, "modes": modes, "population_vcf": path, "population_fields": fields, **change}
    return THRESHOLDS.changed(frequency=THRESHOLDS.frequency.changed(**given))


BOTH = Places(Regions([Region(name, 0, 10_000, "G") for name in ("chr1", "chr2")]))


def frequencies(path: Path, genome: Genome, *rows: dict[str, object]) -> list[tuple[float | None, str]]:
    found = apply(genome, normalised(*rows), asking(path, "AF_grpmax", "AF"), BOTH).variants.to_pylist()
    return [(row["popmax_af"], row["frequency_source"]) for row in found]


@pytest.mark.parametrize("index", [True, False], ids=["indexed", "not indexed"])
@pytest.mark.parametrize("names", [("chr1", "chr2"), ("1", "2")], ids=["same names", "aliases"])
def test_a_frequency_is_found_in_the_sites_file(tmp_path, genome, index, names):
    records = [site(name, 50, base(50), f"{other(50)}", "AF_grpmax=0.25;AF=0.1") for name in names]
    path = sites_file(tmp_path, [*records, site(names[1], 60, base(60), other(60), "AF=0.5")], names, index)
    source = f"{path.name}/AF_grpmax"
    found = frequencies(path, genome, allele(50), allele(51), allele(50, "chr2"), allele(60, "chr2"))
    assert found == [(0.25, source), (None, "absent"), (0.25, source), (None, "absent")]


def test_an_indel_is_found_under_another_spelling(tmp_path, genome):
    # the run CATATATATATATG begins at 201; the same deletion at its left end and at its right end
    path = sites_file(
        tmp_path,
        [site("chr1", 209, "TAT", "T", "AF_grpmax=0.3"), site("chr1", 211, "T", "TA,TAT", "AF_grpmax=.,0.2")],
    )
    rows = [{"pos": 201, "ref": "CAT", "alt": "C"}, {"pos": 201, "ref": "C", "alt": "CAT"}]
    assert [frequency for frequency, _ in frequencies(path, genome, *rows)] == [0.3, 0.2]


def test_the_highest_of_info_and_sites_counts(tmp_path, genome):
    path = sites_file(tmp_path, [site("chr1", 50, base(50), other(50), "AF_grpmax=0.2")])
    infos = [0.1, 0.2, 0.3, None]
    rows = [{**allele(50), "info_frequency": f, "info_field": "AF" if f else None} for f in infos]
    names = [f"{path.name}/AF_grpmax", "INFO/AF", "INFO/AF", f"{path.name}/AF_grpmax"]
    assert [frequencies(path, genome, row)[0] for row in rows] == list(
        zip([0.2, 0.2, 0.3, 0.2], names, strict=True)
    )


def test_a_site_that_occurs_twice_counts_with_its_highest_frequency(tmp_path, genome):
    twice = [site("chr1", 50, base(50), other(50), f"AF_grpmax={f}") for f in (0.1, 0.4)]
    assert frequencies(sites_file(tmp_path, twice), genome, allele(50))[0][0] == 0.4


def test_sites_that_no_one_can_spell_are_passed_over(tmp_path, genome):
    awkward = [
        site("chr1", 50, base(50), "<DEL>", "AF_grpmax=0.9"),
        site("chr1", 51, other(51), base(51), "AF_grpmax=0.9"),
    ]
    path = sites_file(tmp_path, [*awkward, site("chr1", 52, base(52), other(52), "AF_grpmax=0.2")])
    found = frequencies(path, genome, allele(50), allele(51), allele(52))
    assert [frequency for frequency, _ in found] == [None, None, 0.2]


def test_only_unusable_sites_around_an_allele(tmp_path, genome):
    path = sites_file(tmp_path, [site("chr1", 50, base(50), "<DEL>", "AF_grpmax=0.9")])
    assert frequencies(path, genome, allele(50)) == [(None, "absent")]


def test_alleles_on_contigs_that_the_sites_file_lacks(tmp_path, genome):
    path = sites_file(tmp_path, [site("chr2", 50, base(50), other(50), "AF_grpmax=0.9")], ("chr2",))
    assert frequencies(path, genome, allele(50)) == [(None, "not covered")]


@pytest.mark.parametrize("index", [True, False], ids=["indexed", "not indexed"])
def test_bug_a_sites_file_without_contig_lines_is_still_searched(tmp_path, genome, index):
    path = sites_file(tmp_path, [site("1", 50, base(50), other(50), "AF_grpmax=0.9")], (), index)
    assert frequencies(path, genome, allele(50))[0][0] == 0.9


def test_a_sites_file_without_any_of_the_fields_is_refused(tmp_path, genome):
    path = sites_file(tmp_path, [site("chr1", 50, "A", "C")])
    with pytest.raises(
        VariantFileError, match=r"sites\.vcf\.gz: declares none of the INFO fields POPMAX, FAF"
    ):
        fields_of(path, ("POPMAX", "FAF"))


def test_stretches_to_search_are_merged():
    rows = pd.DataFrame(
        {"chrom": ["chr1", "chr1", "chr1", "chrX"], "pos": [1000, 1, 1300, 5], "ref": ["A"] * 4}
    )
    found = known_sites.stretches(rows, {"chr1": "1"})
    assert found == [("1", 1, 202), ("1", 800, 1501)]
