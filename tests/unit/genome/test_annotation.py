"""Reading GTF of several origins into transcripts, and the table of transcripts."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from landfall.genome.annotation.reader import (
    AnnotationError,
    choose_representatives,
    from_table,
    read_gtf,
    to_table,
)
from landfall.genome.tables import TRANSCRIPTS
from landfall.genome.translation import cds_sequence
from landfall.io import parquet
from landfall.testing.toy_gene import CODING, CONTIG, MemoryGenome, gene

ALIASES = {"chr1": "chr1", "1": "chr1", "chrX": "chrX", "chrY": "chrY"}
NAMES = 'gene_id "G1"; transcript_id "T1"; gene_name "TOY";'
EXONS = [("exon", 21, 50), ("exon", 91, 112), ("exon", 154, 198)]
CODING_ROWS = [("CDS", 31, 50, 0), ("CDS", 91, 112, 1), ("CDS", 154, 180, 0)]  # the stop is 181..183


def row(
    feature: str,
    start: int,
    end: int,
    frame: object = ".",
    names: str = NAMES,
    chrom: str = "chr1",
    strand: str = "+",
) -> str:
    return f"{chrom}\ttest\t{feature}\t{start}\t{end}\t.\t{strand}\t{frame}\t{names}\n"


def gtf(path: Path, *rows: str) -> Path:
    file = path / "genes.gtf"
    file.write_text("#!genome-build toy\n" + "".join(rows))
    return file


def toy_rows(stop: tuple[tuple[int, int], ...] = (), names: str = NAMES) -> list[str]:
    rows = [row(*cells, names=names) for cells in [*EXONS, *CODING_ROWS]]
    return rows + [row("stop_codon", *cells, 0, names=names) for cells in stop]


def test_the_toy_gene_is_intact() -> None:
    for strand in "+-":
        assert cds_sequence(*gene(strand)) == CODING


def test_stop_codon_rows_are_added_to_the_coding_sequence(tmp_path: Path) -> None:
    (found,) = read_gtf(gtf(tmp_path, *toy_rows(((181, 183),))), ALIASES)
    assert (found.cds_start, found.cds_end) == (30, 183)
    assert found.exons == ((20, 50), (90, 112), (153, 198))
    assert found.representative


@pytest.mark.parametrize("name", ["1", "chr1"])
def test_contig_names_go_through_the_table_of_aliases(tmp_path: Path, name: str) -> None:
    rows = [line.replace("chr1", name, 1) for line in toy_rows()]
    rows.append(row("exon", 1, 9, names='gene_id "G2"; transcript_id "T2";', chrom="chr1_random"))
    found = read_gtf(gtf(tmp_path, *rows), ALIASES)
    assert [t.chrom for t in found] == ["chr1"]
    assert found.dropped_contigs == {"chr1_random": 1}


def test_without_stop_codon_rows_the_sequence_decides(tmp_path: Path) -> None:
    """LRG and gffread files hold the stop codon in the CDS rows; Ensembl's custom leaves it out."""
    _, genome = gene()
    file = gtf(tmp_path, *toy_rows())
    assert read_gtf(file, ALIASES, genome)[0].cds_end == 183
    with_stop = [line.replace("\t180\t", "\t183\t") for line in toy_rows()]
    assert read_gtf(gtf(tmp_path, *with_stop), ALIASES, genome)[0].cds_end == 183
    neither = MemoryGenome({"chr1": CONTIG[:180] + "GGG" + CONTIG[183:]})
    assert read_gtf(gtf(tmp_path, *toy_rows()), ALIASES, neither)[0].cds_end == 180


def test_without_stop_codon_rows_and_sequence_three_bases_are_added(tmp_path: Path) -> None:
    assert read_gtf(gtf(tmp_path, *toy_rows()), ALIASES)[0].cds_end == 183
    open_ended = toy_rows(names=NAMES + ' tag "cds_end_NF";')
    assert read_gtf(gtf(tmp_path, *open_ended), ALIASES)[0].cds_end == 180


def test_the_stop_codon_may_lie_across_an_intron(tmp_path: Path) -> None:
    forward = [row("exon", 1, 20), row("exon", 51, 60), row("CDS", 1, 18, 0)]
    assert read_gtf(gtf(tmp_path, *forward), ALIASES)[0].cds_end == 51
    split = [row("stop_codon", 19, 20, 0), row("stop_codon", 51, 51, 1)]
    assert read_gtf(gtf(tmp_path, *forward, *split), ALIASES)[0].cds_end == 51
    backward = [row(*cells, strand="-") for cells in (("exon", 1, 20), ("exon", 51, 60), ("CDS", 52, 60, 0))]
    assert read_gtf(gtf(tmp_path, *backward), ALIASES)[0].cds_start == 18


