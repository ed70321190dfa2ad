"""Patients of every kind on real loci, from their VCF to the sentence of the first screen.

Two runs of the workflow, one for each build, and one for the mitochondrial genome, with a small panel of genes. Alleles
are written by their HGVS names; the known alleles stand in a file of classified alleles that the test builds.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pysam
import pytest
import yaml

from landfall.genome.annotation import reader
from landfall.genome.hgvs.parser import Reader
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import GeneIndex
from landfall.genome.translation import cds_sequence
from landfall.genome.variant import Variant

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]

REPO = Path(__file__).resolve().parents[2]
SHEET = ("sample", "vcf", "vcf_sample", "ped", "hpo", "genes")
CYSTIC_FIBROSIS = "HP:0002110;HP:0001738;HP:0006532"
"""Bronchiectasis, exocrine pancreatic insufficiency, recurrent pneumonia."""
MUSCULAR_DYSTROPHY = "HP:0003560;HP:0003236;HP:0003391"
"""Muscular dystrophy, raised creatine kinase, Gowers sign."""
EPILEPSY = "HP:0200134;HP:0002373;HP:0001263"
"""Epileptic encephalopathy, febrile seizures, developmental delay."""
NEUROFIBROMATOSIS = "HP:0000957;HP:0009732"
"""Cafe-au-lait spots, plexiform neurofibroma."""


@dataclass(frozen=True)
class Patient:
    """Genotypes of the kid, and of dad and mum where there are parents, by allele; none in a sites-only VCF."""

    genes: str
    calls: Mapping[Variant, str]
    hpo: str = ""
    sex: int = 2
    people: tuple[str, ...] = ("kid",)
    sites_only: bool = False


@dataclass
class Loci:
    """Alleles of the shared loci by name."""

    folder: Path
    build: str
    index: GeneIndex = field(init=False)

    def __post_init__(self) -> None:
        self.genome = Genome(self.folder / "loci" / f"{self.build}.fa.gz")
        gtf = self.folder / "loci" / f"genes.{self.build}.gtf.gz"
        self.index = GeneIndex(reader.read_gtf(gtf, self.genome.aliases, self.genome))
        self._reader = Reader(
            self.build, self.genome, lambda name: self._named(name), lambda: self.index.symbols
        )

    def _named(self, name: str) -> list[Any]:
        return [t for t in self.index.gene(name) if t.representative] or self.index.transcript(name)

    def __call__(self, name: str) -> Variant:
        """The allele of 'CFTR:c.3718-2477C>T'."""
        (allele,) = self._reader.read(name)
        return allele

    def one_codon(self, gene: str, codon: str) -> list[Variant]:
        """Two substitutions that turn the first such codon, none of which alone makes a stop, into TAA."""
        (transcript,) = self._named(gene)
        letters = cds_sequence(transcript, self.genome)
        start = next(n for n in range(300, len(letters), 3) if letters[n : n + 3] == codon)
        return [self(f"{gene}:c.{start + at + 1}{codon[at]}>{new}") for at, new in ((0, "T"), (2, "A"))]


def write_vcf(path: Path, patient: Patient, lengths: Mapping[str, int], order: Sequence[str]) -> None:
    """The patient's VCF; a call is 'GT' or, for one with reads of its own, 'GT:AD:DP:GQ'."""
    lines = ["##fileformat=VCFv4.2", '##FILTER=<ID=PASS,Description="All filters passed">']
    kinds = {"GT": ("1", "String"), "AD": ("R", "Integer"), "DP": ("1", "Integer"), "GQ": ("1", "Integer")}
    lines += [f'##FORMAT=<ID={n},Number={c},Type={t},Description="{n}">' for n, (c, t) in kinds.items()]
    lines += ['##FORMAT=<ID=PS,Number=1,Type=Integer,Description="phase set">']
    lines += [f"##contig=<ID={name},length={lengths[name]}>" for name in order]
    head = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
    lines.append("\t".join(head if patient.sites_only else [*head, "FORMAT", *patient.people]))
    for allele in sorted(patient.calls, key=lambda v: (order.index(v.chrom), v.pos)):
        fixed = [allele.chrom, str(allele.pos), ".", allele.ref, allele.alt, "60", "PASS", "."]
        calls = [] if patient.sites_only else ["GT:AD:DP:GQ:PS", *map(_call, patient.calls[allele].split())]
        lines.append("\t".join([*fixed, *calls]))
    path.write_text("".join(f"{line}\n" for line in lines))


def _call(genotype: str) -> str:
    if ":" in genotype:
        return f"{genotype}:."
    reads = {"0": "40,0", "1": "0,40", "0/0": "40,0", "1/1": "0,40"}.get(genotype, "20,20")
    return f"{genotype}:{reads}:40:99:{1 if '|' in genotype else '.'}"


def write_sheet(folder: Path, patients: Mapping[str, Patient], lengths: Mapping[str, int]) -> None:
    rows = [SHEET]
    for name, patient in patients.items():
        write_vcf(folder / f"{name}.vcf", patient, lengths, list(lengths))
        ped = ""
        if len(patient.people) > 1:
            ped = str(folder / f"{name}.ped")
            lines = [
                ("F", "kid", "dad", "mum", patient.sex, 2),
                ("F", "dad", 0, 0, 1, 1),
                ("F", "mum", 0, 0, 2, 1),
            ]
            Path(ped).write_text("".join("\t".join(map(str, line)) + "\n" for line in lines))
        sample = "" if patient.sites_only else "kid"
        rows.append((name, str(folder / f"{name}.vcf"), sample, ped, patient.hpo, patient.genes))
    (folder / "samples.tsv").write_text("".join("\t".join(row) + "\n" for row in rows))


