"""Faults of the input files: each is found before any work, all of them at once."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pysam
import pytest

from landfall.audit.preflight import resolve, run
from landfall.models.registry import splice_models
from tests.unit.audit.preflight.deep_check import deep_check
from tests.unit.audit.preflight.input_case import add, bgzip, case, deep, edit, fasta, gtf, packet, quick, vcf  # noqa: F401 (a fixture)

FILES = [
    "genome.fa.gz",
    "genes.gtf",
    "patient.vcf.gz",
    "sites.vcf.gz",
    "family.ped",
    "regions.bed",
    "panel.txt",
]


def _mane(text: str) -> None:
    edit("config.yaml", "  annotation: genes.gtf\n", "  annotation: genes.gtf\n  mane: mane.txt\n")
    Path("mane.txt").write_text(text)


@pytest.mark.usefixtures("case")
def test_a_sound_case_passes_and_what_was_found_out_comes_back() -> None:
    parsed, samples = run.load("config.yaml")
    (found,) = deep_check(parsed, samples)
    assert (found.sample, found.vcf_sample, found.proband, found.genes) == ("demo", "KID", "KID", ("DMD",))
    assert found.family == "proband male affected; no close family known"
    assert resolve.vcf_column(samples[0]) == "KID"


@pytest.mark.usefixtures("case")
def test_missing_indices_of_the_reference_are_made_and_nothing_else_is_left() -> None:
    before = {path.name for path in Path().iterdir()}
    deep_check(*run.load("config.yaml"))
    assert {path.name for path in Path().iterdir()} - before == {"genome.fa.gz.fai", "genome.fa.gz.gzi"}


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize("name", FILES)
def test_each_file_that_is_not_there_is_named(name: str) -> None:
    Path(name).unlink()
    (fault,) = quick()
    assert f"{name}: no such file; relative paths start from the working directory" in fault
    assert fault.startswith(("config.yaml: line", "samples.tsv: line 2: sample demo:"))


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize("name", FILES)
def test_each_file_that_is_empty_or_a_folder_is_named(name: str) -> None:
    Path(name).write_bytes(b"")
    assert f"{name}: is empty" in quick()[0]
    Path(name).unlink()
    Path(name).mkdir()
    assert f"{name}: is a folder" in quick()[0]


@pytest.mark.usefixtures("case")
def test_all_files_that_are_not_there_are_told_at_once_with_faults_of_the_configuration() -> None:
    for name in FILES:
        Path(name).unlink()
    edit("config.yaml", "info_fields", "info_feilds")
    assert len(quick()) == len(FILES) + 1


QUICK: dict[str, tuple[Callable[[], object], str]] = {
    "a VCF cut short": (
        lambda: os.truncate("patient.vcf.gz", 60),
        "samples.tsv: line 2: sample demo: vcf: patient.vcf.gz: is cut short (no BGZF end block)",
    ),
    "a reference cut short": (
        lambda: os.truncate("genome.fa.gz", 60),
        "config.yaml: line 4: genome.fasta: genome.fa.gz: is cut short",
    ),
    "a reference under gzip": (
        lambda: Path("genome.fa.gz").write_bytes(gzip.compress(fasta().encode())),
        "genome.fasta: genome.fa.gz: compressed by gzip, which has no random access; gunzip genome.fa.gz, or",
    ),
    "a reference that is none": (lambda: Path("genome.fa.gz").write_text("chr1\n"), "is not a FASTA file"),
    "a pedigree at fault": (
        lambda: Path("family.ped").write_text("F KID 0 0 3 2\n"),
        "family.ped: line 1: sex '3'",
    ),
    "a gene list without a gene": (
        lambda: Path("panel.txt").write_text("# soon\n"),
        "panel.txt: names no gene",
    ),
}


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize(("damage", "expected"), QUICK.values(), ids=QUICK)
def test_a_glance_finds(damage: Callable[[], object], expected: str) -> None:
    damage()
    (fault,) = quick()
    assert expected in fault


def _foreign_vcf(**changes: object) -> Callable[[], object]:
    return lambda: bgzip(Path("patient.vcf.gz"), vcf(**changes))  # type: ignore[arg-type]


def _gzip_cut_short() -> None:
    whole = gzip.compress(vcf().encode())
    Path("patient.vcf.gz").write_bytes(whole[: len(whole) - 20])


def moved(line: str) -> str:
    """Thirty records of a genome whose bases stand one further to the left: REF is A where the reference has T."""
    return "".join("\t".join(line.format(pos, "A").split()) + "\n" for pos in range(24, 144, 4))


def _scores(field: str, indexed: bool = True) -> None:
    bgzip(Path("scores.vcf.gz"), vcf(samples="", info=field))
    if indexed:
        pysam.tabix_index("scores.vcf.gz", preset="vcf")
    edit("config.yaml", "filter:\n", "filter:\n  scores: scores.vcf.gz\n")


def _maxentscan() -> None:
    Path("sites").mkdir()
    Path("sites/me2x5").write_text("1\n2\n")
    edit("config.yaml", "filter:\n", "maxentscan: sites\nfilter:\n")


def _e_values(**arrays: object) -> None:
    np.savez("e_values.npz", **arrays)  # type: ignore[arg-type]
    Path("deepsea_predict.pth").write_bytes(b"any")
    models = "regulation: {models: [{name: deepsea, weights: deepsea_predict.pth, e_values: e_values.npz}]}\n"
    edit("config.yaml", "filter:\n", f"{models}filter:\n")


DEEP: dict[str, tuple[Callable[[], object], str]] = {
    "a gzip VCF cut short": (_gzip_cut_short, "vcf: patient.vcf.gz: cannot be read to its end"),
    "no VCF at all": (lambda: Path("patient.vcf.gz").write_text("hello\n"), "has no '#CHROM' line"),
    "a VCF without variants": (_foreign_vcf(records=False), "vcf: patient.vcf.gz: holds no variant"),
    "contigs of another reference": (
        _foreign_vcf(contigs={"NC_1": 3000, "NC_2": 5}),
        "no contig is in the reference: the file has NC_1, NC_2; the reference has chr1, chr2",
    ),
    "contigs of another reference, not declared": (
        _foreign_vcf(contigs={"NC_1": 3000}, declare=False),
        "no contig is in the reference: the file has NC_1; the reference has chr1, chr2",
    ),
    "contigs of another length": (
        _foreign_vcf(contigs={"1": 3000, "2": 2001}),
        "patient.vcf.gz: 2 has 2001 bases here and 2000 in the reference",
    ),
    "several samples": (
        _foreign_vcf(samples="MUM KID DAD"),
        "patient.vcf.gz: has no sample named demo; it has MUM, KID, DAD; name the patient's in vcf_sample",
    ),
    "an INFO field not declared": (
        _foreign_vcf(info="AC"),
        "INFO field AF of filter.frequency.info_fields is not declared; it has AC",
    ),
    "sites without a frequency": (
        lambda: bgzip(Path("sites.vcf.gz"), vcf(samples="", info="AC")),
        "line 9: filter.frequency.sites (now filter.frequency.population_vcf): "
        "sites.vcf.gz: declares none of AF_grpmax_joint, AF_grpmax, ",
    ),
    "sites of another reference": (
        lambda: bgzip(Path("sites.vcf.gz"), vcf(samples="", contigs={"NC_1": 3})),
        "(now filter.frequency.population_vcf): sites.vcf.gz: no contig is in the reference",
    ),
    "sites of another build": (
        lambda: bgzip(Path("sites.vcf.gz"), vcf(samples="") + moved("chr2 {} . {} T . . AF=0.1")),
        "config.yaml: line 9: filter.frequency.sites (now filter.frequency.population_vcf): "
        "sites.vcf.gz: 30 of 32 sampled reference alleles "
        "disagree with the reference sequence (first: chr2:24, REF is A, the reference has T); "
        "the file is on another genome",
    ),
    "a VCF of another build": (
        lambda: bgzip(Path("patient.vcf.gz"), vcf() + moved("chr2 {} . {} T 50 PASS AF=0.1 GT 0/1")),
        "samples.tsv: line 2: sample demo: vcf: patient.vcf.gz: 30 of 32 sampled reference alleles disagree",
    ),
    "scores that are none": (
        lambda: _scores("AF"),
        "(now filter.precomputed_scores.vcf): scores.vcf.gz: declares none of SpliceAI; it has AF; give Illumina's "
        "precomputed scores",
    ),
    "scores without an index": (
        lambda: _scores("SpliceAI", indexed=False),
        "(now filter.precomputed_scores.vcf): "
        "scores.vcf.gz: has no index, and this file is read by random access alone; run "
        "tabix -p vcf scores",
    ),
    "tables of MaxEntScan of another size": (
        _maxentscan,
        "maxentscan: sites: the tables cannot be used:; score5: expected 16384 numbers above 0, found 2; score3_0: ",
    ),
    "tables of E-values that do not ascend": (
        lambda: _e_values(x=[[1.0, 0.5], [0.0, 1.0]], y=[0.5, 1.0]),
        "regulation.models[0].e_values: e_values.npz: expected x of shape (2, 2), ascending in each row",
    ),
    "tables of E-values that are none": (
        lambda: _e_values(z=[1.0]),
        "regulation.models[0].e_values: e_values.npz: expected an .npz with x and y of DeepSEA's background",
    ),
    "an annotation without coding exons": (
        lambda: Path("genes.gtf").write_text(gtf(feature="five_prime_utr")),
        "config.yaml: line 5: genome.annotation: genes.gtf: no CDS rows",
    ),
    "an annotation of another reference": (
        lambda: Path("genes.gtf").write_text(gtf(contig="NC_1")),
        "genome.annotation: genes.gtf: none of its contigs (NC_1)",
    ),
    "an annotation in GFF3 whose rows name no parents": (
        lambda: Path("genes.gtf").write_text(
            "".join(f"chr1\tx\t{part}\t1\t9\t.\t+\t0\tID=a\n" for part in ("exon", "CDS"))
        ),
        "genome.annotation: genes.gtf: read as GFF3, but none of its exon rows has a Parent",
    ),
    "a table of MANE that is none": (
        lambda: _mane("symbol\tRefSeq_nuc\n"),
        "mane.txt: line 1: has no column Ensembl_nuc and MANE_status; it has symbol, RefSeq_nuc; give MANE.GRCh38.v*",
    ),
    "a row of MANE's table cut short": (
        lambda: _mane("#Ensembl_nuc\tRefSeq_nuc\tMANE_status\nENST1.1\tNM_1.1\tMANE Select\nENST1.1\tNM\n"),
        "mane.txt: line 3: no MANE Select or MANE Plus Clinical in MANE_status",
    ),
    "an unknown gene": (
        lambda: Path("panel.txt").write_text("DMD\nDMT\n"),
        "panel.txt: line 2: sample demo: the annotation has no gene DMT; did you mean DMD?",
    ),
    "an unknown gene in the sheet": (
        lambda: edit("samples.tsv", "panel.txt", "DMD,XYZ1"),
        "samples.tsv: line 2: sample demo: the annotation has no gene XYZ1; use the symbol of the annotation",
    ),
    "an unknown term": (
        lambda: edit("samples.tsv", "HP:0003323", "HP:9999999"),
        "hpo: HP:9999999 is not in HPO release",
    ),
    "someone else's family": (
        lambda: Path("family.ped").write_text("F SIS 0 0 2 1\n"),
        "ped: family.ped: has no individual called KID or demo; it has SIS",
    ),
    "regions split by spaces": (
        lambda: Path("regions.bed").write_text("chr1 0 9\n"),
        "regions.bed: line 1: 1 column",
    ),
    "regions without numbers": (
        lambda: Path("regions.bed").write_text("chr1\t0\t9\nchr1\tx\t9\n"),
        "regions.bed: line 2: start 'x' and end '9' are not both whole numbers",
    ),
    "regions turned round": (
        lambda: Path("regions.bed").write_text("chr1\t9\t9\n"),
        "regions.bed: line 1: start 9 is not below end 9",
    ),
    "regions beyond the contig": (
        lambda: Path("regions.bed").write_text("1\t0\t3001\n"),
        "regions.bed: line 1: end 3001 lies beyond chr1, which has 3000 bases",
    ),
    "regions of another reference": (
        lambda: Path("regions.bed").write_text("NC_1\t0\t9\n"),
        "regions: regions.bed: no contig is in the reference",
    ),
    "regions without a region": (lambda: Path("regions.bed").write_text("# none\n"), "holds no region"),
}


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize(("damage", "expected"), DEEP.values(), ids=DEEP)
def test_a_close_look_finds(damage: Callable[[], object], expected: str) -> None:
    damage()
    (fault,) = deep()
    assert expected in fault


@pytest.mark.usefixtures("case")
def test_sites_whose_frequency_is_two_counts_are_taken() -> None:
    declared = '##INFO=<ID=AN,Number=1,Type=Integer,Description="alleles">\n##INFO=<ID=AC,'
    text = vcf(samples="", info="AC").replace("##INFO=<ID=AC,", declared)
    Path("sites.vcf").write_text(text)
    pysam.tabix_index("sites.vcf", preset="vcf", force=True)
    deep_check(*run.load("config.yaml"))


@pytest.mark.usefixtures("case")
def test_published_tables_that_are_not_there_are_switched_off() -> None:
    edit("config.yaml", "filter:\n", "maxentscan: nowhere\nfilter:\n")
    parsed, samples = run.read(Path("config.yaml"))
    deep_check(parsed, samples)
    assert parsed.maxentscan_off == "no tables at nowhere"


@pytest.mark.usefixtures("case")
def test_a_close_look_tells_all_it_finds() -> None:
    for damage in (
        "a VCF without variants",
        "sites without a frequency",
        "an unknown gene",
        "regions turned round",
    ):
        DEEP[damage][0]()
    assert len(deep()) == 4


@pytest.mark.usefixtures("case")
def test_contigs_are_matched_by_the_table_of_names() -> None:
    bgzip(Path("patient.vcf.gz"), vcf(contigs={"1": 3000, "2": 2000}))
    Path("genes.gtf").write_text(gtf(contig="1"))
    deep_check(*run.load("config.yaml"))


@pytest.mark.usefixtures("case")
def test_a_vcf_of_sites_alone_and_a_bcf_pass() -> None:
    bgzip(Path("patient.vcf.gz"), vcf(samples=""))
    Path("family.ped").write_text("F demo 0 0 1 2\n")
    (found,) = deep_check(*run.load("config.yaml"))
    assert (found.vcf_sample, found.proband) == (None, "demo")
    with (
        pysam.VariantFile("sites.vcf.gz") as source,
        pysam.VariantFile("sites.bcf", "wb", header=source.header) as out,
    ):
        for record in source:
            out.write(record)
    edit("config.yaml", "sites.vcf.gz", "sites.bcf")
    deep_check(*run.load("config.yaml"))


@pytest.mark.usefixtures("case")
def test_a_reference_with_the_lengths_of_another_build() -> None:
    bgzip(Path("genome.fa.gz"), ">chr21\n" + "N" * 48_129_895 + "\n")
    for file in ("genes.gtf", "regions.bed"):
        edit(file, "chr1", "chr21")
    for file in ("patient.vcf.gz", "sites.vcf.gz"):
        bgzip(Path(file), vcf(contigs={"21": 48_129_895}))
    edit("config.yaml", "synthetic", "GRCh38")
    (fault,) = deep()
    assert "chr21 is as long as in GRCh37, but genome.build is GRCh38; set genome.build to GRCh37" in fault


@pytest.mark.usefixtures("case")
def test_weights_that_are_altered_are_found_and_those_half_fetched_are_left_to_be_fetched() -> None:
    folder = Path("resources/weights/spliceai")
    folder.mkdir(parents=True)
    names = [weight.name for weight in splice_models()["spliceai"].info.weights]
    for name in names[:-1]:
        (folder / name).write_bytes(b"x")
    deep_check(*run.load("config.yaml"))
    for last in ("LICENCE.txt", names[-1]):
        (folder / last).write_bytes(b"x")
        (fault,) = deep()
        assert fault.startswith("resources/weights/spliceai: The weights of SpliceAI-10k cannot be used:")
        assert "expected 3131720" in fault


@pytest.mark.usefixtures("case")
def test_none_of_the_genes_of_the_terms_is_annotated() -> None:
    edit("samples.tsv", "panel.txt", "")
    Path("genes.gtf").write_text(gtf(gene="NOSUCH1"))
    (fault,) = deep()
    assert "candidate genes is in genes.gtf" in fault


FAMILY_FAULTS: dict[str, tuple[Callable[[], object], str]] = {
    "a phenopacket of the other sex": (
        lambda: add("phenopacket", "p.json", packet("FEMALE")),
        "phenopacket: p.json: subject.sex is female, but the pedigree has male; correct the one that is wrong",
    ),
    "an unknown term in a phenopacket": (
        lambda: (
            add("phenopacket", "p.json", packet(term="HP:9999999")),
            edit("samples.tsv", "HP:0003323", ""),
        ),
        "phenopacket: HP:9999999 is not in HPO release",
    ),
    "a phenopacket without a subject": (
        lambda: add("phenopacket", "p.json", "{}"),
        "p.json: subject is missing; name the patient: subject.id, and subject.sex if known",
    ),
    "a panel without confidence": (
        lambda: add("panel", "panel.tsv", "gene\nDMD\n"),
        "panel.tsv: line 1: no column of confidence levels",
    ),
}


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize(("damage", "expected"), FAMILY_FAULTS.values(), ids=FAMILY_FAULTS)
def test_a_phenopacket_or_panel_that_is_wrong(damage: Callable[[], object], expected: str) -> None:
    damage()
    (fault,) = deep()
    assert expected in fault


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize("column", ["phenopacket", "panel"])
def test_a_phenopacket_or_panel_that_is_not_there(column: str) -> None:
    add(column, "gone", "")
    Path("gone").unlink()
    assert f"{column}: gone: no such file" in quick()[0]


@pytest.mark.usefixtures("case")
def test_what_is_replaced_or_left_out_is_a_warning_and_the_run_goes_on() -> None:
    add("phenopacket", "p.json", packet("UNKNOWN_SEX"))
    add("panel", "panel.tsv", "gene\tconfidence\nDMD\t3\nOLDNAME\t3\n")
    edit("samples.tsv", "HP:0003323", "HP:0002355")
    (found,) = deep_check(*run.load("config.yaml"))
    sex, obsolete, panel = found.warnings
    assert sex == "p.json: subject.sex is UNKNOWN_SEX: the genotypes decide"
    assert obsolete.startswith("HP:0002355 is obsolete in HPO release")
    assert panel == "panel.tsv: 1 of 2 genes are not in the annotation: OLDNAME"


@pytest.mark.usefixtures("case")
def test_a_phenopacket_stands_in_for_terms_and_family() -> None:
    edit("samples.tsv", "family.ped\tHP:0003323\tpanel.txt", "\t\t")
    add("phenopacket", "p.json", packet("FEMALE"))
    parsed, (sample,) = run.load("config.yaml")
    (found,) = deep_check(parsed, [sample])
    assert (found.proband, found.family) == ("demo", "proband female affected; no close family known")
    assert found.genes == ("DMD",)
    profile = resolve.profile_of(sample, parsed)
    assert (profile.terms, [term.id for term in profile.excluded]) == (["HP:0003236"], ["HP:0001250"])


@pytest.mark.usefixtures("case")
def test_an_index_that_cannot_be_made_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    assert (
        "its index genome.fa.gz.fai is missing and cannot be created here; run samtools faidx" in quick()[0]
    )


@pytest.mark.usefixtures("case")
def test_the_shipped_schema_is_found_from_any_folder(case: Path) -> None:  # noqa: F811
    shutil.copytree(case, case / "elsewhere", ignore=shutil.ignore_patterns("elsewhere"))
    os.chdir("elsewhere")
    run.load("config.yaml")
