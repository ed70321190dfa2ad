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
    """A patient: genotypes of ``people`` by allele, joined by blanks; those of a sites-only VCF are not written."""

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

    @property
    def files(self) -> dict[str, str]:
        """The section genome of the configuration."""
        folder = self.folder / "loci"
        fasta, gtf = folder / f"{self.build}.fa.gz", folder / f"genes.{self.build}.gtf.gz"
        return {"build": self.build, "fasta": str(fasta), "annotation": str(gtf)}

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


def write_sheet(
    folder: Path,
    patients: Mapping[str, Patient],
    lengths: Mapping[str, int],
    others: Sequence[tuple[str, ...]] = (),
) -> None:
    """The sheet with the patients' files, and further rows."""
    rows = [SHEET, *others]
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


def words(html: str) -> str:
    """The text without markup, blanks evened out."""
    text = re.sub(
        r"\s+", " ", unescape(re.sub(r"<(style|script)>.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL))
    )
    return re.sub(r" ([,.:;)])|(\() ", r"\1\2", text)


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


def run(folder: Path, genome: Mapping[str, str], changes: Mapping[str, Any]) -> Cohort:
    """The workflow to its end, its stages in one process."""
    config = {
        "samples": "samples.tsv",
        "resources": str(REPO / "resources"),
        "genome": genome,
        "models": [{"name": "spliceai", "shards": 1}],
        "phenotype": {"candidates": "named"},
        "licences": {"accepted": ["spliceai"]},
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
    return Cohort(folder)


EXPERTS, SEVERAL, NOBODY = (
    "reviewed_by_expert_panel",
    "criteria_provided,_multiple_submitters,_no_conflicts",
    "no_assertion_criteria_provided",
)
CLASSIFIED = {
    "CFTR:c.3718-2477C>T": "CLNSIG=Pathogenic;CLNREVSTAT=" + EXPERTS,
    "RMRP:n.71A>G": "CLNSIG=Pathogenic/Likely_pathogenic;CLNREVSTAT=" + SEVERAL,
    "FKTN:c.139C>T": "CLNSIG=Pathogenic;CLNREVSTAT=" + NOBODY,
    "COL1A1:c.769G>A": "CLNSIG=Conflicting_classifications_of_pathogenicity;CLNREVSTAT=criteria_provided,_conflicting_"
    "classifications;CLNSIGCONF=Pathogenic(3)|Uncertain_significance(1)",
}
"""Names of classified alleles, and the INFO of each."""


def write_clinvar(path: Path, classified: Mapping[Variant, str]) -> str:
    """A file of classified alleles as ClinVar writes it."""
    lines = ["##fileformat=VCFv4.1", "##fileDate=2026-11-01"]
    names = ("CLNSIG", "CLNREVSTAT", "CLNSIGCONF")
    lines += [f'##INFO=<ID={name},Number=.,Type=String,Description="{name}">' for name in names]
    lines.append("\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]))
    for number, (allele, info) in enumerate(sorted(classified.items(), key=str), start=101):
        fixed = [allele.chrom.removeprefix("chr"), str(allele.pos), str(number), allele.ref, allele.alt]
        lines.append("\t".join([*fixed, ".", ".", info]))
    path.write_text("".join(f"{line}\n" for line in lines))
    return str(path)


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
        "stars": Patient("FKTN", {loci("FKTN:c.139C>T"): "0/1"}),
        "conflict": Patient("COL1A1", {loci("COL1A1:c.769G>A"): "0/1"}),
    }


@pytest.fixture(scope="module")
def loci(shared_data: Path) -> Loci:
    return Loci(shared_data, "GRCh38")


@pytest.fixture(scope="module")
def cohort(loci: Loci, spliceai_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """Patients of GRCh38, with frequencies and classified alleles."""
    folder = tmp_path_factory.mktemp("patients")
    write_sheet(folder, patients(loci), loci.genome.lengths)
    classified = {loci(name): info for name, info in CLASSIFIED.items()}
    frequencies = {"population_vcf": str(loci.folder / "patients" / "frequencies.vcf.gz")}
    changes = {
        "filter": {"frequency": frequencies},
        "evidence": {"clinvar": write_clinvar(folder / "clinvar.vcf", classified)},
    }
    return run(folder, loci.files, changes)


@pytest.fixture(scope="module")
def old_build(shared_data: Path, spliceai_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """Patients of GRCh37, most of whose contigs the reference lacks, without a source of frequencies."""
    folder, loci = tmp_path_factory.mktemp("old"), Loci(shared_data, "GRCh37")
    nf1 = {"nf1": Patient("NF1", {loci("NF1:c.1318C>T"): "0/1"}, NEUROFIBROMATOSIS)}
    exome = shared_data / "loci" / "exome.GRCh37.vcf.gz"
    rows = [("exome", str(exome), "proband", "", NEUROFIBROMATOSIS, "NF1")]
    write_sheet(folder, nf1, loci.genome.lengths, rows)
    return run(folder, loci.files, {})


@pytest.fixture(scope="module")
def mitochondrion(
    shared_data: Path, spliceai_weights: Path, tmp_path_factory: pytest.TempPathFactory
) -> Cohort:
    """A patient whose allele is in 38 % of the mitochondria."""
    folder, data = tmp_path_factory.mktemp("mitochondrion"), shared_data / "field_cases" / "mt"
    allele = Variant("chrM", 3501, "C", "A")
    genome = Genome(data / "m.fa")
    patient = Patient("MT-ND1", {allele: "0/1:3100,1900:5000:99"}, "HP:0001138")
    write_sheet(folder, {"mt": patient}, genome.lengths)
    known = write_clinvar(folder / "clinvar.vcf", {allele: f"CLNSIG=Pathogenic;CLNREVSTAT={EXPERTS}"})
    files = {"build": "synthetic", "fasta": str(data / "m.fa"), "annotation": str(data / "m.gtf")}
    return run(folder, files, {"evidence": {"clinvar": known}})


CASES = {
    "cftr": [
        "CFTR c.3718-2477C>T, homozygous: classified as pathogenic, 2,477 bases before exon 23, predicted pseudoexon.",
        "Known pathogenic allele, 102 Pathogenic (3 stars: reviewed by expert panel; file of 2026-11-01); the "
        "homozygous genotype fits autosomal recessive.",
        "Best matching disease of CFTR: Cystic fibrosis",
    ],
    "fktn": [
        "FKTN: two heterozygous variants in trans, c.412del "
        "(frameshift, p.(Leu138Ter)) and c.648-1243G>T (1,243 bases before exon 7, predicted pseudoexon).",
        "one of two alleles in trans (c.412del from the mother, c.648-1243G>T from the father), with c.648-1243G>T",
        "c.412del: inherited from the mother, a carrier",
        "c.648-1243G>T: inherited from the father, a carrier",
        "Hypothesis: two heterozygous variants of FKTN, c.412del and c.648-1243G>T, explain the disease.",
    ],
    "dmd": [
        "DMD c.8713C>T, hemizygous: stop gained, p.(Arg2905Ter).",
        "the hemizygous genotype fits X-linked recessive",
        "Inherited from the mother, a carrier",
        "Premature stop codon 2,905 Nonsense-mediated decay expected",
    ],
    "scn1a": [
        "SCN1A c.664C>T, heterozygous: stop gained, p.(Arg222Ter).",
        "de novo, absent in both parents by confident calls",
        "the heterozygous genotype fits a de novo change",
        "Repeat the test in both parents",
    ],
    "codon": [
        "NF1 c.364_366delinsTAA, heterozygous: stop gained, p.(His122Ter), the alleles c.364C>T and c.366C>A together "
        "on the same copy.",
        "the heterozygous genotype fits autosomal dominant",
        "Codon 122, CAC → TAA",
    ],
    "sites": [
        "COL6A1 c.930+189C>T, 189 bases into intron 11, is predicted to create a cryptic donor so that 72 bases of "
        "intron 11 enter the mRNA as a pseudoexon between exon 11 and exon 12",
        "Hypothesis: a variant of COL6A1 (no genotype given)",
    ],
    "rna": [
        "RMRP n.71A>G, homozygous: classified as pathogenic, exon 1.",
        "Pathogenic/Likely pathogenic (2 stars: criteria provided, multiple submitters, no conflicts; file of "
        "2026-11-01)",
        "An assay of the function or the amount of the RNA of RMRP",
    ],
}
"""Sentences of the first screen."""


@pytest.mark.parametrize("sample", CASES)
def test_first_screen_has_the_finding_and_no_other(sample: str, cohort: Cohort) -> None:
    text = cohort.first_screen(sample)
    for sentence in CASES[sample]:
        assert sentence in text
    assert "No variant is put forward" not in text
    assert "Also put forward" not in text


def test_nothing_found_lists_what_was_assessed(cohort: Cohort) -> None:
    text = cohort.first_screen("nothing")
    assert "No variant is put forward as a finding. Of 1 allele in the input, 1 passed every filter" in text
    assert "This result does not exclude a splice variant." in text
    assert "Candidates, below" not in text


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        ("stars", "below the threshold of 1 review stars"),
        (
            "conflict",
            "Pathogenic (3), Uncertain significance (1) (1 star: criteria provided, conflicting",
        ),
    ],
)
def test_few_stars_and_conflicts_make_a_candidate(sample: str, reason: str, cohort: Cohort) -> None:
    assert "No variant is put forward as a finding." in cohort.first_screen(sample)
    assert "Candidates, below the level of a finding:" in cohort.first_screen(sample)
    assert reason in cohort.case_page(sample)


def test_the_two_variants_of_a_pair_stand_on_each_page(cohort: Cohort) -> None:
    for rank in (1, 2):
        page = cohort.case_page("fktn", rank)
        assert "The two variants of the pair" in page
        assert "c.412del" in page
        assert "c.648-1243G>T" in page
        assert "chr9-10560" not in page.split("The variant and the call")[0]


def test_cohort_page_has_one_finding_a_patient(cohort: Cohort) -> None:
    page = words((cohort.folder / "results" / "cohort.html").read_text())
    assert "FKTN c.412del and c.648-1243G>T finding Loss of function" in page
    assert "NF1 c.364_366delinsTAA finding" in page
    assert "FKTN c.139C>T candidate" in page


def test_annotated_vcf_has_level_and_partner(cohort: Cohort) -> None:
    first, second = cohort.records("fktn")
    assert (first.info["LF_FINDING"], second.info["LF_FINDING"]) == ("finding", "finding")
    assert first.info["LF_PARTNER"] == f"{second.chrom}-{second.pos}-{second.ref}-{second.alts[0]}"


def test_grch37_without_frequencies_calls_nothing_rare(old_build: Cohort) -> None:
    text = old_build.first_screen("nf1")
    assert "NF1 c.1318C>T, heterozygous: stop gained, p.(Arg440Ter)." in text
    assert "the heterozygous genotype fits autosomal dominant" in text
    for sample in ("nf1", "exome"):
        assert "frequencies not known" in words(old_build.report(sample))
        assert "rare variant" not in words(old_build.report(sample)).split("Glossary")[0]


def test_grch37_exome_on_a_reference_without_most_contigs_says_so(old_build: Cohort) -> None:
    assert "No variant is put forward as a finding." in old_build.first_screen("exome")
    head = old_build.head("exome")
    assert "1,030 of 1,393 alleles (73.9%) lie on contigs that the reference lacks" in head
    assert "Frequencies are not known" in head


def test_mitochondrial_variant_has_its_heteroplasmy(mitochondrion: Cohort) -> None:
    text = mitochondrion.first_screen("mt")
    assert (
        "MT-ND1 c.195C>A, heterozygous: classified as pathogenic, stop gained, p.(Tyr65Ter), heteroplasmy 38 %"
        in text
    )
    assert "Heteroplasmy 38% of the reads" in mitochondrion.case_page("mt")
    assert "Measure the heteroplasmy in a second tissue" in text