def test_a_leading_partial_codon_is_left_out(tmp_path: Path) -> None:
    """Ensembl's cds_start_NF transcripts begin in mid codon, which the frame column tells."""
    rows = [
        row("exon", 1, 10),
        row("exon", 21, 40),
        row("CDS", 10, 10, 2),
        row("CDS", 21, 30, 0),
        row("stop_codon", 31, 33, 0),
    ]
    (found,) = read_gtf(gtf(tmp_path, *rows), ALIASES)
    assert (found.cds_start, found.cds_end) == (21, 33)
    (found,) = read_gtf(
        gtf(
            tmp_path,
            *(line.replace("\t+\t", "\t-\t") for line in rows[:2]),
            row("CDS", 21, 40, 1, strand="-"),
            row("stop_codon", 9, 10, 0, strand="-"),
        ),
        ALIASES,
    )
    assert (found.cds_start, found.cds_end) == (8, 39)


@pytest.mark.parametrize(
    ("names", "gene_name", "identifier", "kind"),
    [
        (
            'gene_id "ENSG1"; transcript_id "ENST1"; transcript_version "2"; gene_name "NA"; '
            'transcript_biotype "lncRNA";',
            "NA",
            "ENST1.2",
            "lncRNA",
        ),
        (
            'gene_id "ENSG1.3"; transcript_id "ENST1.2"; gene_type "protein_coding"; gene_name "ABC";',
            "ABC",
            "ENST1.2",
            "protein_coding",
        ),
        (
            'gene_id "ABC_1"; transcript_id "NM_1.2"; gene "ABC"; transcript_biotype "mRNA";',
            "ABC",
            "NM_1.2",
            "mRNA",
        ),
        ('gene_id "ABC"; transcript_id "NM_1";', "ABC", "NM_1", ""),
    ],
)
def test_names_of_ensembl_gencode_refseq_and_plain_files(
    tmp_path: Path, names: str, gene_name: str, identifier: str, kind: str
) -> None:
    (found,) = read_gtf(gtf(tmp_path, *toy_rows(names=names)), ALIASES)
    assert (found.gene, found.transcript, found.biotype) == (gene_name, identifier, kind)


@pytest.mark.parametrize(
    ("tags", "tag"),
    [
        ('tag "basic"; tag "Ensembl_canonical"; tag "MANE_Select";', "MANE_Select"),
        ('tag "MANE Select";', "MANE_Select"),
        ('tag "MANE Plus Clinical"; tag "RefSeq Select";', "MANE_Plus_Clinical"),
        ('tag "basic"; tag "MANE_Plus_Clinical"; tag "appris_alternative_2";', "MANE_Plus_Clinical"),
        ('tag "RefSeq Select";', "RefSeq_Select"),
        ('tag "ensembl_canonical"; tag "RefSeq_Select";', "RefSeq_Select"),
        ('tag "gencode_primary"; tag "Ensembl_canonical"; tag "CCDS";', "Ensembl_canonical"),
        ('tag "basic";', ""),
    ],
)
def test_tags(tmp_path: Path, tags: str, tag: str) -> None:
    rows = [row("transcript", 21, 198, names=NAMES + tags), *toy_rows()]
    assert read_gtf(gtf(tmp_path, *rows), ALIASES)[0].tag == tag
    assert read_gtf(gtf(tmp_path, *rows[1:], rows[0]), ALIASES)[0].tag == tag


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    file = gtf(tmp_path, *toy_rows())
    plain = read_gtf(file, ALIASES)
    file.write_bytes(gzip.compress(file.read_bytes()))
    assert list(read_gtf(file, ALIASES)) == list(plain)


def test_the_pseudoautosomal_copies_stay_apart(tmp_path: Path) -> None:
    rows = [row(*cells, chrom=chrom) for chrom in ("chrX", "chrY") for cells in [*EXONS, *CODING_ROWS]]
    assert [(t.chrom, t.representative) for t in read_gtf(gtf(tmp_path, *rows), ALIASES)] == [
        ("chrX", True),
        ("chrY", True),
    ]


