"""Everything in the proband's VCF that must fall to the filter: common alleles, poor calls, other regions."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from demo import catalogue as demo
from demo.alleles import Allele, indel, mnv, padded, right_shifted, snv, substituted
from demo.finalists import Finalist
from demo.layout import END_OF_CONTIG, Placed, SyntheticGenome
from demo.records import POPULATION, Files, Record, flawed, good

EXON, CLOSED, CANDIDATE, NEAR = 1, 2, 4, 8  # what a base is, as bits
SPLICE_EDGE, AROUND_FINALIST, LONGEST = 25, 15, 14
MEAN_GAP, NEXT = 37, 3
POOR_SHARE, RARE_SHARE, EXON_SHARE, POPULATION_ONLY, COMMON_POOR = 0.04, 0.035, 0.4, 0.1, 0.02
COMMONEST, COMMON = 0.97, 0.02
RAREST_COUNTS = (1, 12)  # of POPULATION: below one in ten thousand
AWKWARD_CHROM, AWKWARD_FROM, AWKWARD_TO = "chr7", 1_500, 6_000


def mask(genome: SyntheticGenome, finalists: list[Finalist]) -> dict[str, bytearray]:
    """For every contig, what each base is."""
    bits = {chrom: bytearray(len(text)) for chrom, text in genome.contigs.items()}
    for placed in genome.genes:
        _mark_gene(bits[placed.spec.chrom], placed)
    for finalist in finalists:
        reach = max(finalist.written.end, finalist.allele.end) + AROUND_FINALIST
        _mark(bits[finalist.allele.chrom], finalist.allele.pos - AROUND_FINALIST, reach, CLOSED)
    _mark(bits[AWKWARD_CHROM], AWKWARD_FROM, AWKWARD_TO, CLOSED)
    for text in bits.values():
        _mark(text, 0, END_OF_CONTIG + LONGEST, CLOSED)
        _mark(text, len(text) - END_OF_CONTIG - LONGEST, len(text), CLOSED)
    return bits


def _mark(text: bytearray, start: int, end: int, bit: int) -> None:
    for index in range(max(start, 0), min(end, len(text))):
        text[index] |= bit


def _mark_gene(text: bytearray, placed: Placed) -> None:
    for start, end in placed.exons:
        _mark(text, start, end, EXON)
        _mark(text, start - SPLICE_EDGE, start + SPLICE_EDGE, CLOSED)
        _mark(text, end - SPLICE_EDGE, end + SPLICE_EDGE, CLOSED)
    if placed.spec.candidate:
        _mark(text, placed.start, placed.end, CANDIDATE)
        around = demo.CLEAR_OF_GENES + 100
        _mark(text, placed.start - around, placed.end + around, NEAR)


def add_background(genome: SyntheticGenome, finalists: list[Finalist], files: Files) -> None:
    """Walk along every contig and drop alleles at random distances."""
    bits = mask(genome, finalists)
    for chrom, contig in genome.contigs.items():
        stream = Random(f"{demo.SEED}:background:{chrom}")
        index = END_OF_CONTIG
        while (index := index + NEXT + int(stream.expovariate(1 / MEAN_GAP))) < len(contig) - END_OF_CONTIG:
            kinds = bits[chrom][index - 2] | bits[chrom][index] | bits[chrom][index + LONGEST]
            if kinds & CLOSED or (kinds & EXON and stream.random() > EXON_SHARE):
                continue
            index = _site(stream, chrom, contig, index, kinds, files)


def _site(stream: Random, chrom: str, contig: str, index: int, kinds: int, files: Files) -> int:
    """One site at a 0-based index; the index up to which the contig is taken."""
    allele, others = _changed(stream, chrom, contig, index, snv_only=bool(kinds & EXON))
    farthest = right_shifted(allele, contig) if len(allele.ref) != len(allele.alt) else allele
    if allele.pos - 1 < index - 1:  # left-aligned into what may be taken already
        return index
    chance = stream.random()
    if kinds & CANDIDATE and chance < POOR_SHARE:
        files.records.append(flawed(stream, good(stream, allele, "0/1")))
        _count_rare(stream, allele, files)
    elif not kinds & (CANDIDATE | NEAR) and chance < RARE_SHARE:
        files.records.append(good(stream, allele, "0/1"))
        _count_rare(stream, allele, files)
    else:
        _common(stream, contig, allele, others, files)
    return max(allele.end, farthest.end) + 1


def _changed(
    stream: Random, chrom: str, contig: str, index: int, snv_only: bool
) -> tuple[Allele, tuple[str, ...]]:
    """An allele, and further alternates of the same site where it has several."""
    kind = 0.0 if snv_only else stream.random()
    if kind < 0.868:
        return snv(stream, chrom, contig, index), ()
    if kind < 0.985:
        return _indel(stream, chrom, contig, index), ()
    if kind < 0.988:
        return mnv(stream, chrom, contig, index, stream.choice((2, 2, 3))), ()
    first = snv(stream, chrom, contig, index)
    free = [base for base in "ACGT" if base not in (first.ref, first.alt)]
    return first, (stream.choice([*free, first.ref + free[0]]),)


def _indel(stream: Random, chrom: str, contig: str, index: int) -> Allele:
    while True:
        drawn = indel(stream, chrom, contig, index, deletion=stream.random() < 0.52)
        if drawn.ref != drawn.alt:
            return drawn


def frequency(stream: Random) -> float:
    """Far more alleles are uncommon than common; none lies near the filter's cut-off."""
    return COMMON + (COMMONEST - COMMON) * stream.betavariate(0.95, 0.9)


