"""Gene annotations as GENCODE, Ensembl, NCBI and others write them: one small gene, told in each of their ways."""

from __future__ import annotations

import gzip
from pathlib import Path

import pysam
import pytest

from landfall.genome.annotation.reader import Annotation, AnnotationError, from_table, read_gtf, to_table
from landfall.genome.consequence import consequence
from landfall.genome.sequence import Genome, aliases, reverse_complement
from landfall.genome.tables import TRANSCRIPTS
from landfall.genome.transcripts import Transcript
from landfall.io import parquet
from landfall.stages.inputs import genes
from landfall.testing.toy_gene import CONTIG, MemoryGenome

ALIASES = aliases(["chr1", "chr2", "chrX", "chrY", "chrM"])
EXONS = ((21, 50), (91, 112), (154, 198))
CDS = ((31, 50, 0), (91, 112, 1), (154, 183, 0))  # stop codon included


def line(
    chrom: str, feature: str, start: int, end: int, names: str, frame: object = ".", strand: str = "+"
) -> str:
    return f"{chrom}\tsource\t{feature}\t{start}\t{end}\t.\t{strand}\t{frame}\t{names}\n"


def write(folder: Path, *lines: str, name: str = "genes") -> Path:
    path = folder / name
    path.write_text("".join(lines), encoding="utf-8")
    return path


def parts(chrom: str, exon: str, cds: str) -> list[str]:
    """The toy gene's exon and CDS rows with their last columns."""
    return [line(chrom, "exon", *span, exon) for span in EXONS] + [
        line(chrom, "CDS", start, end, cds, frame) for start, end, frame in CDS
    ]


def toy(found: Annotation | list[Transcript], **names: str) -> None:
    """Assert that the one transcript found is the toy gene, with these names."""
    (transcript,) = found
    assert (transcript.exons, transcript.cds_start, transcript.cds_end) == (
        ((20, 50), (90, 112), (153, 198)),
        30,
        183,
    )
    assert {key: getattr(transcript, key) for key in names} == names


# --- placeholders, and what belongs to a gene without a transcript


@pytest.mark.shared_data
def test_segments_of_many_genes_under_one_placeholder_stay_apart(shared_data: Path) -> None:
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    names = {**genome.aliases, "chr2": "chr2"}
    found = read_gtf(shared_data / "field_cases" / "gtf" / "refseq_unknown_tx.gtf", names)
    kappa = {t.gene: (t.strand, len(t.exons), t.representative) for t in found if t.chrom == "chr2"}
    assert kappa == {"IGKV4-1": ("+", 1, True), "IGKV2-24": ("-", 1, True)}
    assert {"CFTR", "ATM"} <= {t.gene for t in found}


@pytest.mark.parametrize("identifier", ["unknown_transcript_1", "unknown_transcript_2", ""])
def test_a_placeholder_is_one_transcript_of_each_gene(tmp_path: Path, identifier: str) -> None:
    def named(gene: str, kind: str = "exon") -> str:
        return f'gene_id "{gene}"; transcript_id "{identifier}"; gene "{gene}"; gbkey "{kind}";'

    rows = parts("1", named("A"), named("A", "CDS"))
    rows += [
        line("1", "exon", 1, 900, named("B"), strand="-"),
        line("chrM", "CDS", 1, 90, named("ND1", "CDS"), 0),
    ]
    found = {t.gene: t for t in read_gtf(write(tmp_path, *rows), ALIASES)}
    assert {name: (t.strand, t.start, t.end) for name, t in found.items()} == {
        "A": ("+", 20, 198),
        "B": ("-", 0, 900),
        "ND1": ("+", 0, 90),
    }
    assert {t.transcript for t in found.values()} == ({identifier} if identifier else {"A", "B", "ND1"})
    assert set(from_table(to_table(found.values()))) == set(found.values())


