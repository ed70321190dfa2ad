"""One family's genotypes in every dialect that callers write: the same calls, modes and statuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pysam
import pytest

from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.testing import builders
from landfall.testing.families import RULES
from tests.unit.variants.calls import family_file
from tests.unit.variants.calls.family_file import Told

PEOPLE = ("kid", "dad", "mum", "bro")
PED = "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum 0 0 2 1\nF bro dad mum 1 2\n"
CONTIGS = {"chr1": 12_000, "chrX": 3_000_000, "chrM": 400}
"""Every base at a position p is that of ``ACGT`` at p - 1 modulo 4."""


@dataclass(frozen=True)
class Person:
    """Alleles of one person at a site (None: not called), and reads of REF and of each alternate."""

    alleles: tuple[int, ...] | None
    reads: tuple[int, ...]
    phased: bool = False


@dataclass(frozen=True)
class Site:
    chrom: str
    pos: int
    ref: str
    alts: tuple[str, ...]
    people: tuple[Person, ...]
    gene: str

    @property
    def single(self) -> bool:
        return self.chrom == "chrX"


def person(text: str, alts: int) -> Person:
    """``0/1`` or ``0|1`` with 30 reads shared by its alleles, ``.`` for no call; ``0/1:20,10`` gives the reads."""
    genotype, _, reads = text.partition(":")
    phased = "|" in genotype
    names = genotype.replace("|", "/").split("/")
    alleles = None if "." in names else tuple(map(int, names))
    if reads:
        return Person(alleles, tuple(map(int, reads.split(","))), phased)
    shares = [0] * (alts + 1)
    for name in alleles or ():
        shares[name] += 30 // len(names)
    return Person(alleles, tuple(shares), phased)


def site(chrom: str, pos: int, ref: str, alts: str, gene: str, *people: str) -> Site:
    several = tuple(alts.split(","))
    return Site(chrom, pos, ref, several, tuple(person(text, len(several)) for text in people), gene)


SITES = (
    site("chr1", 101, "A", "G", "RECESSIVE", "1/1", "0/1", "0/1", "1/1"),
    site("chr1", 201, "A", "C,G", "SPLIT", "1/2", "0/1", "0/2", "1/2"),
    site("chr1", 301, "A", "C,G", "PHASED", "1|2", "1|0", "2|0", "1|2"),
    site("chr1", 401, "A", "C,G", "OTHERS", "0/1", "0/2", "0/1", "0/2"),
    site("chr1", 501, "A", "AT,ATT", "INSERTIONS", "1/2", "0/1", "0/2", "1/2"),
    site("chr1", 553, "A", "C,G", "OTHER_TWICE", "0/1", "0/0", "2/2", "2/2"),
    site("chr1", 605, "A", "G", "CODON", "0|1", "0|1", "0/0", "0|1"),
    site("chr1", 606, "C", "T", "CODON", "0|1", "0|1", "0/0", "0|1"),
    site("chr1", 1001, "A", "G", "NEW", "0/1", "0/0", "0/0", "."),
    site("chr1", 1501, "A", "G", "MOSAIC", "0/1", "0/0:24,6", "0/0", "."),
    site("chr1", 2001, "A", "G", "FEW", "0/1", "0/0:3,0", "0/0", "0/1"),
    site("chr1", 3001, "A", "G", "PAIR", "0/1", "0/1", "0/0", "0/1"),
    site("chr1", 9001, "A", "G", "PAIR", "0/1", "0/0", "0/1", "0/1"),
    site("chr1", 10001, "A", "G", "UNKNOWN", "1/1", "0/1", ".", "."),
    site("chr1", 11001, "A", "G", "LOW", "0/1:28,2", "0/1", "0/0", "."),
    site("chrX", 1_000_001, "A", "G", "PSEUDOAUTOSOMAL", "0/1", "0/0", "0/1", "0/1"),
    site("chrX", 2_800_001, "A", "G", "LINKED", "1", "0", "0/1", "1"),
    site("chrX", 2_810_001, "A", "G", "ABSENT", "1", "0", "0/1", "0"),
    site("chrX", 2_820_001, "A", "G", "UNCALLED", "1", "0", "0/1", "."),
    site("chrX", 2_830_001, "A", "G", "DOUBTFUL", "0/1", "0", "0/1", "."),
    site("chrM", 101, "A", "G", "MT", "0/1:10,90", "0/0:100,0", "0/1:70,30", "0/1:50,50"),
    site("chrM", 201, "A", "G", "MT2", "1/1:0,100", "0/0:100,0", "0/0:100,0", "."),
)

Written = tuple[tuple[str, ...], str, list[str]]
"""Alternates, FORMAT and the samples' texts of one record."""


