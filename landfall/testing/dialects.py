"""One set of genotypes and reads, written in the dialects of callers and of tools that split records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """Call of one person: ``alleles`` of the genotype (-1: missing), ``reads`` of REF and each alternate."""

    alleles: tuple[int, ...]
    reads: tuple[int, ...]
    quality: int = 99

    @property
    def depth(self) -> int:
        return sum(self.reads)


@dataclass(frozen=True)
class Site:
    """One position of the reference, its alternates, and the genotypes of each person."""

    chrom: str
    pos: int
    ref: str
    alts: tuple[str, ...]
    people: tuple[Seen, ...]


Cell = Callable[[Seen], Sequence[object]]
Writer = Callable[[Site], list[str]]
"""The records of a site, fields separated by blanks as :func:`landfall.testing.builders.vcf_text` takes them."""


def genotype(seen: Seen, lead: str = "", separator: str = "/") -> str:
    return lead + separator.join("." if name < 0 else str(name) for name in seen.alleles)


def listed(values: Sequence[object]) -> str:
    return ",".join(map(str, values))


def record(site: Site, alt: str, layout: str, people: Sequence[Sequence[object]]) -> str:
    cells = " ".join(":".join(map(str, cell)) for cell in people)
    return f"{site.chrom} {site.pos} . {site.ref} {alt} 50 PASS . {layout} {cells}"


def joined(layout: str, cell: Cell, alternates: int = 99) -> Writer:
    """One record for a site; sites of more alternates than a caller can write are written as GATK does."""

    def write(site: Site) -> list[str]:
        if len(site.alts) > alternates:
            return WRITERS["GATK"](site)
        return [record(site, ",".join(site.alts), layout, [cell(seen) for seen in site.people])]

    return write


def split(name_of: Callable[[int, int], int], in_order: bool = False) -> Writer:
    """A record for each alternate. name_of: number of an allele of a genotype in the record of an alternate."""

    def one(seen: Seen, number: int) -> list[object]:
        names = [name_of(name, number) for name in seen.alleles]
        half = Seen(tuple(sorted(names) if in_order else names), (seen.reads[0], seen.reads[number]))
        return [genotype(half), listed(half.reads), seen.depth, seen.quality]

    def write(site: Site) -> list[str]:
        return [
            record(site, alt, "GT:AD:DP:GQ", [one(seen, number) for seen in site.people])
            for number, alt in enumerate(site.alts, start=1)
        ]

    return write


def _as_reference(name: int, number: int) -> int:
    return {number: 1, -1: -1}.get(name, 0)


def _as_missing(name: int, number: int) -> int:
    return {number: 1, 0: 0}.get(name, -1)


def _shares(seen: Seen) -> str:
    return listed([reads / seen.depth if seen.depth else 0 for reads in seen.reads[1:]])


def _local(seen: Seen, reference: bool) -> list[object]:
    """Local alleles: those with reads of the person, or in the genotype."""
    here = [n for n in range(1, len(seen.reads)) if seen.reads[n] or n in seen.alleles]
    number = {-1: -1, 0: 0} | {name: place for place, name in enumerate(here, start=1)}
    mine = Seen(tuple(number[name] for name in seen.alleles), ())
    names = listed([0, *here] if reference else here) or "."
    return [
        genotype(mine),
        names,
        listed([seen.reads[0], *(seen.reads[n] for n in here)]),
        seen.depth,
        seen.quality,
    ]


WRITERS: Mapping[str, Writer] = {
    "GATK": joined("GT:AD:DP:GQ", lambda s: [genotype(s), listed(s.reads), s.depth, s.quality]),
    "VCF 4.4": joined("GT:AD:DP:GQ", lambda s: [genotype(s, "/"), listed(s.reads), s.depth, s.quality]),
    "phased": joined("GT:AD:DP:GQ", lambda s: [genotype(s, "", "|"), listed(s.reads), s.depth, s.quality]),
    "AD alone": joined("GT:AD:GQ", lambda s: [genotype(s), listed(s.reads), s.quality]),
    "GQ as a fraction": joined("GQ:GT:AD", lambda s: [f"{s.quality}.0", genotype(s), listed(s.reads)]),
    "freebayes": joined(
        "GT:DP:RO:AO:GQ", lambda s: [genotype(s), s.depth, s.reads[0], listed(s.reads[1:]), s.quality]
    ),
    "old freebayes": joined(
        "GT:DP:DPR:GQ", lambda s: [genotype(s), s.depth, listed([s.depth, *s.reads[1:]]), s.quality]
    ),
    "samtools": joined("GT:DPR:GQ", lambda s: [genotype(s), listed(s.reads), s.quality]),
    "Platypus": joined(
        "GT:GQ:NR:NV",
        lambda s: [genotype(s), s.quality, listed([s.depth] * (len(s.reads) - 1)), listed(s.reads[1:])],
    ),
    "VarScan": joined(
        "GT:GQ:DP:RD:AD:FREQ",
        lambda s: [genotype(s), s.quality, s.depth, *s.reads, f"{100 * s.reads[1] / max(s.depth, 1)}%"],
        alternates=1,
    ),
    "Ion": joined(
        "GT:GQ:DP:FDP:RO:FRO:AO:FAO",
        lambda s: [
            *(genotype(s), s.quality, s.depth, s.depth, 1, s.reads[0]),
            *(listed([2] * (len(s.reads) - 1)), listed(s.reads[1:])),
        ],
    ),
    "DeepVariant": joined("GT:GQ:DP:VAF", lambda s: [genotype(s), s.quality, s.depth, _shares(s)]),
    "DRAGEN": joined("GT:AF:DP:GQ", lambda s: [genotype(s), _shares(s), s.depth, s.quality]),
    "per cent": joined(
        "GT:GQ:DP:FREQ",
        lambda s: [genotype(s), s.quality, s.depth, f"{100 * s.reads[1] / max(s.depth, 1)}%"],
        alternates=1,
    ),
    "Strelka": joined(
        "GT:GQ:DPI:TAR:TIR",
        lambda s: [genotype(s), s.quality, s.depth, f"{s.reads[0]},9", f"{s.reads[1]},9"],
        alternates=1,
    ),
    "local alleles": joined("LGT:LAA:LAD:DP:GQ", lambda s: _local(s, reference=False)),
    "hail": joined("LGT:LA:LAD:DP:GQ", lambda s: _local(s, reference=True)),
    "bcftools norm": split(_as_reference),
    "vt decompose": split(_as_missing),
    "split in order": split(_as_reference, in_order=True),
}