def test_touching_exons_are_one_and_bare_rows_are_counted(tmp_path: Path) -> None:
    rows = [
        row("exon", 1, 10),
        row("exon", 11, 20),
        row("CDS", 1, 9, 0),
        row("exon", 1, 5, names='gene_id "G";'),
    ]
    rows.append(row("transcript", 1, 5, names='gene_id "G"; transcript_id "T9";'))
    found = read_gtf(gtf(tmp_path, *rows), ALIASES)
    assert [t.exons for t in found] == [((0, 20),)]
    assert (found.exonless, found.nameless_rows) == (1, 1)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "no exon rows"),
        ([row("gene", 1, 9)], "no exon rows"),
        ([row("exon", 1, 9)], "no CDS rows"),
        ([row("CDS", 1, 9)], "no exon rows"),
        (["chr1 exon 1 9\n"], r"genes.gtf:2: 1 columns, expected 9"),
        ([row("exon", 9, 1)], ":2: start 9 and end 1 span no bases"),
        ([row("exon", 1, 9).replace("\t9\t", "\tx\t")], ":2: start or end is not a number"),
        ([row("exon", 1, 9, strand=".")], r"strand is '\.'"),
        ([row("exon", 1, 9), row("exon", 20, 29, strand="-")], ":3: transcript T1 has rows on both strands"),
        ([row("exon", 1, 9), row("CDS", 1, 12)], "its CDS leaves its exons"),
        ([row("exon", 1, 9, chrom="NC_1"), row("CDS", 1, 9, chrom="NC_1")], r"none of its contigs \(NC_1\)"),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, rows: list[str], message: str) -> None:
    with pytest.raises(AnnotationError, match=message):
        read_gtf(gtf(tmp_path, *rows), ALIASES)


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="cannot be read"):
        read_gtf(tmp_path / "absent.gtf", ALIASES)
    broken = tmp_path / "broken.gtf.gz"
    broken.write_bytes(gzip.compress(b"x" * 100_000)[:60])
    with pytest.raises(AnnotationError, match="cannot be read"):
        read_gtf(broken, ALIASES)


def test_the_representative_by_tag_then_length_then_name() -> None:
    base, _ = gene()
    short = replace(base, transcript="A", cds_end=100)
    candidates = [
        replace(base, transcript="C", tag="MANE_Select", cds_start=None, cds_end=None),
        replace(base, transcript="B", tag="Ensembl_canonical", cds_start=None, cds_end=None),
        replace(base, transcript="E"),
        replace(short, exons=((10, 50), *short.exons[1:])),
        replace(short, transcript="A0"),
        replace(short, transcript="A1"),
    ]
    chosen = []
    while candidates:
        chosen += [t.transcript for t in choose_representatives(candidates[::-1]) if t.representative]
        candidates = [t for t in candidates if t.transcript != chosen[-1]]
    assert chosen == ["C", "B", "E", "A", "A0", "A1"]


def test_marks_of_every_source_choose_before_length_and_curated_before_predicted() -> None:
    base, _ = gene()
    long = replace(base, exons=((0, 50), *base.exons[1:]))
    tags = ("MANE_Select", "MANE_Plus_Clinical", "RefSeq_Select", "Ensembl_canonical")
    candidates = [replace(base, transcript=f"NM_{9 - i}", tag=tag) for i, tag in enumerate(tags)]
    candidates += [replace(base, transcript="NM_1"), replace(long, transcript="XM_1")]
    for first in range(len(candidates) - 1):
        chosen = [t for t in choose_representatives(candidates[first:][::-1]) if t.representative]
        assert [t.transcript for t in chosen] == [candidates[first].transcript]


@pytest.mark.shared_data
def test_refseq_select_represents_the_gene_and_not_the_longest_prediction(shared_data: Path) -> None:
    found = read_gtf(shared_data / "field_cases" / "gtf" / "refseq_select.gtf", ALIASES)
    assert {t.transcript: (t.tag, t.representative) for t in found} == {
        "NM_1.1": ("RefSeq_Select", True),
        "XM_9.1": ("", False),
    }


def test_the_table_keeps_everything_in_one_order() -> None:
    coding, _ = gene()
    found = [
        coding,
        replace(gene("-", coding=False)[0], transcript="T0"),
        replace(coding, chrom="chr0", tag="MANE_Select", representative=True),
    ]
    table = to_table(found)
    assert table.equals(to_table(found[::-1]))
    assert table.schema == TRANSCRIPTS.schema
    assert set(from_table(table)) == set(found)
    assert [t.chrom for t in from_table(table)] == ["chr0", "chr1", "chr1"]
    with pytest.raises(parquet.TableError):
        from_table(pa.table({"gene": ["A"]}))