def test_rows_of_a_placeholder_that_contradict_one_another_are_left_out_and_told(tmp_path: Path) -> None:
    names = 'gene_id "{}"; transcript_id "unknown_transcript_1";'
    real = 'gene_id "G"; transcript_id "NM_1.1";'
    rows = [
        line("1", "exon", 1, 9, names.format("A")),
        line("1", "exon", 21, 29, names.format("A"), strand="-"),
        line("1", "exon", 1, 9, names.format("B")),
        line("1", "CDS", 21, 29, names.format("B"), 0),
        *parts("1", real, real),
    ]
    found = read_gtf(write(tmp_path, *rows), ALIASES)
    assert [t.transcript for t in found] == ["NM_1.1"]
    (told,) = found.account()
    assert told.startswith("transcripts left out, as their rows contradict one another: 2 (")
    assert "unknown_transcript_1 of A: rows on both strands" in told


def test_pseudoautosomal_copies_in_every_style(tmp_path: Path) -> None:
    gencode = 'gene_id "ENSG1.2{0}"; transcript_id "ENST1.10{0}"; gene_name "SHOX"; tag "MANE_Select";'
    ensembl = (
        'gene_id "ENSG1"; gene_version "2"; transcript_id "ENST1"; transcript_version "10"; gene_name "SHOX";'
    )
    ncbi = 'gene_id "SHOX{0}"; transcript_id "NM_1.2{0}"; db_xref "GenBank:NM_1.2"; gene "SHOX";'
    for style, suffix in ((gencode, "_PAR_Y"), (ensembl, ""), (ncbi, "_1")):
        pair = [style.format(""), style.format(suffix)]
        rows = [row for chrom, names in zip("XY", pair, strict=True) for row in parts(chrom, names, names)]
        found = read_gtf(write(tmp_path, *rows), ALIASES)
        assert [(t.chrom, t.gene, t.representative) for t in found] == [
            ("chrX", "SHOX", True),
            ("chrY", "SHOX", True),
        ]
        assert len(from_table(to_table(found))) == 2
    assert [t.refseq for t in found] == ["NM_1.2", "NM_1.2"]
    assert {t.refseq_source for t in found} == {"transcript"}


# --- GFF3


@pytest.mark.shared_data
def test_a_gff3_without_a_row_of_its_gene_is_read(shared_data: Path) -> None:
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    (found,) = read_gtf(shared_data / "field_cases" / "gtf" / "a.gff3", genome.aliases)
    assert (found.gene, found.gene_id, found.transcript, found.biotype) == ("G1", "G1", "T1", "mRNA")
    assert (found.exons, found.cds_start, found.cds_end) == (((108222799, 108223000),), 108222899, 108223000)


def ensembl_gff3(tag: str = "basic,Ensembl_canonical,MANE_Select") -> list[str]:
    part = "Parent=transcript:ENST1;Name=ENSE1;exon_id=ENSE1;rank=1;version=1"
    return [
        "##gff-version 3\n##sequence-region   1 1 248956422\n",
        line("1", "chromosome", 1, 248956422, "ID=chromosome:1;Alias=CM000663.2"),
        line(
            "1",
            "gene",
            21,
            198,
            "ID=gene:ENSG1;Name=TOY;biotype=protein_coding;description=toy%2C long [Source:HGNC Symbol%3BAcc:1];"
            "gene_id=ENSG1;version=7",
        ),
        line(
            "1",
            "mRNA",
            21,
            198,
            f"ID=transcript:ENST1;Parent=gene:ENSG1;Name=TOY-201;biotype=protein_coding;tag={tag};transcript_id=ENST1;version=4",
        ),
        line("1", "five_prime_UTR", 21, 30, "Parent=transcript:ENST1"),
        *parts("1", part, "ID=CDS:ENSP1;Parent=transcript:ENST1;protein_id=ENSP1"),
        "###\n",
    ]


