"""Published patients with the alleles that explain their disease, and their files: VCF, PED and features.

``cases.tsv`` has a row for each allele of a patient, ``background.tsv`` the calls among which they are placed.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.patient_cases import one_spelling
from benchmarks.patient_files import DEPTH, FORMAT, HEADER, MEMBERS, contigs_order
from landfall.config.sample_sheet import Sample
from landfall.genome.chromosomes import X, kind
from landfall.genome.sequence import Genome
from landfall.genome.variant import Variant
from landfall.patient.phenotype import hpo
from landfall.patient.phenotype.hpo import Profile

BUILD = "GRCh38"
SEXES = {"MALE": "1", "FEMALE": "2", "UNKNOWN_SEX": "0"}
"""Sex in a PED file."""
HAPLOID_SHARE = 0.5
"""Part of a female exome's heterozygous calls on X that a male has."""


@dataclass(frozen=True)
class Published:
    """One published patient: the alleles with their genotypes, and the features as published.

    ``unpublished``: the present features that are not annotated to the disease from the patient's own publication.
    """

    name: str
    gene: str
    mode: str
    kind: str
    sex: str
    alleles: Mapping[Variant, str]
    terms: tuple[str, ...]
    excluded: tuple[str, ...]
    unpublished: tuple[str, ...]


def read(folder: Path, genome: Genome) -> list[Published]:
    """The patients of ``cases.tsv``, their alleles normalised."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in _rows(folder / "cases.tsv"):
        rows.setdefault(row["patient"], []).append(row)
    return [_patient(name, mine, genome) for name, mine in rows.items()]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle, delimiter="\t")


def _patient(name: str, rows: Sequence[Mapping[str, str]], genome: Genome) -> Published:
    first = rows[0]
    alleles = {
        one_spelling(Variant(row["chrom"], int(row["pos"]), row["ref"], row["alt"]), genome): row["genotype"]
        for row in rows
    }
    features = [_split(first[column]) for column in ("terms", "excluded", "unpublished")]
    return Published(name, first["gene"], first["mode"], first["class"], first["sex"], alleles, *features)


def _split(cell: str) -> tuple[str, ...]:
    """Terms that the ontology's release has."""
    return tuple(term for term in cell.split(";") if term in hpo.ontology())


@dataclass(frozen=True)
class Setting:
    """Features that are given, and whether the background lies in the genes of the loci or in all of HPO (``wide``)."""

    name: str
    terms: str
    excluded: bool = False
    wide: bool = False

    def profile(self, patient: Published) -> Profile:
        present = getattr(patient, self.terms) if self.terms else ()
        return hpo.profile(present, patient.excluded if self.excluded else ())


SETTINGS = (
    Setting("as published, with excluded terms", "terms", excluded=True),
    Setting("terms only", "terms"),
    Setting("unpublished terms only", "unpublished"),
    Setting("terms only, wide background", "terms", wide=True),
    Setting("unpublished terms, wide background", "unpublished", wide=True),
    Setting("no terms", ""),
)


@dataclass(frozen=True)
class Panel:
    """The calls of all patients of one sex whose causal alleles have one genotype, screened as one sample.

    Screening treats each allele by itself, so that the calls of a patient are the background's and those of the own
    alleles.
    """

    sex: str
    genotype: str

    @property
    def name(self) -> str:
        return f"{self.sex.lower()}_{self.genotype.replace('/', '')}"


def panels(patients: Sequence[Published]) -> list[Panel]:
    return sorted(
        {Panel(one.sex, genotype) for one in patients for genotype in one.alleles.values()},
        key=lambda panel: panel.name,
    )


def panel_of(patient: Published, variant: Variant | None = None) -> Panel:
    """The panel with the call of an allele of a patient; by default one of them, for the background."""
    own = patient.alleles[variant] if variant else next(iter(patient.alleles.values()))
    return Panel(patient.sex, own)


def sample(panel: Panel, folder: Path) -> Sample:
    """The row of the sample sheet of files in a folder, without terms."""
    mine = folder / panel.name
    return Sample(panel.name, mine / "panel.vcf", "samples.tsv", 1, MEMBERS[0], mine / "panel.ped")


class Files:
    """Writes panels' files. background: rows of ``background.tsv``."""

    def __init__(self, folder: Path, genome: Genome) -> None:
        self.background = list(_rows(folder / "background.tsv"))
        self.genome, self.order = genome, contigs_order(genome)

    def write(self, panel: Panel, patients: Sequence[Published], made: Sample) -> None:
        made.vcf.parent.mkdir(parents=True, exist_ok=True)
        contigs = [f"##contig=<ID={name},length={length}>" for name, length in self.genome.lengths.items()]
        columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", MEMBERS[0]]
        rows = sorted(self._records(panel, patients), key=lambda row: (self.order[row[0]], int(row[1])))
        lines = [*HEADER, *FORMAT, *contigs, *("\t".join(row) for row in (columns, *rows))]
        made.vcf.write_text("".join(f"{line}\n" for line in lines))
        assert made.ped is not None
        made.ped.write_text("\t".join(("F", MEMBERS[0], "0", "0", SEXES[panel.sex], "2")) + "\n")

    def _records(self, panel: Panel, patients: Sequence[Published]) -> Iterator[list[str]]:
        """Records; causal alleles replace the same allele of the background."""
        cell = _cell(panel.genotype)
        causal = {
            variant: _record(variant.chrom, str(variant.pos), ".", variant.ref, variant.alt, cell)
            for one in patients
            for variant, genotype in one.alleles.items()
            if Panel(one.sex, genotype) == panel
        }
        yield from causal.values()
        dice = random.Random(panel.sex)
        for row in self.background:
            own = self._own(row, panel.sex, dice)
            if own and Variant(row["chrom"], int(row["pos"]), row["ref"], row["alt"]) not in causal:
                yield _record(row["chrom"], row["pos"], row["rsid"], row["ref"], row["alt"], own)

    def _own(self, row: Mapping[str, str], sex: str, dice: random.Random) -> str | None:
        """The call of a background row; on the X of a male haploid, None where he does not have it."""
        if sex != "MALE" or kind(row["chrom"], int(row["pos"]), BUILD) != X:
            return row["cell"]
        has = row["genotype"] == "1/1" or dice.random() < HAPLOID_SHARE
        return _cell("1") if has else None


def _record(chrom: str, pos: str, rsid: str, ref: str, alt: str, cell: str) -> list[str]:
    return [chrom, pos, rsid, ref, alt, "500", "PASS", ".", "GT:AD:DP:GQ", cell]


def _cell(genotype: str) -> str:
    """A clean call: half of the reads alternate where a copy is the reference, else all."""
    alternate = DEPTH // 2 if "0" in genotype else DEPTH
    return f"{genotype}:{DEPTH - alternate},{alternate}:{DEPTH}:99"
