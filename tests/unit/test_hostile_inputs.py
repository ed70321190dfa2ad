"""Damaged, hostile and foreign inputs: each is read, or refused before any work with its file and line."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pysam
import pytest
from test_inputs import add, bgzip, case, deep, edit, gtf, packet, quick, vcf  # noqa: F401 (case: a fixture)

from landfall import annotated, inputs, tables, textfile

pytestmark = pytest.mark.usefixtures("case")

VCF_FAULT = "samples.tsv: line 2: sample demo: vcf: patient.vcf.gz: "
MORE = "\t20\t.\tT\tC\t50\tPASS\tAF=0.1\tGT\t0/1\n"


def whole_check() -> None:
    inputs.deep_check(*inputs.load("config.yaml"))


def patient(text: str | bytes) -> Callable[[], object]:
    raw = text if isinstance(text, bytes) else text.encode()
    return lambda: _bgzip_bytes(Path("patient.vcf.gz"), raw)


def _bgzip_bytes(path: Path, raw: bytes) -> None:
    with pysam.BGZFile(str(path), "wb", None) as handle:
        handle.write(raw)


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
        "line 6: POS is 'abc', and none of the 2 records looked at has a position",
    ),
    "a sample named twice": (
        vcf(samples="demo demo"),
        "line 5: sample demo stands twice, in columns 10 and 11",
    ),
    "another sample named twice": (
        vcf(samples="demo DAD DAD"),
        "line 5: sample DAD stands twice, in columns 11 and 12",
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
    "a header split by blanks": (
        vcf().replace("\tPOS\t", " POS "),
        "has no '#CHROM' line with its eight columns",
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
    inputs.load("config.yaml")
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
    (found,) = inputs.deep_check(*inputs.load("config.yaml"))
    assert (found.vcf_sample, found.proband) == (name, name)


@pytest.mark.parametrize("name", ["blank.vcf", "int_gqfloat_solo.vcf"])
@pytest.mark.shared
def test_odd_files_of_the_field_pass_the_check(shared_data: Path, name: str) -> None:
    loci_case(shared_data, shared_data / "field_cases" / name)
    whole_check()


@pytest.mark.shared
def test_a_sample_that_stands_twice_in_a_file_of_the_field_is_told(shared_data: Path) -> None:
    loci_case(shared_data, shared_data / "field_cases" / "dupname.vcf")
    (fault,) = quick()
    assert "dupname.vcf: line 32: sample kid stands twice, in columns 10 and 11" in fault


@pytest.mark.parametrize("place", ["sites", "cohort"])
@pytest.mark.shared
def test_plain_gzip_of_the_field_is_refused_for_frequencies(shared_data: Path, place: str) -> None:
    loci_case(shared_data, shared_data / "field_cases" / "blank.vcf")
    sites = shared_data / "field_cases" / "freq" / "plain_gzip.vcf.gz"
    frequency = f"filter: {{frequency: {{{place}: {sites}, cohort_fields: [AF]}}}}\n"
    edit("config.yaml", "models:", f"{frequency}models:")
    (fault,) = deep()
    assert f"filter.frequency.{place}: {sites}: compressed by gzip, and not by bgzip" in fault


def loci_case(shared: Path, patient_vcf: Path) -> None:
    """A case on the shared loci of GRCh38 whose only patient is ``kid``."""
    loci = shared / "loci"
    Path("samples.tsv").write_text(f"sample\tvcf\nkid\t{patient_vcf}\n")
    Path("config.yaml").write_text(
        f"samples: samples.tsv\ngenome: {{build: GRCh38, fasta: {loci / 'GRCh38.fa.gz'}, "
        f"annotation: {loci / 'genes.GRCh38.gtf.gz'}}}\n"
        "models:\n  - name: spliceai\nlicences: {accept: [spliceai]}\n"
    )


GZIPPED: dict[str, tuple[str, Callable[[], object]]] = {
    "filter.frequency.sites": ("sites.vcf.gz", lambda: None),
    "filter.frequency.cohort": (
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
    assert f"{key}: {name}: compressed by gzip, and not by bgzip" in fault
    assert fault.endswith(f"run tabix -p vcf {name}")


OTHER_BUILD = {"GRCh38": ("NC_000011.9", "GRCh37"), "GRCh37": ("NC_000011.10", "GRCh38")}
FOREIGN: dict[str, Callable[[str], object]] = {
    "vcf: patient.vcf.gz": lambda name: bgzip(Path("patient.vcf.gz"), vcf({name: 3000})),
    "vcf: patient.vcf.gz (not declared)": lambda name: bgzip(
        Path("patient.vcf.gz"), vcf({name: 3000}, declare=False)
    ),
    "filter.frequency.sites": lambda name: bgzip(
        Path("sites.vcf.gz"), vcf({name: 3000}, samples="", declare=False)
    ),
    "filter.frequency.cohort": lambda name: (
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
    expected = f"{name} is a contig of {other}, the reference is {build}; give the file of {build}"
    assert any(place.split(" (")[0] in fault and expected in fault for fault in found), found


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
    ("store",): "store: {}\n",
    ("maxentscan",): "maxentscan: {}\n",
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
        fault.startswith(f"config.yaml: line {last}: ") and (".".join(key) in fault or "letters" in fault)
        for fault in quick()
    )


@pytest.mark.parametrize("name", ["results", "work", "resources", "store"])
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
    (found,) = inputs.deep_check(*inputs.load("config.yaml"))
    assert found.genes is not None
    assert set(genes) <= set(found.genes)


ODD_TEXT: dict[str, bytes] = {
    "a byte order mark": b"\xef\xbb\xbf",
    "nothing odd": b"",
}
TEXT_FILES = ("family.ped", "regions.bed", "panel.txt", "samples.tsv")


@pytest.mark.parametrize("mark", ODD_TEXT.values(), ids=ODD_TEXT)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_end_of_a_line_and_a_byte_order_mark_are_read(mark: bytes, end: bytes) -> None:
    for name in TEXT_FILES:
        path = Path(name)
        path.write_bytes(mark + path.read_bytes().replace(b"\n", end))
    (found,) = inputs.deep_check(*inputs.load("config.yaml"))
    assert (found.proband, found.genes) == ("KID", ("DMD",))


@pytest.mark.parametrize("name", TEXT_FILES)
@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"# caf\xe9\n", "the byte 0xe9 is no UTF-8; save the file as plain text (UTF-8)"),
        (b"# \xff\xfe\n", "the byte 0xff is no UTF-8"),
        (b"# \0\n", "holds a NUL byte, so it is no plain text"),
    ],
)
def test_bytes_that_are_no_text_are_told_with_their_line(name: str, raw: bytes, words: str) -> None:
    with Path(name).open("ab") as handle:
        handle.write(raw)
    line = Path(name).read_bytes().count(b"\n")
    assert any(f"{name}: line {line}: {words}" in fault for fault in deep())


@pytest.mark.parametrize("name", ["family.ped", "regions.bed", "panel.txt"])
def test_a_sheet_saved_as_utf_16_is_told(name: str) -> None:
    Path(name).write_text(Path(name).read_text(), encoding="utf-16")
    assert any(f"{name}: line 1: the byte 0xff is no UTF-8" in fault for fault in deep())


@pytest.mark.parametrize(
    "name", ["family.ped", "regions.bed", "panel.txt", "p.json", "panel.tsv", "samples.tsv"]
)
def test_a_small_gzip_that_unpacks_to_gigabytes_is_not_read_on(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textfile, "LONGEST_LINE", 1 << 20)
    if name in ("p.json", "panel.tsv"):
        add("phenopacket" if name == "p.json" else "panel", name, "x")
    with gzip.open(name, "wb", compresslevel=1) as handle:
        for _ in range(64):
            handle.write(b" " * (1 << 20))
    started = time.monotonic()
    assert any(f"{name}: line 1: is longer than 1,048,576 letters" in fault for fault in deep())
    assert time.monotonic() - started < 20


def test_many_short_lines_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("panel.txt").write_text("# x\n" * 300)
    assert len(list(textfile.lines(Path("panel.txt"), "gene list"))) == 300
    monkeypatch.setattr(textfile, "MOST", 1000)
    with pytest.raises(inputs.InputErrors, match="line 251: holds more than 1,000 letters"):
        list(textfile.lines(Path("panel.txt"), "gene list", textfile.MOST))


JSON_FAULTS = {
    "a number of thousands of digits": (
        '{"id": "x",\n "subject": ' + "1" * 5000 + "}",
        "line 2: has a number of 5,000 digits",
    ),
    "nested lists": ('{"id":\n' + "[" * 10000 + "]" * 10000 + "}", "line 2: is nested more than 90 deep"),
    "nested objects": ('{"a":' * 10000 + "1" + "}" * 10000, "line 1: is nested more than 90 deep"),
    "nothing closed": ("[" * 10000, "line 1: is nested more than 90 deep"),
    "subject of another type": ('{"subject": 5}', "is no phenopacket of version 2"),
    "subject a list": ('{"subject": [{}]}', "is no phenopacket of version 2"),
    "features an object": ('{"phenotypicFeatures": {"a": 1}}', "is no phenopacket of version 2"),
    "features of texts": ('{"phenotypicFeatures": ["HP:0003323"]}', "is no phenopacket of version 2"),
    "metaData a list": ('{"metaData": [], "subject": 3}', "(schema version not stated)"),
    "a proband of another type": ('{"proband": 5}', "is no phenopacket of version 2"),
    "an infinite age": ('{"subject": {"id": Infinity}}', "is no phenopacket of version 2"),
    "half a text": ('{"id": "x', "is no JSON"),
    "nothing": ("null", "holds no object"),
    "a huge sex": ('{"subject": {"id": "a", "sex": 99999999999}}', "is no phenopacket of version 2"),
}


@pytest.mark.parametrize(("text", "words"), JSON_FAULTS.values(), ids=JSON_FAULTS)
def test_a_hostile_phenopacket_is_told(text: str, words: str) -> None:
    add("phenopacket", "p.json", text)
    (fault,) = quick()
    assert fault.startswith("p.json: ")
    assert words in fault


def test_brackets_within_a_text_of_a_phenopacket_are_no_nesting() -> None:
    add("phenopacket", "p.json", packet().replace('"x"', '"' + "[{" * 500 + '\\"[' + "1" * 500 + '"'))
    inputs.load("config.yaml")


def published(name: str, raw: bytes) -> None:
    Path(name).write_bytes(raw)
    if name == "maxent.npz":
        edit("config.yaml", "filter:\n", "maxentscan: maxent.npz\nfilter:\n")
    else:
        Path("deepsea_predict.pth").write_bytes(b"any")
        models = (
            f"regulation: {{models: [{{name: deepsea, weights: deepsea_predict.pth, e_values: {name}}}]}}\n"
        )
        edit("config.yaml", "filter:\n", f"{models}filter:\n")


def archive(**arrays: object) -> bytes:
    np.savez("whole.npz", **arrays)  # type: ignore[arg-type]
    return Path("whole.npz").read_bytes()


SPOILT = ["half", "a byte short", "its start", "a start alone", "a letter"]
SPOILT += ["no arrays", "objects", "numbers", "texts", "not a number"]


@pytest.mark.parametrize("name", ["maxent.npz", "e_values.npz"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[:-1],
        lambda raw: raw[:30],
        lambda raw: b"PK\x03\x04" + raw[4:200],
        lambda _: b"x",
        lambda raw: raw.replace(b"NUMPY", b"NUMPX"),
        lambda raw: raw.replace(b"<f8", b"|O8"),
        lambda _: archive(x=1.0, y=2.0, score5=3.0),
        lambda _: archive(x=[["a"]], y=["b"], score5=["c"]),
        lambda _: archive(x=[[np.nan, 1.0]], y=[0.5, 1.0], score5=np.full(4**7, np.nan)),
    ],
    ids=SPOILT,
)
def test_published_tables_that_are_damaged_are_refused(name: str, spoil: Callable[[bytes], bytes]) -> None:
    published(name, spoil(archive(x=[[0.0, 1.0]], y=[0.5, 1.0], score5=np.ones(4**7))))
    key = "maxentscan: " if name == "maxent.npz" else "regulation.models[0].e_values: "
    (fault,) = deep()
    assert f"{key}{name}: " in fault


def test_a_small_npz_that_unpacks_to_gigabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landfall.models.archive.MOST_BYTES", 10_000)
    np.savez_compressed("bomb.npz", x=np.zeros((1, 100_000)), y=np.zeros(100_000))
    published("e_values.npz", Path("bomb.npz").read_bytes())
    assert "it unpacks to 1,600," in deep()[0]


def earlier(record: object, parquet: Callable[[Path], object] | None = None) -> None:
    """An earlier result in the folder ``old``, named in the sheet."""
    Path("old").mkdir()
    Path("old/provenance.json").write_text(record if isinstance(record, str) else json.dumps(record))
    tables.write(
        tables.PRIORITISED, tables.from_rows(tables.PRIORITISED, []), Path("old/prioritised.parquet")
    )
    tables.write(tables.LEDGER, tables.from_rows(tables.LEDGER, []), Path("old/ledger.parquet"))
    if parquet:
        parquet(Path("old"))
    header, row = Path("samples.tsv").read_text().splitlines()
    Path("samples.tsv").write_text(f"{header}\tprevious\n{row}\told\n")


RECORD = {
    "created": "2026-01-01 10:00 UTC",
    "version": "1",
    "settings": {},
    "inputs": [],
    "models": [],
    "software": {},
}
RECORDS = {
    "empty object": {},
    "list": [],
    "number": 3,
    "null": None,
    "another program's": {"tool": "x", "version": 2},
    "inputs of texts": {**RECORD, "inputs": ["a"]},
    "models of texts": {**RECORD, "models": ["spliceai"]},
    "settings a list": {**RECORD, "settings": []},
    "no JSON": "{",
    "nested": "[" * 10000,
    "Latin-1": '{"created": "\udce9"}',
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_an_earlier_result_of_another_program_is_refused(record: object) -> None:
    earlier(record if not isinstance(record, str) else "{}")
    if isinstance(record, str):
        Path("old/provenance.json").write_bytes(record.encode("utf-8", "surrogateescape"))
    (fault,) = deep()
    assert fault.startswith("samples.tsv: line 2: sample demo: previous: old: ")
    assert "record of a run" in fault
    assert fault.endswith("give the folder results/<sample> of a finished run of landfall")


def test_a_sound_earlier_result_passes() -> None:
    earlier(RECORD)
    whole_check()


@pytest.mark.parametrize("name", ["prioritised.parquet", "ledger.parquet"])
@pytest.mark.parametrize("kind", ["half", "foreign", "text"])
def test_tables_of_an_earlier_result_that_are_damaged_or_foreign_are_refused(name: str, kind: str) -> None:
    def spoil(folder: Path) -> None:
        path = folder / name
        if kind == "half":
            os.truncate(path, path.stat().st_size // 2)
        elif kind == "text":
            path.write_text("chrom\tpos\n")
        else:
            pq.write_table(pa.table({"a": [1]}), path)

    earlier(RECORD, spoil)
    (fault,) = deep()
    assert fault.startswith("samples.tsv: line 2: sample demo: previous: old: ")


@pytest.mark.parametrize("kind", ["half", "foreign", "text", "empty", "another table"])
def test_a_foreign_or_half_file_of_the_store_is_refused(kind: str) -> None:
    edit("config.yaml", "filter:\n", "store: kept\nfilter:\n")
    path = Path("kept/spliceai/0123456789abcdef/x.parquet")
    path.parent.mkdir(parents=True)
    tables.write(tables.STORED, tables.from_rows(tables.STORED, []), path)
    whole_check()
    if kind == "half":
        os.truncate(path, path.stat().st_size // 2)
    elif kind in ("text", "empty"):
        path.write_text("score\n" * (kind == "text"))
    elif kind == "foreign":
        pq.write_table(pa.table({"key": ["a"], "b": [2]}), path)
    else:
        tables.write(tables.LEDGER, tables.from_rows(tables.LEDGER, []), path)
    (fault,) = deep()
    assert fault.startswith(f"{path}: ")
    assert (
        "holds no scores of spliceai" if kind in ("foreign", "another table") else "is damaged; delete it"
    ) in fault


CONFIG_FAULTS: dict[str, tuple[str, str]] = {
    "not a number": (
        "filter: {min_depth: .nan}",
        "line 1: filter.min_depth: expected a whole number, found NaN",
    ),
    "no number for a share": (
        "prioritise:\n  flag_delta: .NaN",
        "line 2: prioritise.flag_delta: expected a number, found NaN",
    ),
    "infinity": (
        "prioritise: {flag_delta: .inf}",
        "line 1: prioritise.flag_delta: expected a number, found Infinity",
    ),
    "minus infinity": (
        "filter: {min_genotype_quality: -.inf}",
        "line 1: filter.min_genotype_quality: expected a number",
    ),
    "too large for a number": (
        "filter: {min_genotype_quality: 1.0e+400}",
        "line 1: filter.min_genotype_quality: expected",
    ),
    "a number that is none in a list": (
        "filter:\n  heterozygous_balance: [.nan, 0.8]",
        "line 2: filter.heterozygous_balance[0]",
    ),
    "forty digits": (
        "filter: {min_depth: 1" + "0" * 40 + "}",
        "line 1: filter.min_depth: expected a whole number",
    ),
    "five thousand digits": (
        "filter:\n  min_depth: " + "1" * 5000,
        "line 2: holds a value of more than 4200 letters",
    ),
    "a truth value as a number": (
        "filter: {min_depth: true}",
        "line 1: filter.min_depth: expected a whole number",
    ),
    "a number as a key": ("filter:\n  5: 3", "line 2: filter.5: no such setting"),
    "a number as a section": ("5: 3", "line 1: 5: no such setting"),
    "a fraction as a key": ("filter:\n  1.5: 3", "line 2: filter.1.5: no such setting"),
    "a truth value as a key": ("yes: 1", "line 1: True: no such setting"),
    "nothing as a key": ("filter:\n  ~: 3", "line 2: filter.None: no such setting"),
    "a date as a key": ("filter:\n  2020-01-01: 3", "line 2: filter.2020-01-01: no such setting"),
    "a list as a key": ("? [a, b]\n: 3", "line 1: not valid YAML: found unhashable key"),
    "nested lists": ("a:\n  " + "[" * 10000 + "]" * 10000, "line 2: nested more than 20 deep"),
    "nested sections": ("a: " + "{a: " * 5000 + "1" + "}" * 5000, "line 1: nested more than 20 deep"),
    "a list that holds itself": ("a: &a [*a]", "line 1: the alias *a is not read; write the value out"),
    "merged sections": ("x: &x {a: 1}\nfilter:\n  <<: *x", "line 3: the alias *x is not read"),
    "a key given twice": ("filter: {}\nfilter: {}", "line 2: filter: given twice, first in line 1"),
    "a tab": ("filter:\n\tmin_depth: 3", "line 2: not valid YAML: found character '\\t'"),
    "a day that is none": (
        "filter: {min_depth: 2020-13-45}",
        "holds a value that cannot be read: month must be",
    ),
    "an object of Python": ("a: !!python/object:os.system x", "line 1: not valid YAML"),
    "a NUL byte": ("a: \0", "line 1: holds a NUL byte"),
    "entries of lists that are none": (
        "models: [5, null, {}, [], .nan]",
        "line 1: models[4]: expected settings",
    ),
}


@pytest.mark.parametrize(("text", "words"), CONFIG_FAULTS.values(), ids=CONFIG_FAULTS)
def test_a_hostile_configuration_is_refused_by_line(text: str, words: str) -> None:
    Path("config.yaml").write_text(text + "\n")
    assert any(fault.startswith(f"config.yaml: {words}") for fault in quick()), quick()


def test_aliases_of_aliases_are_refused_at_once_also_as_snakemake_hands_them_over() -> None:
    laughs = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    laughs += [
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]"
        for old, new in zip("abcdefghijk", "bcdefghijkl", strict=True)
    ]
    Path("config.yaml").write_text("\n".join(laughs))
    value: object = ["x"] * 9
    for _ in laughs:
        value = [value] * 9
    started = time.monotonic()
    for source, files in (("config.yaml", ()), ({"a": value}, ("config.yaml",))):
        with pytest.raises(inputs.InputErrors) as caught:
            inputs.load(source, files)  # type: ignore[arg-type]
        (fault,) = map(str, caught.value.faults)
        assert fault == "config.yaml: line 2: the alias *a is not read; write the value out"
    assert time.monotonic() - started < 5


def test_random_bytes_never_end_in_a_stack_trace() -> None:
    """Bytes of each file changed at random: what comes is nothing or faults."""
    random_ = random.Random(15)
    add("panel", "panel.tsv", "gene\tconfidence\nDMD\t3\n")
    names = [
        "samples.tsv",
        "config.yaml",
        "family.ped",
        "regions.bed",
        "panel.txt",
        "panel.tsv",
        "patient.vcf.gz",
    ]
    for _ in range(60):
        name = random_.choice(names)
        sound = Path(name).read_bytes()
        spoilt = bytearray(gzip.decompress(sound) if name.endswith(".gz") else sound)
        for _ in range(random_.randint(1, 4)):
            spoilt[random_.randrange(len(spoilt))] = random_.randrange(256)
        _bgzip_bytes(Path(name), bytes(spoilt)) if name.endswith(".gz") else Path(name).write_bytes(spoilt)
        with suppress(inputs.InputErrors):
            whole_check()
        Path(name).write_bytes(sound)


def test_a_gene_with_a_comma_in_its_name_is_refused_with_its_annotation() -> None:
    Path("genes.gtf").write_text(gtf() + gtf("A,B").replace("T1.1", "T2.1"))
    (fault,) = deep()
    assert "line 5: genome.annotation: genes.gtf: names genes with a comma" in fault
    assert "A,B" in fault


@pytest.mark.parametrize("gene", ["A;B", "A=B", "A:B(C)", "A-B.1"])
def test_other_odd_names_of_genes_are_read(gene: str) -> None:
    Path("genes.gtf").write_text(gtf() + gtf(gene).replace("T1.1", "T2.1"))
    whole_check()


def test_names_of_genes_are_escaped_in_info() -> None:
    assert annotated.escaped("A;B,C=D%E F") == "A%3BB%2CC%3DD%25E%20F"
    assert annotated.escaped("HLA-DRB1|x", "|") == "HLA-DRB1%7Cx"
    assert annotated.escaped("ENSG00000123456.7:x-y_z") == "ENSG00000123456.7:x-y_z"