def ncbi_gff3() -> list[str]:
    shared = (
        "Dbxref=Ensembl:ENST1.4,GeneID:79501,GenBank:NM_1.2,HGNC:HGNC:1;gbkey=mRNA;gene=TOY;product=a%2C b"
    )
    part = f"Parent=rna-NM_1.2;{shared};tag=MANE Select;transcript_id=NM_1.2"
    return [
        "##gff-version 3\n#!gff-spec-version 1.21\n",
        line("NC_000001.11", "region", 1, 248956422, "ID=NC_000001.11:1..248956422;Dbxref=taxon:9606;Name=1"),
        line(
            "NC_000001.11",
            "gene",
            21,
            198,
            "ID=gene-TOY;Dbxref=GeneID:79501;Name=TOY;gbkey=Gene;gene=TOY;gene_biotype=protein_coding",
        ),
        line(
            "NC_000001.11",
            "mRNA",
            21,
            198,
            f"ID=rna-NM_1.2;Parent=gene-TOY;Name=NM_1.2;{shared};tag=MANE Select;transcript_id=NM_1.2",
        ),
        *parts("NC_000001.11", f"ID=exon-NM_1.2-1;{part}", f"ID=cds-NP_1.1;{part};protein_id=NP_1.1"),
    ]


def gencode_gff3() -> list[str]:
    names = "gene_id=ENSG1.7;transcript_id=ENST1.4;gene_type=protein_coding;gene_name=TOY"
    tags = "tag=basic,Ensembl_canonical,MANE_Plus_Clinical"
    return [
        "##gff-version 3\n",
        line("chr1", "gene", 21, 198, "ID=ENSG1.7;gene_id=ENSG1.7;gene_type=protein_coding;gene_name=TOY"),
        line("chr1", "transcript", 21, 198, f"ID=ENST1.4;Parent=ENSG1.7;{names};{tags}"),
        *parts(
            "chr1",
            f"ID=exon:ENST1.4:1;Parent=ENST1.4;{names};{tags}",
            f"ID=CDS:ENST1.4;Parent=ENST1.4;{names}",
        ),
        line("chr1", "stop_codon", 181, 183, f"ID=stop_codon:ENST1.4:1;Parent=ENST1.4;{names}", 0),
        line("chr1", "three_prime_UTR", 184, 198, f"ID=UTR3:ENST1.4:1;Parent=ENST1.4;{names}"),
    ]


@pytest.mark.parametrize("reference", [False, True])
def test_gff3_of_ensembl_ncbi_and_gencode(tmp_path: Path, reference: bool) -> None:
    genome = MemoryGenome({"chr1": CONTIG}) if reference else None
    ensembl = read_gtf(write(tmp_path, *ensembl_gff3()), ALIASES, genome)
    named = {"gene": "TOY", "gene_id": "ENSG1", "transcript": "ENST1.4", "tag": "MANE_Select", "refseq": ""}
    toy(ensembl, biotype="protein_coding", **named)
    ncbi = read_gtf(write(tmp_path, *ncbi_gff3()), ALIASES, genome)
    toy(
        ncbi,
        gene="TOY",
        gene_id="TOY",
        transcript="NM_1.2",
        biotype="mRNA",
        tag="MANE_Select",
        refseq="NM_1.2",
    )
    gencode = read_gtf(write(tmp_path, *gencode_gff3()), ALIASES, genome)
    toy(gencode, gene="TOY", gene_id="ENSG1.7", transcript="ENST1.4", tag="MANE_Plus_Clinical")
    assert not ensembl.account() + ncbi.account() + gencode.account()


def test_parents_may_stand_behind_their_parts_and_exons_may_have_several(tmp_path: Path) -> None:
    rows = ensembl_gff3()
    toy(read_gtf(write(tmp_path, rows[0], *rows[:0:-1]), ALIASES), gene="TOY", transcript="ENST1.4")
    second = line("1", "mRNA", 21, 198, "ID=transcript:ENST2;Parent=gene:ENSG1;transcript_id=ENST2;version=1")
    both = [
        row.replace("Parent=transcript:ENST1", "Parent=transcript:ENST1,transcript:ENST2") for row in rows
    ]
    found = read_gtf(write(tmp_path, *both, second), ALIASES)
    assert [(t.transcript, t.representative, len(t.exons)) for t in found] == [
        ("ENST1.4", True, 3),
        ("ENST2.1", False, 3),
    ]


