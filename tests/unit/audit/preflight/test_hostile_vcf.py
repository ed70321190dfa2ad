"""Damaged and odd VCF files, and contigs of the other build in any file: read, or refused before any work."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from landfall.audit.preflight import run
from landfall.variants import site_fields, vcf_header
from landfall.variants import vcf as variants_vcf
from tests.unit.audit.preflight.deep_check import deep_check
from tests.unit.audit.preflight.hostile import bgzip_bytes, whole_check
from tests.unit.audit.preflight.input_case import bgzip, case, deep, edit, gtf, quick, vcf  # noqa: F401 (case: a fixture)

pytestmark = pytest.mark.usefixtures("case")

VCF_FAULT = "samples.tsv: line 2: sample demo: vcf: patient.vcf.gz: "
MORE = "\t20\t.\tT\tC\t50\tPASS\tAF=0.1\tGT\t0/1\n"


def patient(text: str | bytes) -> Callable[[], object]:
    raw = text if isinstance(text, bytes) else text.encode()
    return lambda: bgzip_bytes(Path("patient.vcf.gz"), raw)


UNREADABLE_VCF: dict[str, tuple[str | bytes, str]] = {
    "a record with too few columns": (
        vcf() + "chr1\t20\t.\tT\n",
        "line 8: the record has 4 columns, the header names 10",
    ),
    "a record with too many": (
        vcf() + "chr1" + MORE.rstrip() + "\t0/1\n",
        "line 8: the record has 11 columns, the header names 10",
    ),
    "a record split by blanks": (
        vcf() + "chr1 20 . T C 50 PASS AF=0.1 GT 0/1\n",
        "line 8: the record has 1 column, ",
    ),
    "a fault behind blank lines": (vcf() + "\n\nchr1\t20\n", "line 10: the record has 2 columns"),
    "two files put together": (
        vcf() + vcf(),
        "line 8: a header line among the records; join VCF files by bcftools",
    ),
    "a hole of a broken copy": (vcf() + "\0" * 100, "line 8: holds NUL bytes"),
    "no position in any record": (
        vcf().replace("\t10\t", "\tabc\t"),
        "line 6: POS is 'abc', and none of the first 2 records has a position",
    ),
    "a sample named twice": (
        vcf(samples="demo demo"),
        "line 5: sample demo is named twice, in columns 10 and 11",
    ),
    "another sample named twice": (
        vcf(samples="demo DAD DAD"),
        "line 5: sample DAD is named twice, in columns 11 and 12",
    ),
    "a sample without a name": (
        vcf(samples="demo DAD").replace("\tDAD", "\t"),
        "line 5: column 11, of a sample, has no name",
    ),
    "a sample of blanks": (
        vcf(samples="demo DAD").replace("\tDAD", "\t  "),
        "line 5: column 11, of a sample, has no name",
    ),
    "no FORMAT": (
        vcf(samples="demo").replace("\tFORMAT", ""),
        "line 5: column 9 is 'demo', where a VCF has FORMAT",
    ),
    "columns in another order": (
        vcf().replace("FILTER\tINFO", "INFO\tFILTER"),
        "line 5: column 7 is 'INFO', where a VCF has FILTER",
    ),
    "a byte order mark": (b"\xef\xbb\xbf" + vcf().encode(), "begins with a byte order mark"),
    "UTF-16": (vcf().encode("utf-16"), "is text in UTF-16: save it as UTF-8"),
    "a header split by blanks": (
        vcf().replace("\tPOS\t", " POS "),
        "has no '#CHROM' line with its eight tab-separated columns",
    ),
}


@pytest.mark.parametrize(("text", "expected"), UNREADABLE_VCF.values(), ids=UNREADABLE_VCF)
def test_a_vcf_that_cannot_be_read_is_told_with_its_line_while_the_run_is_planned(
    text: str | bytes, expected: str
) -> None:
    patient(text)()
    (fault,) = quick()
    assert fault.startswith(VCF_FAULT + expected), fault


READABLE_VCF: dict[str, str | bytes] = {
    "blank lines among the records": vcf().replace("\nchr", "\n\n  \nchr"),
    "blank lines at the end": vcf() + "\n\n",
    "a blank line in the header": vcf().replace("##INFO", "\n##INFO"),
    "lines of Windows": vcf().replace("\n", "\r\n"),
    "Latin-1 in the header": vcf().replace("frequency", "fr\xe9quence").encode("latin-1"),
    "Latin-1 in a contig's name": vcf()
    .replace("##INFO", "##contig=<ID=caf\xe9>\n##INFO", 1)
    .encode("latin-1"),
    "Latin-1 in an INFO name": vcf()
    .replace("##INFO", '##INFO=<ID=fr\xe9q,Number=A,Type=Float,Description="x">\n##INFO', 1)
    .encode("latin-1"),
    "Latin-1 in ID": vcf().replace("\t10\t.\t", "\t10\tr\xe9s\t").encode("latin-1"),
    "one position that is none": vcf().replace("chr2\t10\t", "chr2\tabc\t"),
    "a quality of the wrong type": vcf().replace("GT\t0/1", "GT:GQ\t0/1:62.5"),
    "a contig and a field declared twice": vcf().replace(
        "##INFO",
        '##contig=<ID=chr1,length=3000>\n##INFO=<ID=AF,Number=A,Type=Float,Description="again">\n##INFO',
        1,
    ),
}


@pytest.mark.parametrize("text", READABLE_VCF.values(), ids=READABLE_VCF)
def test_what_is_odd_in_a_vcf_and_can_be_read_passes(text: str | bytes) -> None:
    patient(text)()
    whole_check()


def test_a_fault_behind_the_first_megabyte_is_found_when_the_run_starts() -> None:
    record = "chr1" + MORE
    patient(vcf() + record * 60_000 + "chr1\t20\n" + record)()
    run.load("config.yaml")
    (fault,) = deep()
    assert fault.startswith(VCF_FAULT + "line 60008: the record has 2 columns, the header names 10")


def test_one_bad_patient_is_named_beside_a_sound_one() -> None:
    bgzip(Path("other.vcf.gz"), vcf() + "chr1\t20\n")
    edit("samples.tsv", "\ndemo", "\nother\tother.vcf.gz\ndemo")
    (fault,) = quick()
    assert fault.startswith("samples.tsv: line 2: sample other: vcf: other.vcf.gz: line 8: the record has 2")


@pytest.mark.parametrize("name", ["ID", "INFO", "POS", "FORMAT", "logs", "weights", "CHROM"])
def test_a_patient_may_be_named_like_a_column(name: str) -> None:
    patient(vcf(samples=name))()
    Path("family.ped").write_text(f"F\t{name}\t0\t0\t1\t2\n")
    edit("samples.tsv", "demo", name)
    (found,) = deep_check(*run.load("config.yaml"))
    assert (found.vcf_sample, found.proband) == (name, name)


@pytest.mark.parametrize("name", ["blank.vcf", "int_gqfloat_solo.vcf"])
@pytest.mark.shared_data
def test_odd_files_of_the_field_pass_the_check(shared_data: Path, name: str) -> None:
    loci_case(shared_data, shared_data / "field_cases" / name)
    whole_check()


@pytest.mark.shared_data
def test_a_sample_that_stands_twice_in_a_file_of_the_field_is_told(shared_data: Path) -> None:
    loci_case(shared_data, shared_data / "field_cases" / "dupname.vcf")
    (fault,) = quick()
    assert "dupname.vcf: line 32: sample kid is named twice, in columns 10 and 11" in fault


@pytest.mark.parametrize("place", ["population_vcf", "cohort_vcf"])
@pytest.mark.shared_data
def test_plain_gzip_of_the_field_is_refused_for_frequencies(shared_data: Path, place: str) -> None:
    loci_case(shared_data, shared_data / "field_cases" / "blank.vcf")
    sites = shared_data / "field_cases" / "freq" / "plain_gzip.vcf.gz"
    frequency = f"filter: {{frequency: {{{place}: {sites}, cohort_fields: [AF]}}}}\n"
    edit("config.yaml", "models:", f"{frequency}models:")
    (fault,) = deep()
    assert f"filter.frequency.{place}: {sites}: compressed by gzip instead of bgzip" in fault


def loci_case(shared: Path, patient_vcf: Path) -> None:
    """A case on the shared loci of GRCh38 whose only patient is ``kid``."""
    loci = shared / "loci"
    Path("samples.tsv").write_text(f"sample\tvcf\nkid\t{patient_vcf}\n")
    Path("config.yaml").write_text(
        f"samples: samples.tsv\ngenome: {{build: GRCh38, fasta: {loci / 'GRCh38.fa.gz'}, "
        f"annotation: {loci / 'genes.GRCh38.gtf.gz'}}}\n"
        "models:\n  - name: spliceai\nlicences: {accepted: [spliceai]}\n"
    )


GZIPPED: dict[str, tuple[str, Callable[[], object]]] = {
    "filter.frequency.population_vcf": ("sites.vcf.gz", lambda: None),
    "filter.frequency.cohort_vcf": (
        "cohort.vcf.gz",
        lambda: edit("config.yaml", "    sites:", "    cohort: cohort.vcf.gz\n    sites:"),
    ),
    "filter.blacklist": (
        "black.vcf.gz",
        lambda: edit("config.yaml", "filter:\n", "filter:\n  blacklist: black.vcf.gz\n"),
    ),
    "evidence.clinvar": (
        "clinvar.vcf.gz",
        lambda: edit("config.yaml", "models:", "evidence: {clinvar: clinvar.vcf.gz}\nmodels:"),
    ),
}


@pytest.mark.parametrize(("key", "name", "configure"), [(k, *v) for k, v in GZIPPED.items()], ids=GZIPPED)
def test_known_alleles_under_plain_gzip_are_refused_with_the_remedy(
    key: str, name: str, configure: Callable[[], object]
) -> None:
    configure()
    Path(name).write_bytes(gzip.compress(vcf(samples="").encode()))
    (fault,) = deep()
    assert key in fault
    assert f": {name}: compressed by gzip instead of bgzip" in fault
    assert fault.endswith(f"run tabix -p vcf {name}")


@pytest.mark.parametrize("spoil", ["chr1\t20\n", "##x\n"])
def test_a_record_of_known_alleles_that_cannot_be_read_is_told_with_its_line(spoil: str) -> None:
    bgzip(Path("sites.vcf.gz"), vcf(samples="") + spoil)
    (fault,) = deep()
    assert fault.startswith(
        "config.yaml: line 9: filter.frequency.sites (now filter.frequency.population_vcf): sites.vcf.gz: line 8: "
    )


OTHER_BUILD = {"GRCh38": ("NC_000011.9", "GRCh37"), "GRCh37": ("NC_000011.10", "GRCh38")}
FOREIGN: dict[str, Callable[[str], object]] = {
    "vcf: patient.vcf.gz": lambda name: bgzip(Path("patient.vcf.gz"), vcf({name: 3000})),
    "vcf: patient.vcf.gz (not declared)": lambda name: bgzip(
        Path("patient.vcf.gz"), vcf({name: 3000}, declare=False)
    ),
    "filter.frequency.population_vcf": lambda name: bgzip(
        Path("sites.vcf.gz"), vcf({name: 3000}, samples="", declare=False)
    ),
    "filter.frequency.cohort_vcf": lambda name: (
        edit("config.yaml", "    sites:", "    cohort: cohort.vcf.gz\n    sites:"),
        bgzip(Path("cohort.vcf.gz"), vcf({name: 3000}, samples="", declare=False)),
    ),
    "evidence.clinvar": lambda name: (
        edit("config.yaml", "models:", "evidence: {clinvar: clinvar.vcf.gz}\nmodels:"),
        bgzip(Path("clinvar.vcf.gz"), vcf({name: 3000}, samples="", info="CLNSIG", declare=False)),
    ),
    "regions: regions.bed": lambda name: Path("regions.bed").write_text(f"chr11\t0\t9\n{name}\t0\t9\n"),
    "filter.exclude": lambda name: (
        edit("config.yaml", "filter:\n", "filter:\n  exclude: [ex.bed]\n"),
        Path("ex.bed").write_text(f"{name}\t0\t9\n"),
    ),
    "genome.annotation": lambda name: Path("genes.gtf").write_text(gtf(contig=name)),
    "genome.annotation (in part)": lambda name: Path("genes.gtf").write_text(
        gtf(contig="chr11") + gtf("OTHER", name).replace('"T1.1"', '"T2.1"')
    ),
    "genome.fasta": lambda name: bgzip(Path("genome.fa.gz"), f">chr11\nACGT\n>{name}\n{'ACGT' * 750}\n"),
}


@pytest.mark.parametrize("build", OTHER_BUILD)
@pytest.mark.parametrize(("place", "damage"), FOREIGN.items(), ids=FOREIGN)
def test_an_accession_of_the_other_build_is_refused_in_every_file(
    build: str, place: str, damage: Callable[[str], object]
) -> None:
    bgzip(Path("genome.fa.gz"), f">chr11\n{'ACGT' * 750}\n")
    bgzip(Path("patient.vcf.gz"), vcf({"chr11": 3000}))
    bgzip(Path("sites.vcf.gz"), vcf({"chr11": 3000}, samples=""))
    Path("genes.gtf").write_text(gtf(contig="chr11"))
    Path("regions.bed").write_text("chr11\t0\t9\n")
    edit("config.yaml", "synthetic", build)
    whole_check()
    name, other = OTHER_BUILD[build]
    for index in Path().glob("genome.fa.gz.*"):
        index.unlink()
    damage(name)
    found = deep()
    expected = f"{name} is a contig of {other}, the reference is {build}; use the file of {build}"
    assert any(place.split(" (")[0] in fault and expected in fault for fault in found), found


def test_a_gene_with_a_comma_in_its_name_is_refused_with_its_annotation() -> None:
    Path("genes.gtf").write_text(gtf() + gtf("A,B").replace("T1.1", "T2.1"))
    (fault,) = deep()
    assert "line 5: genome.annotation: genes.gtf: has gene names with a comma" in fault
    assert "A,B" in fault


@pytest.mark.parametrize("gene", ["A;B", "A=B", "A:B(C)", "A-B.1"])
def test_other_odd_names_of_genes_are_read(gene: str) -> None:
    Path("genes.gtf").write_text(gtf() + gtf(gene).replace("T1.1", "T2.1"))
    whole_check()


def test_names_of_genes_are_escaped_in_info() -> None:
    assert site_fields.escaped("A;B,C=D%E F") == "A%3BB%2CC%3DD%25E%20F"
    assert site_fields.escaped("HLA-DRB1|x", "|") == "HLA-DRB1%7Cx"
    assert site_fields.escaped("ENSG00000123456.7:x-y_z") == "ENSG00000123456.7:x-y_z"


def test_a_patient_with_a_latin1_name_is_found_in_the_header() -> None:
    """The header and the records are read by one rule, or the name would be found in only one of them."""
    Path("fr.vcf").write_bytes(vcf(samples="Andr\xe9").encode("latin-1"))
    assert vcf_header.vcf_header(Path("fr.vcf")).samples == ("Andr\xe9",)
    (block,) = variants_vcf.read_records(Path("fr.vcf"), "Andr\xe9")
    assert set(block["call"]) == {"0/1"}