def run(folder: Path, genome: Mapping[str, str], changes: Mapping[str, Any]) -> None:
    """The workflow to its end, its stages in one process."""
    config = {
        "samples": "samples.tsv",
        "resources": str(REPO / "resources"),
        "genome": genome,
        "models": [{"name": "spliceai", "shards": 1}],
        "phenotype": {"candidates": "named"},
        "interpretation": {"max_candidates": 0},
        **changes,
    }
    (folder / "my.yaml").write_text(yaml.safe_dump(config))
    script = Path(__file__).with_name("in_process.py")
    command = [sys.executable, str(script), "--snakefile", str(REPO / "Snakefile"), "--cores", "1", "--quiet"]
    done = subprocess.run(
        [*command, "--directory", str(folder), "--configfile", str(folder / "my.yaml")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]


def words(html: str) -> str:
    """The text without markup, blanks evened out."""
    text = re.sub(
        r"\s+", " ", unescape(re.sub(r"<(style|script)>.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL))
    )
    return re.sub(r" ([,.:;)])", r"\1", text)


@dataclass(frozen=True)
class Cohort:
    """A finished run."""

    folder: Path

    def report(self, sample: str) -> str:
        return (self.folder / "results" / sample / "report.html").read_text()

    def first_screen(self, sample: str) -> str:
        return words(self.report(sample).split('<section id="summary">')[1].split("</section>")[0])

    def case_page(self, sample: str, rank: int = 1) -> str:
        return words(self.report(sample).split(f'id="case-{rank}"')[1].split("</section>")[0])

    def head(self, sample: str) -> str:
        return words(self.report(sample).split("<main>")[0])

    def records(self, sample: str) -> Iterator[pysam.VariantRecord]:
        with pysam.VariantFile(str(self.folder / "results" / sample / "annotated.vcf.gz")) as file:
            yield from file


CLINVAR = [
    ("CFTR:c.3718-2477C>T", "7166", "Pathogenic", "reviewed_by_expert_panel", ""),
    ("FKTN:c.139C>T", "3206", "Pathogenic", "no_assertion_criteria_provided", ""),
]


def write_clinvar(path: Path, loci: Loci) -> Path:
    """A file of classified alleles as ClinVar writes it."""
    lines = ["##fileformat=VCFv4.1", "##fileDate=2026-11-01"]
    names = ("CLNSIG", "CLNREVSTAT", "CLNSIGCONF")
    lines += [f'##INFO=<ID={name},Number=.,Type=String,Description="{name}">' for name in names]
    lines.append("\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]))
    found = [(loci(name), *rest) for name, *rest in CLINVAR]
    for allele, number, *values in sorted(found, key=lambda entry: (int(entry[0].chrom[3:]), entry[0].pos)):
        info = ";".join(f"{name}={value}" for name, value in zip(names, values, strict=True) if value)
        chrom = allele.chrom.removeprefix("chr")
        lines.append("\t".join([chrom, str(allele.pos), number, allele.ref, allele.alt, ".", ".", info]))
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


TRIO = ("kid", "dad", "mum")


def patients(loci: Loci) -> dict[str, Patient]:
    """Those of GRCh38."""
    first, second = loci.one_codon("NF1", "CAC")
    return {
        "cftr": Patient("CFTR", {loci("CFTR:c.3718-2477C>T"): "1/1"}, CYSTIC_FIBROSIS),
        "fktn": Patient(
            "FKTN",
            {loci("FKTN:c.411del"): "0/1 0/0 0/1", loci("FKTN:c.647+2084G>T"): "0/1 0/1 0/0"},
            MUSCULAR_DYSTROPHY,
            people=TRIO,
        ),
        "dmd": Patient("DMD", {loci("DMD:c.8713C>T"): "1/1 0/0 0/1"}, MUSCULAR_DYSTROPHY, 1, TRIO),
        "scn1a": Patient("SCN1A", {loci("SCN1A:c.664C>T"): "0/1 0/0 0/0"}, EPILEPSY, people=TRIO),
        "codon": Patient("NF1", {first: "0|1", second: "0|1"}, NEUROFIBROMATOSIS),
        "nothing": Patient("FKTN,CFTR", {loci("FKTN:c.647+1000T>C"): "0/1"}, CYSTIC_FIBROSIS),
        "sites": Patient("COL6A1", {loci("COL6A1:c.930+189C>T"): "."}, MUSCULAR_DYSTROPHY, sites_only=True),
        "rna": Patient("RMRP", {loci("RMRP:n.71A>G"): "1/1"}),
        "stars": Patient("FKTN", {loci("FKTN:c.139C>T"): "1/1"}),
    }


@pytest.fixture(scope="module")
def loci(shared_data: Path) -> Loci:
    return Loci(shared_data, "GRCh38")


@pytest.fixture(scope="module")
def cohort(loci: Loci, spliceai_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    folder = tmp_path_factory.mktemp("patients")
    data = loci.folder
    write_sheet(folder, patients(loci), loci.genome.lengths)
    genome = {
        "build": "GRCh38",
        "fasta": str(data / "loci" / "GRCh38.fa.gz"),
        "annotation": str(data / "loci" / "genes.GRCh38.gtf.gz"),
    }
    frequencies = {"population_vcf": str(data / "patients" / "frequencies.vcf.gz")}
    changes = {
        "filter": {"frequency": frequencies},
        "evidence": {"clinvar": str(write_clinvar(folder / "clinvar.vcf", loci))},
    }
    run(folder, genome, changes)
    return Cohort(folder)


def test_cftr(cohort: Cohort) -> None:
    print(cohort.first_screen("cftr"))
