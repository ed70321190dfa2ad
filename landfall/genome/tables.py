"""The table of transcripts, and the columns that identify an allele or a candidate in every table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from landfall.io.parquet import Table, optional, required

TEXT, BOOL = pa.string(), pa.bool_()
I32, I64, F32, F64 = pa.int32(), pa.int64(), pa.float32(), pa.float64()
INTS, FLOATS = pa.list_(pa.int64()), pa.list_(pa.float32())
HALVES = pa.list_(pa.float16())

ALLELE_COLUMNS = (
    required("chrom", TEXT, "contig, named as in the reference"),
    required("pos", I64, "1-based position of the first base of ref"),
    required("ref", TEXT, "reference allele, upper-case, left-aligned and parsimonious"),
    required("alt", TEXT, "alternate allele, upper-case"),
)
ALLELE = tuple(c.name for c in ALLELE_COLUMNS)

TRANSCRIPTS = Table(
    "transcripts",
    "one transcript of the gene annotation",
    (
        required("gene", TEXT, "gene symbol"),
        required("gene_id", TEXT, "gene identifier of the annotation"),
        required("transcript", TEXT, "transcript identifier with its version"),
        required("chrom", TEXT, "contig, named as in the reference"),
        required("strand", TEXT, "+ or -"),
        required("start", I64, "0-based start of the transcript on the contig"),
        required("end", I64, "end of the transcript, half-open"),
        optional("cds_start", I64, "0-based lowest coding base, stop codon included; null if non-coding"),
        optional(
            "cds_end", I64, "end of the coding span, half-open, stop codon included; null if non-coding"
        ),
        required("exon_starts", INTS, "0-based starts of the exons, ascending on the contig"),
        required("exon_ends", INTS, "ends of the exons, half-open, ascending on the contig"),
        required("biotype", TEXT, "transcript type of the annotation, empty if it has none"),
        required(
            "tag",
            TEXT,
            "MANE_Select, MANE_Plus_Clinical, RefSeq_Select, Ensembl_canonical (the first) or empty",
        ),
        required(
            "refseq", TEXT, "RefSeq accession with its version of the same sequence; empty if none is known"
        ),
        required(
            "refseq_source", TEXT, "how it is known: transcript, MANE or annotation; empty if it is not"
        ),
        required(
            "open_start",
            BOOL,
            "the coding sequence begins before the transcript (cds_start_NF): no start codon",
        ),
        required(
            "slippage",
            BOOL,
            "the coding sequence is not read in one frame (ribosomal slippage): no protein names",
        ),
        required("representative", BOOL, "the one transcript by which the gene is scored and named"),
    ),
    ("gene_id", "transcript", "chrom"),
)

CANDIDATE_COLUMNS = (
    *ALLELE_COLUMNS,
    required("gene", TEXT, "gene symbol"),
    required("transcript", TEXT, "representative transcript of the gene"),
)
CANDIDATE = tuple(c.name for c in CANDIDATE_COLUMNS)


def candidate_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """A row's variant and gene, in the order of CANDIDATE."""
    return tuple(row[name] for name in CANDIDATE)


MODEL_COLUMN = required("model", TEXT, "model name")
