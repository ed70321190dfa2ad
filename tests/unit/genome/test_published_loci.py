"""Names and proteins of real genes, held against published ones."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from landfall.genome.annotation.reader import from_table, read_gtf, to_table
from landfall.genome.consequence import consequence
from landfall.genome.hgvs.dna import hgvs_c
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import GeneIndex
from landfall.genome.translation import cds_sequence, residues

pytestmark = pytest.mark.shared_data

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
AGREEING = {"splice_outcomes": 404, "intronic_labels": 43, "pseudoexons": 7}
"""Rows of each table whose published name is the name in a transcript of the annotation."""
Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


@pytest.fixture(scope="module")
def genome(shared_data: Path) -> Genome:
    return Genome(shared_data / "loci" / "GRCh38.fa.gz")


@pytest.fixture(scope="module")
def index(shared_data: Path, genome: Genome) -> GeneIndex:
    return GeneIndex(read_gtf(shared_data / "loci" / "genes.GRCh38.gtf.gz", genome.aliases, genome))


@pytest.mark.parametrize(
    "case", rows(GOLDEN / "genes_clinical.tsv"), ids=lambda c: f"{c['gene']}-{c['hgvs_c']}"
)
def test_known_clinical_variants(case: Row, genome: Genome, index: GeneIndex) -> None:
    (transcript,) = index.transcript(case["transcript"])
    allele = int(case["pos"]), case["ref"], case["alt"]
    assert hgvs_c(transcript, *allele, genome) == case["hgvs_c"]
    assert consequence(transcript, *allele, genome) == (case["consequence"], case["hgvs_p"] or None)
    assert transcript.gene == case["gene"]


def _published(row: Row) -> str:
    """The published name without its transcript."""
    return re.sub(r"^(NM_|ENST)[^:]*:", "", row["hgvs_c"])


def _ours(row: Row, genome: Genome, index: GeneIndex) -> tuple[str, set[str]]:
    """The name in the representative transcript (empty without one) and those in all transcripts there."""
    pos, ref, alt = int(row["pos"]), row["ref"], row["alt"]
    here = index.overlapping(row["chrom"], pos - 1, pos - 1 + len(ref))
    here = [t for t in here if t.strand == row.get("strand", t.strand)]
    first = [hgvs_c(t, pos, ref, alt, genome) for t in here if t.representative]
    return first[0] if first else "", {hgvs_c(t, pos, ref, alt, genome) for t in here}


@pytest.mark.parametrize("table", AGREEING)
def test_published_names(table: str, shared_data: Path, genome: Genome, index: GeneIndex) -> None:
    """Every published name is ours, or its difference stands with its reason in the golden file."""
    agreeing, different = 0, []
    for row in rows(shared_data / "truth" / f"{table}.GRCh38.tsv"):
        ours, names = _ours(row, genome, index)
        if _published(row) in names:
            agreeing += 1
        else:
            different.append((row["chrom"], row["pos"], row["ref"], row["alt"], _published(row), ours))
    golden = [case for case in rows(GOLDEN / "genes_published_differences.tsv") if case["table"] == table]
    expected = [(c["chrom"], c["pos"], c["ref"], c["alt"], c["published"], c["ours"]) for c in golden]
    assert sorted(different) == sorted(expected)
    assert agreeing == AGREEING[table]


def test_coding_sequences_run_from_start_to_stop(genome: Genome, index: GeneIndex) -> None:
    intact = Counter(_intact(genome, index, t.transcript) for t in index.transcripts if t.coding)
    assert intact == {True: 659, False: 4}


def _intact(genome: Genome, index: GeneIndex, name: str) -> bool:
    (transcript,) = index.transcript(name)
    sequence, read = cds_sequence(transcript, genome), residues(transcript, genome)
    return len(sequence) % 3 == 0 and read[0] == "M" and read.find("*") == len(read) - 1


def test_the_one_selenoprotein_of_the_loci(genome: Genome, index: GeneIndex) -> None:
    """TXNRD2 ends in Gly-Cys-Sec-Gly; its TGA is not a stop."""
    found = [t.gene for t in index.transcripts if t.coding and "U" in residues(t, genome)]
    assert found == ["TXNRD2"]
    (transcript,) = index.gene("TXNRD2")
    assert residues(transcript, genome).endswith("GCUG*")


def test_one_representative_per_gene_and_the_table_returns_all(index: GeneIndex) -> None:
    assert len(index.transcripts) == 665
    assert len(index.representatives()) == len({t.gene_id for t in index.transcripts}) == 563
    assert set(from_table(to_table(index.transcripts))) == set(index.transcripts)


def test_the_deep_intronic_case_in_words(index: GeneIndex) -> None:
    """The teaching case c.663+784C>T of DYSF; it is the sixth intron of this transcript."""
    (transcript,) = index.gene("DYSF")
    assert transcript.region(71514705).text == "784 bases into intron 6"
    assert transcript.c_position(71514705) == "663+784"


def test_a_coordinate_from_the_farther_end_of_an_intron(index: GeneIndex) -> None:
    (transcript,) = [t for t in index.gene("FKTN") if t.representative]
    assert transcript.from_c("c.647+2084") == transcript.from_c("c.648-1243") == 105606576