def genotype(of: Person, name: Callable[[int], str] = str) -> str:
    if of.alleles is None:
        return "./."
    return ("|" if of.phased else "/").join(name(number) for number in of.alleles)


def plain(found: Site) -> Iterator[Written]:
    calls = [f"{genotype(p)}:{','.join(map(str, p.reads))}:{sum(p.reads)}:99" for p in found.people]
    yield found.alts, "GT:AD:DP:GQ", calls


def signed(found: Site) -> Iterator[Written]:
    """VCF 4.4: each allele has its sign."""
    for alts, layout, calls in plain(found):
        texts = [("|" if p.phased else "/") + call for p, call in zip(found.people, calls, strict=True)]
        yield alts, layout, texts


def split(other: str) -> Callable[[Site], Iterator[Written]]:
    """bcftools norm (other alternates are 0) and vt (they are missing); an uncalled genotype stays uncalled."""

    def write(found: Site) -> Iterator[Written]:
        for number, alt in enumerate(found.alts, 1):
            names = {0: "0", number: "1"}
            calls = [
                f"{genotype(p, lambda n, names=names: names.get(n, other))}:{p.reads[0]},{p.reads[number]}:"
                f"{sum(p.reads)}:99"
                for p in found.people
            ]
            yield (alt,), "GT:AD:DP:GQ", calls

    return write


def fields(layout: str, *parts: Callable[[Person], str]) -> Callable[[Site], Iterator[Written]]:
    """Depths in fields of another caller."""

    def write(found: Site) -> Iterator[Written]:
        calls = [":".join([genotype(p), *(part(p) for part in parts)]) for p in found.people]
        yield found.alts, layout, calls

    return write


