"""VCF records of the demo: genotypes with their reads, and the two files, whose headers say synthetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pysam

from demo import catalogue as demo
from demo.alleles import Allele

POPULATION = 152_312
"""Alleles counted at every site of the frequency file."""

HEADER = (
    "##fileformat=VCFv4.3",
    f"##source=landfall demo/make_demo.py, seed {demo.SEED}",
    f'##{demo.LABEL}="SYNTHETIC data on a synthetic genome: no human being was sequenced"',
)
FILTERS = (
    '##FILTER=<ID=PASS,Description="All filters passed">',
    '##FILTER=<ID=LowQual,Description="Low quality">',
)
PROBAND_LINES = (
    *FILTERS,
    '##ALT=<ID=DEL,Description="Deletion">',
    '##ALT=<ID=NON_REF,Description="Any allele not listed, as in a gVCF">',
    '##INFO=<ID=END,Number=1,Type=Integer,Description="Last position of the record">',
    '##INFO=<ID=SVTYPE,Number=1,Type=String,Description="Type of structural variant">',
    '##INFO=<ID=SVLEN,Number=1,Type=Integer,Description="Length of the structural variant">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads of each allele, reference first">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Reads at the site">',
    '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Genotype quality">',
)
FREQUENCY_LINES = (
    '##FILTER=<ID=PASS,Description="All filters passed">',
    '##INFO=<ID=AC,Number=A,Type=Integer,Description="Count of the alternate allele, invented">',
    '##INFO=<ID=AN,Number=1,Type=Integer,Description="Alleles counted, invented">',
    '##INFO=<ID=AF,Number=A,Type=Float,Description="Frequency of the alternate allele, invented">',
)


@dataclass(frozen=True)
class Record:
    """One line of the proband's VCF. ``reads`` has one number per allele, the reference first."""

    chrom: str
    pos: int
    ref: str
    alts: tuple[str, ...]
    genotype: str
    reads: tuple[int, ...]
    quality: int  # GQ
    filter: str = "PASS"
    info: str = "."

    @property
    def line(self) -> str:
        depth = sum(self.reads)
        reads = ",".join(map(str, self.reads))
        sample = f"{self.genotype}:{reads}:{depth}:{self.quality}"
        call_quality = min(9_999, 6 * self.quality + 11 * sum(self.reads[1:]))
        place = [self.chrom, str(self.pos), ".", self.ref, ",".join(self.alts), str(call_quality)]
        return "\t".join([*place, self.filter, self.info, "GT:AD:DP:GQ", sample])


@dataclass
class Files:
    """What the two VCF files will hold: records of the proband, and counts in the population."""

    records: list[Record] = field(default_factory=list)
    counts: dict[Allele, int] = field(default_factory=dict)


def spread(stream: Random, depth: int, called: tuple[int, ...], alleles: int) -> tuple[int, ...]:
    """Reads of each allele: all to one called allele, or about half to each of two."""
    reads = [0] * alleles
    if called[0] == called[1]:
        reads[called[0]] = depth
        return tuple(reads)
    first = round(depth * min(max(stream.gauss(0.5, 0.05), 0.4), 0.6))
    reads[called[0]], reads[called[1]] = first, depth - first
    return tuple(reads)


def good(stream: Random, allele: Allele, genotype: str, alts: tuple[str, ...] = ()) -> Record:
    """A well-covered, confident call; ``alts`` where the record has more alternates than the allele's."""
    alts = alts or (allele.alt,)
    called = tuple(int(number) for number in genotype.replace("|", "/").split("/"))
    depth = min(max(round(stream.gauss(34, 6)), 18), 60)
    reads = spread(stream, depth, called, len(alts) + 1)
    return Record(allele.chrom, allele.pos, allele.ref, alts, genotype, reads, stream.randint(48, 99))


def flawed(stream: Random, record: Record) -> Record:
    """The same call with one fault that the filter looks for, far from its threshold."""
    total, alternates = sum(record.reads), len(record.reads) - 1
    flaw = stream.choice(("depth", "quality", "filter", "balance", "reference", "missing"))
    if flaw == "depth":
        few = stream.choice((4, 6))
        called = tuple(int(number) for number in record.genotype.replace("|", "/").split("/"))
        return replace(record, reads=spread(stream, few, called, alternates + 1))
    if flaw == "quality":
        return replace(record, quality=stream.randint(3, 12))
    if flaw == "filter":
        return replace(record, filter="LowQual")
    if flaw == "balance":
        one = (total - 1, 1) + (0,) * (alternates - 1)
        return replace(record, genotype="0/1", reads=one)
    genotype = "0/0" if flaw == "reference" else "./."
    return replace(record, genotype=genotype, reads=(total,) + (0,) * alternates)


def _write(
    path: Path, contigs: Mapping[str, str], meta: Iterable[str], columns: str, rows: Iterable[str]
) -> None:
    plain = path.with_suffix("")
    with plain.open("w", encoding="ascii", newline="\n") as out:
        out.writelines(line + "\n" for line in HEADER)
        out.writelines(f"##contig=<ID={chrom},length={len(text)}>\n" for chrom, text in contigs.items())
        out.writelines(line + "\n" for line in (*meta, columns, *rows))
    pysam.tabix_compress(str(plain), str(path), force=True)
    plain.unlink()
    pysam.tabix_index(str(path), preset="vcf", force=True)


def write_proband(files: Files, contigs: Mapping[str, str], path: Path) -> None:
    order = {chrom: number for number, chrom in enumerate(contigs)}
    records = sorted(files.records, key=lambda record: (order[record.chrom], record.pos))
    columns = f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{demo.SAMPLE}"
    _write(path, contigs, PROBAND_LINES, columns, (record.line for record in records))


def write_frequencies(files: Files, contigs: Mapping[str, str], path: Path) -> None:
    """One allele per line, normalised, as gnomAD has them."""
    order = {chrom: number for number, chrom in enumerate(contigs)}
    listed = sorted(
        files.counts.items(), key=lambda item: (order[item[0].chrom], item[0].pos, item[0].ref, item[0].alt)
    )
    rows = (
        f"{a.chrom}\t{a.pos}\t.\t{a.ref}\t{a.alt}\t.\tPASS\tAC={n};AN={POPULATION};AF={n / POPULATION:.6g}"
        for a, n in listed
    )
    _write(path, contigs, FREQUENCY_LINES, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO", rows)


def write_pedigree(path: Path) -> None:
    """The proband, her healthy parents and her healthy brother; only she was sequenced."""
    rows = (
        ("#family_id", "individual_id", "paternal_id", "maternal_id", "sex", "phenotype"),
        ("FAM1", demo.SAMPLE, "FATHER", "MOTHER", "2", "2"),
        ("FAM1", "FATHER", "0", "0", "1", "1"),
        ("FAM1", "MOTHER", "0", "0", "2", "1"),
        ("FAM1", "SIBLING", "FATHER", "MOTHER", "1", "1"),
    )
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="ascii", newline="\n")