def test_exons_below_a_gene_and_a_micro_rna_below_its_precursor(tmp_path: Path) -> None:
    rows = [
        line("1", "pseudogene", 1001, 1200, "ID=gene-P1;Name=P1;gene=P1;gene_biotype=pseudogene;pseudo=true"),
        line("1", "exon", 1001, 1100, "ID=id-P1;Parent=gene-P1;gbkey=exon;gene=P1"),
        line("1", "exon", 1151, 1200, "ID=id-P1-2;Parent=gene-P1;gbkey=exon;gene=P1"),
        line("1", "gene", 2001, 2200, "ID=gene-MIR1;Name=MIR1;gene=MIR1;gene_biotype=miRNA"),
        line(
            "1",
            "primary_transcript",
            2001,
            2200,
            "ID=rna-NR_1.1;Parent=gene-MIR1;gene=MIR1;transcript_id=NR_1.1",
        ),
        line("1", "exon", 2001, 2200, "ID=exon-NR_1.1-1;Parent=rna-NR_1.1;gene=MIR1"),
        line("1", "miRNA", 2021, 2042, "ID=rna-MIR1;Parent=rna-NR_1.1;gene=MIR1;product=hsa-miR-1"),
        line("1", "exon", 2021, 2042, "ID=exon-MIR1-1;Parent=rna-MIR1;gene=MIR1"),
        line("1", "gene", 3001, 3090, "ID=gene-ND1;Name=ND1;gene=ND1;gene_biotype=protein_coding"),
        line("1", "CDS", 3001, 3090, "ID=cds-YP_1.1;Parent=gene-ND1;gene=ND1;transl_table=2", 0),
    ]
    found = read_gtf(write(tmp_path, *rows), ALIASES)
    assert [(t.gene, t.transcript, t.biotype, t.coding) for t in found] == [
        ("P1", "P1", "pseudogene", False),
        ("MIR1", "NR_1.1", "primary_transcript", False),
        ("MIR1", "MIR1", "miRNA", False),
        ("ND1", "ND1", "protein_coding", True),
    ]