def joined(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def varscan(found: Site) -> Iterator[Written]:
    """One alternate a record, AD of the alternate alone; what has two is written as other callers do."""
    if len(found.alts) > 1:
        yield from plain(found)
        return
    calls = [
        f"{genotype(p)}:99:{sum(p.reads)}:{sum(p.reads)}:{p.reads[0]}:{p.reads[1]}:"
        f"{100 * p.reads[1] / max(sum(p.reads), 1):.2f}%"
        for p in found.people
    ]
    yield found.alts, "GT:GQ:SDP:DP:RD:AD:FREQ", calls


def haploid_as(write: Callable[[tuple[int, ...], Person], Person]) -> Callable[[Site], Iterator[Written]]:
    """Callers that know no sex: one X is written as two."""

    def changed(found: Site) -> Iterator[Written]:
        people = [
            write(p.alleles, p) if p.alleles is not None and len(p.alleles) == 1 else p for p in found.people
        ]
        yield from plain(replace(found, people=tuple(people)))

    return changed


def twice(alleles: tuple[int, ...], of: Person) -> Person:
    return replace(of, alleles=alleles * 2)


def as_heterozygous(alleles: tuple[int, ...], of: Person) -> Person:
    return replace(of, alleles=(0, alleles[0]))


def uncalled_as(call: str) -> Callable[[Site], Iterator[Written]]:
    def write(found: Site) -> Iterator[Written]:
        for alts, layout, calls in plain(found):
            depths = joined([0] * (len(alts) + 1))
            silent = call.format(depths)
            people = zip(found.people, calls, strict=True)
            yield alts, layout, [silent if p.alleles is None else text for p, text in people]

    return write


DIALECTS: Mapping[str, Callable[[Site], Iterator[Written]]] = {
    "VCF 4.4": signed,
    "split by bcftools": split("0"),
    "split by vt": split("."),
    "freebayes": fields(
        "GT:DP:GQ:RO:AO",
        lambda p: str(sum(p.reads)),
        lambda p: "99",
        lambda p: str(p.reads[0]),
        lambda p: joined(p.reads[1:]),
    ),
    "freebayes before 1.0": fields(
        "GT:DP:GQ:DPR", lambda p: str(sum(p.reads)), lambda p: "99", lambda p: joined(p.reads)
    ),
    "Platypus": fields(
        "GT:GQ:NR:NV",
        lambda p: "99",
        lambda p: joined([sum(p.reads)] * (len(p.reads) - 1)),
        lambda p: joined(p.reads[1:]),
    ),
    "Ion": fields(
        "GT:GQ:DP:RO:AO:FRO:FAO",
        lambda p: "99",
        lambda p: str(sum(p.reads)),
        lambda p: "1",
        lambda p: joined([1] * (len(p.reads) - 1)),
        lambda p: str(p.reads[0]),
        lambda p: joined(p.reads[1:]),
    ),
    "DeepVariant": fields(
        "GT:GQ:DP:AD:VAF:PL",
        lambda p: "99",
        lambda p: str(sum(p.reads)),
        lambda p: joined(p.reads),
        lambda p: ",".join(f"{n / max(sum(p.reads), 1):.4f}" for n in p.reads[1:]),
        lambda p: "0,30,99",
    ),
    "VarScan": varscan,
    "males with two X, homozygous": haploid_as(twice),
    "males with two X, heterozygous": haploid_as(as_heterozygous),
    "no call as 0/0 without reads": uncalled_as("0/0:{}:0:1"),
    "no call as 0/0 without quality": uncalled_as("0/0:{}:.:0"),
    "no call as half a call": uncalled_as("./0:{}:0:."),
    "no call as a point": uncalled_as("."),
}


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    sequences = {name: "ACGT" * (length // 4) for name, length in CONTIGS.items()}
    return builders.genome(tmp_path_factory.mktemp("genome"), sequences)


def written(
    folder: Path,
    write: Callable[[Site], Iterator[Written]],
    order: Sequence[str] = PEOPLE,
    suffix: str = "vcf",
) -> Path:
    """The family's VCF in a dialect, the samples in an order."""
    places = [PEOPLE.index(name) for name in order]
    lines = ["##fileformat=VCFv4.4"]
    lines += [f"##contig=<ID={name},length={length}>" for name, length in CONTIGS.items()]
    lines += ['##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">']
    lines += [f'##FORMAT=<ID={name},Number=.,Type=String,Description="x">' for name in ("AD", "DP", "GQ")]
    lines += ["\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *order])]
    for found in SITES:
        for alts, layout, calls in write(found):
            fixed = [found.chrom, str(found.pos), ".", found.ref, ",".join(alts), "50", "PASS", ".", layout]
            lines.append("\t".join([*fixed, *(calls[place] for place in places)]))
    path = folder / "family.vcf"
    path.write_text("\n".join(lines) + "\n")
    if suffix == "bcf":
        pysam.bcftools.view("-Ob", "-o", str(folder / "family.bcf"), str(path), catch_stdout=False)
    return folder / f"family.{suffix}"


def transcripts() -> Iterator[Transcript]:
    """A coding transcript of one exon around the sites of each gene."""
    for gene in dict.fromkeys(found.gene for found in SITES):
        here = [found for found in SITES if found.gene == gene]
        start, end = here[0].pos - 31, here[-1].pos + 29
        exon = (start, end - (end - start) % 3)
        yield Transcript(gene, f"{gene}-id", f"{gene}.1", here[0].chrom, "+", (exon,), *exon)


def told(folder: Path, genome: Genome, write: Callable[[Site], Iterator[Written]], **how: Any) -> Told:
    (folder / "family.ped").write_text(PED)
    genes = {found.pos: found.gene for found in SITES}
    vcf = written(folder, write, **how)
    return family_file.read(vcf, folder / "family.ped", genome, folder, RULES, genes, list(transcripts()))


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory, genome: Genome) -> Told:
    return told(tmp_path_factory.mktemp("usual"), genome, plain)


SAME = ("zygosity", "depth", "allele_depth")


def seen(found: Told) -> dict[tuple[str, str], tuple[Any, ...]]:
    """What a call says, of those that are calls."""
    return {
        key: ("uncalled",)
        if row["zygosity"] == "uncalled"
        else (*(row[name] for name in SAME), round(row["allele_balance"] or 0, 3))
        for key, row in found.calls.items()
    }


PARENTS = tuple(
    f"{parent}_{name}" for parent in ("father", "mother") for name in ("genotype", "allele_balance")
)
AS_CALLED = ("genotype", *PARENTS, "other_relatives")
"""Columns with the genotypes and shares of reads as the caller writes them; shares are compared by :func:`seen`."""


def without(rows: Sequence[Mapping[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in names} for row in rows]


def held_against(found: Told, usual: Told) -> None:
    assert seen(found) == seen(usual)
    assert found.statuses == usual.statuses
    assert found.zygosity == usual.zygosity
    assert {name: str(j) for name, j in found.judged.items()} == {n: str(j) for n, j in usual.judged.items()}
    assert without(found.ranked, *AS_CALLED) == without(usual.ranked, *AS_CALLED)
    assert found.pairs == usual.pairs


@pytest.mark.parametrize("write", DIALECTS.values(), ids=DIALECTS)
def test_a_family_is_the_same_in_every_dialect(
    tmp_path: Path, genome: Genome, usual: Told, write: Callable[[Site], Iterator[Written]]
) -> None:
    held_against(told(tmp_path, genome, write), usual)


def test_neither_the_order_of_samples_nor_the_kind_of_file_matters(
    tmp_path: Path, genome: Genome, usual: Told
) -> None:
    held_against(told(tmp_path, genome, plain, order=PEOPLE[::-1]), usual)
    held_against(told(tmp_path, genome, plain, suffix="bcf"), usual)


MODES = {
    "chr1-101-A-G": ["autosomal_recessive"],
    "chr1-201-A-C": ["autosomal_recessive_comp_het"],
    "chr1-201-A-G": ["autosomal_recessive_comp_het"],
    "chr1-301-A-C": ["autosomal_recessive_comp_het"],
    "chr1-501-A-AT": ["autosomal_recessive_comp_het"],
    "chr1-401-A-C": [],
    "chr1-553-A-C": [],
    "chr1-1001-A-G": ["de_novo"],
    "chr1-1501-A-G": [],
    "chr1-2001-A-G": [],
    "chr1-3001-A-G": ["autosomal_recessive_comp_het"],
    "chr1-10001-A-G": ["autosomal_recessive"],
    "chrX-2800001-A-G": ["x_linked_recessive"],
    "chrX-2810001-A-G": [],
    "chrX-2820001-A-G": ["x_linked_recessive"],
    "chrX-2830001-A-G": [],
    "chrM-101-A-G": ["mitochondrial"],
    "chrM-201-A-G": ["de_novo"],
}


def test_the_modes_of_the_family(usual: Told) -> None:
    assert {name: usual.modes(name) for name in MODES} == MODES
    dropped = {name: status for name, status in usual.statuses.items() if status != "kept"}
    others = {"chr1-401-A-G": "genotype", "chr1-553-A-G": "genotype"}
    assert dropped == {**others, "chr1-11001-A-G": "allele_balance"}
    assert {usual.zygosity[name] for name in MODES if name.startswith("chrX-28")} == {
        "hemizygous",
        "heterozygous",
    }
    assert "father: 6 reads of the allele" in str(usual.judged["chr1-1501-A-G"])
    assert "90% of reads, unaffected mother with 30% of reads" in str(usual.judged["chrM-101-A-G"])
    assert "50% of reads, heterozygous where one X is expected: a mosaic" in str(
        usual.judged["chrX-2830001-A-G"]
    )


def test_the_ranked_table_of_the_family(usual: Told) -> None:
    kept = {allele for allele, status in usual.statuses.items() if status == "kept"}
    assert {f"{r['chrom']}-{r['pos']}-{r['ref']}-{r['alt']}" for r in usual.ranked} == kept
    partners = {(row["gene"], row["partner_phase"]) for row in usual.ranked if row["partner"]}
    assert {("SPLIT", "trans"), ("PHASED", "trans"), ("PAIR", "trans"), ("CODON", "cis")} <= partners
    assert [r["joint_phase"] for r in usual.ranked if r["gene"] == "CODON"] == ["cis", "cis"]
    assert len({row["score"] for row in usual.ranked}) > len(usual.ranked) / 2