def _common(stream: Random, contig: str, allele: Allele, others: tuple[str, ...], files: Files) -> None:
    share = frequency(stream)
    files.counts[allele] = round(share * POPULATION)
    for alt in others:
        files.counts[replace(allele, alt=alt)] = round(
            frequency(stream) * POPULATION / 4 + COMMON * POPULATION
        )
    if stream.random() < POPULATION_ONLY:
        return
    het = 2 * (1 - share) / (2 - share)  # Hardy-Weinberg, given that the allele is carried
    genotype = stream.choice(("0/1", "0/1", "0/1", "0|1", "1|0")) if stream.random() < het else "1/1"
    if others:
        genotype = stream.choice(("1/2", "0/1", "0/2"))
    record = good(stream, allele, genotype, (allele.alt, *others))
    if stream.random() < COMMON_POOR:
        record = flawed(stream, record)
    files.records.append(record if others else _spelt(stream, contig, allele, record))


def _spelt(stream: Random, contig: str, allele: Allele, record: Record) -> Record:
    """A few alleles written in another way than the frequency file has them."""
    chance = stream.random()
    if chance < 0.002:
        other = padded(allele, contig, stream.choice((0, 1)), stream.choice((1, 2)))
    elif chance < 0.05 and len(allele.ref) != len(allele.alt):
        other = right_shifted(allele, contig)
    elif chance > 0.999:
        return replace(record, ref=record.ref.lower(), alts=tuple(alt.lower() for alt in record.alts))
    else:
        return record
    return replace(record, pos=other.pos, ref=other.ref, alts=(other.alt,))


def _count_rare(stream: Random, allele: Allele, files: Files) -> None:
    if stream.random() < 0.3:
        files.counts[allele] = stream.randint(*RAREST_COUNTS)


def add_finalists(genome: SyntheticGenome, finalists: list[Finalist], files: Files) -> None:
    """The alleles that stay; of the intronic ones the first is in lower case, the second not alone."""
    intronic = [finalist for finalist in finalists if finalist.kind == "intronic"]
    for finalist in finalists:
        stream = Random(f"{demo.SEED}:call:{finalist.allele}")
        record = good(stream, finalist.written, "1/1" if finalist.homozygous else "0/1")
        if finalist is intronic[0]:
            record = replace(record, ref=record.ref.lower(), alts=(finalist.allele.alt.lower(),))
        if finalist is intronic[1]:
            record = _shared(stream, finalist.allele, files)
        files.records.append(record)
        if finalist.known:
            files.counts[finalist.allele] = stream.randint(*RAREST_COUNTS)


def _shared(stream: Random, rare: Allele, files: Files) -> Record:
    """A record with a common allele first and the rare one second, both carried."""
    common = next(base for base in "ACGT" if base not in (rare.ref, rare.alt))
    files.counts[replace(rare, alt=common)] = round(0.21 * POPULATION)
    return good(stream, rare, "1/2", (common, rare.alt))


def add_awkward(genome: SyntheticGenome, files: Files) -> None:
    """Records that a VCF may hold and a workflow must account for, all far from the candidate genes."""
    contig = genome.contigs[AWKWARD_CHROM]
    stream = Random(f"{demo.SEED}:awkward")

    def add(pos: int, ref: str, alts: tuple[str, ...], genotype: str, info: str = ".") -> Record:
        record = replace(good(stream, Allele(AWKWARD_CHROM, pos, ref, ""), genotype, alts), info=info)
        files.records.append(record)
        return record

    base = {pos: contig[pos - 1].upper() for pos in range(AWKWARD_FROM, AWKWARD_TO)}
    change = {pos: substituted(stream, ref) for pos, ref in base.items()}
    add(1_600, base[1_600], ("<DEL>",), "0/1", "END=2100;SVTYPE=DEL;SVLEN=-500")
    add(2_200, base[2_200], (f"{base[2_200]}[chr9:3000[",), "0/1", "SVTYPE=BND")
    add(2_300, base[2_300], (change[2_300], "<NON_REF>"), "0/1")
    add(2_400, base[2_400], ("<NON_REF>",), "0/0", "END=2450")
    add(2_500, "".join(base[pos] for pos in range(2_500, 2_507)), (base[2_500],), "0/1")
    add(2_503, base[2_503], (change[2_503], "*"), "1/2")
    add(2_600, base[2_600], (".",), "0/0")
    twice = add(2_700, base[2_700], (change[2_700],), "0/1")
    files.records.append(twice)
    add(2_800, base[2_800].lower(), (change[2_800].lower(),), "1/1")
    long_ref = "".join(base[pos] for pos in range(3_000, 5_501))
    add(3_000, long_ref, (base[3_000],), "0/1")