def test_two_placements_of_a_transcript_on_one_contig_have_two_names(tmp_path: Path) -> None:
    def placed(copy: str) -> list[str]:
        mrna = f"ID=rna-NM_1.2{copy};Parent=gene-TOY;gene=TOY;transcript_id=NM_1.2"
        exon = f"Parent=rna-NM_1.2{copy};gene=TOY;transcript_id=NM_1.2"
        return [line("1", "mRNA", 21, 198, mrna), *parts("1", exon, exon)]

    found = read_gtf(write(tmp_path, *placed(""), *placed("-2")), ALIASES)
    assert sorted(t.transcript for t in found) == ["NM_1.2", "NM_1.2-2"]
    assert len(from_table(to_table(found))) == 2


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([line("1", part, 1, 9, "ID=e") for part in ("exon", "CDS")], "read as GFF3, but none .* has a Parent"),
        ([line("1", part, 1, 9, "gene_id A;") for part in ("exon", "CDS")], "as GTF, but none .* has a transcript_id"),
        ([line("1", "gene", 1, 9, "ID=g"), line("1", "CDS", 1, 9, "Parent=g")], "no exon rows; a GFF3 with exon"),
        ([line("1", "exon", 1, 9, "gene1")], r"genes:1: the last column is neither a GTF's .* nor a GFF3's"),
        ([line("1", "exon", 1, 9, "Parent=a", strand="?")], r"genes:1: strand is '\?'"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_says_as_what_it_was_read(tmp_path: Path, rows: list[str], message: str) -> None:
    with pytest.raises(AnnotationError, match=message):
        read_gtf(write(tmp_path, *rows), ALIASES)


def test_a_gff3_of_gffread_names_its_gene_in_the_transcript(tmp_path: Path) -> None:
    rows = [
        line("1", "mRNA", 21, 198, "ID=ENST1.4;geneID=ENSG1.7;gene_name=TOY"),
        line("1", "gap", 1, 2, "."),
    ]
    found = read_gtf(write(tmp_path, *rows[::-1], *parts("1", "Parent=ENST1.4", "Parent=ENST1.4")), ALIASES)
    toy(found, gene="TOY", gene_id="ENSG1.7", transcript="ENST1.4", biotype="mRNA")


def test_a_trans_spliced_transcript_is_left_out_and_told(tmp_path: Path) -> None:
    rows = [
        *ensembl_gff3(),
        line("1", "exon", 1, 9, "Parent=rna-T2"),
        line("1", "exon", 21, 29, "Parent=rna-T2", strand="-"),
        line("1", "gene", 1, 90, "ID=gene-B"),
        line("1", "exon", 1, 9, "Parent=gene-B"),
        line("1", "CDS", 21, 29, "Parent=gene-B", 0),
    ]
    found = read_gtf(write(tmp_path, *rows), ALIASES)
    assert [t.transcript for t in found] == ["ENST1.4"]
    assert found.set_aside == {"T2": "rows on both strands", "B": "CDS rows outside its exons"}


# --- text


@pytest.mark.parametrize("style", [ensembl_gff3, ncbi_gff3, gencode_gff3])
def test_line_ends_compression_and_sequence_at_the_end(tmp_path: Path, style: object) -> None:
    assert callable(style)
    text = "".join(style())
    plain = read_gtf(write(tmp_path, text), ALIASES)
    write(tmp_path, "\ufeff" + text.replace("\n", "\r\n"), "##FASTA\r\n>1\r\nACGT\r\n", name="crlf")
    (tmp_path / "gzip").write_bytes(gzip.compress(text.encode()))
    with pysam.BGZFile(str(tmp_path / "bgzip"), "w") as handle:
        handle.write(text.encode())
    for name in ("crlf", "gzip", "bgzip"):
        assert list(read_gtf(tmp_path / name, ALIASES)) == list(plain)


def test_bytes_that_are_not_utf8_are_read_and_told_once(tmp_path: Path) -> None:
    names = 'gene_id "G"; transcript_id "T"; gene_name "TOY"; note "caf\xe9; of K\xf6ln, tag \'x\'"; tag "MANE Select";'
    rows = ["#!author Andr\xe9\n", *parts("1", names, names), line("Andr\xe9", "exon", 1, 9, names)]
    path = tmp_path / "genes.gtf"
    path.write_bytes("".join(rows).encode("latin-1"))
    found = read_gtf(path, ALIASES)
    assert [(t.gene, t.tag) for t in found] == [("TOY", "MANE_Select")]
    assert found.account() == [
        "transcripts on contigs that the reference does not have: 1 (Andr\xe9)",
        "some text is not UTF-8; it is read as Latin-1",
    ]


@pytest.mark.parametrize(
    ("attributes", "symbol"),
    [
        ('gene_id "G"; transcript_id "T"; product "a; gene_name \'X\'; b"; gene_name "TOY";', "TOY"),
        ('gene_id "G"; transcript_id "T"; gene_symbol "TOY"', "TOY"),
        ('transcript_id "T"; gene_id "G"; gene_name "TOY%2C1";', "TOY,1"),
        ('gene_id "G"; transcript_id "T"; gene_name "100%25%0AT%09";', "100% T"),
        ("gene_id G; transcript_id T; gene_name TOY;", "TOY"),
        ('gene_id\t"G";transcript_id\t"T";gene_name "";', "G"),
    ],
)
def test_attributes_of_a_gtf_in_their_spellings(tmp_path: Path, attributes: str, symbol: str) -> None:
    path = write(tmp_path, *parts("1", attributes, attributes))
    assert [(t.gene, t.gene_id, t.transcript) for t in read_gtf(path, ALIASES)] == [(symbol, "G", "T")]


# --- coding sequences that are not whole, or not read in one frame


def on_strand(strand: str, spans: list[tuple[str, int, int, object]], names: str, size: int) -> list[str]:
    """Rows of features given on the + strand, mirrored for -."""
    return [
        line("1", feature, *((a, b) if strand == "+" else (size + 1 - b, size + 1 - a)), names, frame, strand)
        for feature, a, b, frame in spans
    ]


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize(
    "spans",
    [
        [("exon", 21, 198, "."), ("CDS", 31, 60, 0), ("CDS", 62, 90, 0), ("stop_codon", 91, 93, 0)],
        [("exon", 21, 198, "."), ("CDS", 31, 60, 0), ("CDS", 60, 89, 0), ("stop_codon", 90, 92, 0)],
        [("exon", 21, 60, "."), ("exon", 62, 198, "."), ("CDS", 31, 60, 0), ("CDS", 62, 93, 0)],
    ],
)  # fmt: skip
def test_slippage_never_gives_a_protein_name(
    tmp_path: Path, strand: str, spans: list[tuple[str, int, int, object]]
) -> None:
    """OAZ1 (a base left out, in Ensembl as an intron of one base) and PEG10 (one read twice)."""
    names = 'gene_id "G"; transcript_id "T";'
    contig = CONTIG if strand == "+" else reverse_complement(CONTIG)
    genome = MemoryGenome({"chr1": contig})
    found = read_gtf(write(tmp_path, *on_strand(strand, spans, names, len(CONTIG))), ALIASES, genome)
    (transcript,) = found
    assert transcript.slippage
    assert len(transcript.exons) == 1
    assert found.account()[0].startswith("transcripts not read in one frame")
    for place in (35, 45, 59, 60, 61, 62, 70, 80):
        pos = place + 1 if strand == "+" else len(CONTIG) - place
        ref = contig[pos - 1]
        for alt in ("ACGT".replace(ref, "")[0], ref + "A", ref + "ACG"):
            assert consequence(transcript, pos, ref, alt, genome) == ("coding_sequence_variant", None)
    assert from_table(to_table(found)) == list(found)


def test_slippage_is_told_by_its_attribute_too(tmp_path: Path) -> None:
    names = 'gene_id "G"; transcript_id "T"; exception "ribosomal slippage";'
    assert read_gtf(write(tmp_path, *parts("1", names, names)), ALIASES).slippage == ["T"]
    rows = [row.replace("protein_id=NP_1.1", "exception=ribosomal slippage") for row in ncbi_gff3()]
    assert read_gtf(write(tmp_path, *rows), ALIASES).slippage == ["NM_1.2"]


def test_a_stop_codon_row_within_the_cds_rows_is_no_slippage(tmp_path: Path) -> None:
    assert not read_gtf(write(tmp_path, *gencode_gff3()), ALIASES).slippage
    assert not read_gtf(write(tmp_path, *ensembl_gff3() * 2), ALIASES).slippage


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize(
    ("names", "frame"),
    [("", 2), (' tag "cds_start_NF"; tag "mRNA_start_NF";', 2), (' tag "cds_start_NF";', 0)],
)
def test_a_coding_sequence_without_its_start_has_no_start_codon(
    tmp_path: Path, strand: str, names: str, frame: int
) -> None:
    cds = 31 - frame
    spans: list[tuple[str, int, int, object]] = [
        ("exon", cds, 50, "."), ("exon", 91, 112, "."), ("exon", 154, 198, "."),
        ("CDS", cds, 50, frame), ("CDS", 91, 112, 1), ("CDS", 154, 180, 0), ("stop_codon", 181, 183, 0),
    ]  # fmt: skip
    rows = on_strand(strand, spans, f'gene_id "G"; transcript_id "T";{names}', len(CONTIG))
    contig = CONTIG if strand == "+" else reverse_complement(CONTIG)
    genome = MemoryGenome({"chr1": contig})
    (transcript,) = read_gtf(write(tmp_path, *rows), ALIASES, genome)
    assert transcript.open_start
    assert transcript.coding

    def effect(place: int, alt: str) -> tuple[str, str | None]:
        pos = place if strand == "+" else len(CONTIG) + 1 - place
        letter = alt if strand == "+" else reverse_complement(alt)
        return consequence(transcript, pos, contig[pos - 1], letter, genome)

    assert effect(31, "C") == ("missense_variant", None)  # ATG, which is no start codon here
    assert effect(35, "T")[0] == "missense_variant"
    assert effect(35, "T")[1] == "p.(Lys2Ile)"
    if frame:
        assert effect(30, "T") == ("coding_sequence_variant", None)


def test_a_partial_coding_sequence_of_ncbi(tmp_path: Path) -> None:
    other = 'gene_id "G2"; transcript_id "XM_2.1";'
    names = 'gene_id "G"; transcript_id "XM_1.1"; partial "true";'
    rows = [*parts("1", names, names), *parts("1", other, other), line("1", "start_codon", 31, 33, other, 0)]
    found = {t.transcript: t.open_start for t in read_gtf(write(tmp_path, *rows), ALIASES)}
    assert found == {"XM_1.1": True, "XM_2.1": False}
    end_open = [*rows, line("1", "start_codon", 31, 33, names, 0)]
    assert not any(t.open_start for t in read_gtf(write(tmp_path, *end_open), ALIASES))


@pytest.mark.parametrize(
    ("strand", "marks", "expected"),
    [
        ("+", "partial=true;start_range=.,31", True),
        ("+", "partial=true;end_range=183,.", False),
        ("-", "partial=true;end_range=183,.", True),
        ("-", "partial=true;start_range=.,31", False),
    ],
)
def test_an_open_end_of_a_gff3_by_its_strand(tmp_path: Path, strand: str, marks: str, expected: bool) -> None:
    rows = [row.replace("protein_id=NP_1.1", marks).replace("\t+\t", f"\t{strand}\t") for row in ncbi_gff3()]
    rows = [row.replace("\t1\tID=cds", "\t0\tID=cds") for row in rows]
    (found,) = read_gtf(write(tmp_path, *rows), ALIASES)
    assert found.open_start is expected


@pytest.mark.parametrize("mark", ["Selenocysteine", "transl_except"])
def test_a_selenocysteine_is_no_stop(tmp_path: Path, mark: str) -> None:
    contig = CONTIG[:33] + "TGA" + CONTIG[36:]  # codon 2
    names = 'gene_id "G"; transcript_id "T"; transl_except "(pos:34..36,aa:Sec)"; tag "seleno";'
    rows = parts("1", names, names)
    if mark == "Selenocysteine":
        rows.append(line("1", "Selenocysteine", 34, 36, names))
    genome = MemoryGenome({"chr1": contig})
    (transcript,) = read_gtf(write(tmp_path, *rows), ALIASES, genome)
    assert (transcript.cds_start, transcript.cds_end) == (30, 183)
    assert consequence(transcript, 37, "C", "A", genome) == ("missense_variant", "p.(Leu3Met)")
    assert consequence(transcript, 35, "G", "C", genome) == ("missense_variant", "p.(Sec2Ser)")
    assert consequence(transcript, 35, "G", "A", genome) == ("stop_gained", "p.(Sec2Ter)")


# --- MANE


@pytest.mark.shared_data
def test_mane_plus_clinical_is_told_beside_the_representative(tmp_path: Path, shared_data: Path) -> None:
    """NEBL, whose two transcripts share but their end: chr10:20809851 GA>G is a frameshift in the second alone."""
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    text = gzip.decompress((shared_data / "loci" / "genes.GRCh38.gtf.gz").read_bytes()).decode()
    tags = {"LRG_411t1": "MANE Select", "LRG_411t2": "MANE Plus Clinical"}
    rows = [row.split(" tag ")[0] for row in text.splitlines() if '"LRG_411"' in row]
    for name, tag in tags.items():
        rows = [row + f' tag "{tag}";' if f'"{name}"' in row else row for row in rows]
    found = {t.transcript: t for t in read_gtf(write(tmp_path, "\n".join(rows)), genome.aliases, genome)}
    assert [(name, found[name].tag, found[name].representative) for name in tags] == [
        ("LRG_411t1", "MANE_Select", True),
        ("LRG_411t2", "MANE_Plus_Clinical", False),
    ]
    effects = {name: consequence(t, 20809851, "GA", "G", genome) for name, t in found.items()}
    assert effects["LRG_411t1"] == ("intron_variant", None)
    assert effects["LRG_411t2"] == ("frameshift_variant", "p.(Leu857TrpfsTer57)")


MANE = (
    "#NCBI_GeneID\tEnsembl_Gene\tHGNC_ID\tsymbol\tname\tRefSeq_nuc\tRefSeq_prot\tEnsembl_nuc\tEnsembl_prot\t"
    "MANE_status\tGRCh38_chr\tchr_start\tchr_end\tchr_strand\n"
    "GeneID:1\tENSG1.7\tHGNC:1\tTOY\ttoy\tNM_1.2\tNP_1.1\tENST1.4\tENSP1.1\t"
    "MANE Select\tNC_000001.11\t21\t198\t+\n"
    "GeneID:1\tENSG1.7\tHGNC:1\tTOY\ttoy\tNM_2.1\tNP_2.1\tENST2.3\tENSP2.1\t"
    "MANE Plus Clinical\tNC_000001.11\t21\t198\t+\n"
)


@pytest.mark.parametrize("compressed", [False, True])
def test_manes_table_names_the_very_version_alone(tmp_path: Path, compressed: bool) -> None:
    table = tmp_path / "MANE.summary.txt"
    table.write_bytes(gzip.compress(MANE.encode()) if compressed else MANE.encode())
    names = 'gene_id "ENSG1.7"; transcript_id "{}"; gene_name "TOY"; tag "basic";'.format
    identifiers = ("ENST1.4", "ENST1.4_2", "ENST2.2", "ENST2.3_PAR_Y", "ENST3.1", "NM_2.1", "NM_2.1_1")
    rows = [row for name in identifiers for row in parts("1", names(name), names(name))]
    found = read_gtf(write(tmp_path, *rows), ALIASES, mane_table=table)
    sources = {t.transcript: t.refseq_source for t in found if t.refseq}
    assert sources == {
        "ENST1.4": "MANE",
        "ENST2.3_PAR_Y": "MANE",
        "NM_2.1": "transcript",
        "NM_2.1_1": "transcript",
    }
    assert {t.transcript: (t.refseq, t.tag) for t in found} == {
        "ENST1.4": ("NM_1.2", "MANE_Select"),
        "ENST1.4_2": ("", ""),  # mapped to GRCh37
        "ENST2.2": ("", ""),
        "ENST2.3_PAR_Y": ("NM_2.1", "MANE_Plus_Clinical"),
        "ENST3.1": ("", ""),
        "NM_2.1": ("NM_2.1", "MANE_Plus_Clinical"),
        "NM_2.1_1": ("NM_2.1", "MANE_Plus_Clinical"),
    }
    assert found.other_version == 2
    assert "another version" in found.account()[-1]
    assert [t.transcript for t in found if t.representative] == ["ENST1.4"]


@pytest.mark.parametrize(
    ("tag", "reference", "refseq"),
    [
        ('tag "MANE_Select";', "RefSeq:NM_022114.4", "NM_022114.4"),
        ('tag "MANE_Plus_Clinical";', "RefSeq:NM_022114.4", "NM_022114.4"),
        ('tag "basic";', "RefSeq:NM_022114.4", ""),
        ('tag "MANE_Select";', "RefSeq:NM_022114", ""),
    ],
)
def test_refseq_names_of_attributes_hold_for_mane_with_their_version(
    tmp_path: Path, tag: str, reference: str, refseq: str
) -> None:
    names = f'gene_id "G"; transcript_id "ENST1.4"; {tag} db_xref "CCDS:1"; db_xref "{reference}";'
    (found,) = read_gtf(write(tmp_path, *parts("1", names, names)), ALIASES)
    assert found.refseq == refseq
    assert found.refseq_source == ("annotation" if refseq else "")


def test_the_stage_writes_refseq_names_and_tells_what_it_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fasta = write(tmp_path, f">chr1\n{CONTIG}\n", name="genome.fa")
    pysam.faidx(str(fasta))
    rows = [*ensembl_gff3("basic"), line("7", "exon", 1, 9, "Parent=transcript:ENST7")]
    table = write(tmp_path, MANE, name="mane.txt")
    genes.convert_annotation(write(tmp_path, *rows), fasta, tmp_path / "transcripts.parquet", table)
    (found,) = from_table(parquet.read(TRANSCRIPTS, tmp_path / "transcripts.parquet"))
    assert (found.transcript, found.refseq, found.tag) == ("ENST1.4", "NM_1.2", "MANE_Select")
    assert "transcripts on contigs that the reference does not have: 1 (7)" in caplog.text
