"""The data contracts: every table that one stage writes and another reads, column by column.

Coordinates: ``pos`` is 1-based as in VCF; ``start``/``end`` are 0-based half-open. An allele is identified by
(chrom, pos, ref, alt) after normalisation, upper-case, with the reference's contig names. Rows have a stated order; a
second run gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from landfall.contract import (
    Column,
    Sink,
    Table,
    TableError,
    check,
    from_rows,
    metadata,
    optional,
    parts,
    read,
    required,
    write,
)

__all__ = ["Sink", "Table", "TableError", "check", "from_rows", "metadata", "parts", "read", "write"]

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

SPARED = "; kept in spite of the rule "
"""How a ledger's detail goes on for an allele that a rule of the filter would have dropped; then rule, ': ', why."""

LEDGER = Table(
    "ledger",
    "one allele of the input VCF, in the order of the input",
    (
        required("record", I64, "number of the record in the input VCF, 1 = first"),
        required(
            "allele",
            I32,
            "number of the alternate allele in its record, 1 = first; 1 for a record without one",
        ),
        required("chrom", TEXT, "contig as written in the input"),
        required("pos", I64, "1-based position as written in the input"),
        required("ref", TEXT, "reference allele as written in the input"),
        required("alt", TEXT, "alternate allele as written in the input, '.' for a record without one"),
        required("fate", TEXT, "kept, dropped or not_scored"),
        required("stage", TEXT, "the stage that decided: normalise, filter, windows, score"),
        required("rule", TEXT, "the rule that decided; 'scored' for a kept allele"),
        required("detail", TEXT, "the value the rule saw and the setting it was held against"),
        optional("variant", TEXT, "chrom-pos-ref-alt after normalisation; null if it was not reached"),
    ),
    ("record", "allele"),
)

DECISIONS = Table(
    "decisions",
    "what one stage decided about one allele of the input",
    (
        required("record", I64, "number of the record in the input VCF, 1 = first"),
        required("allele", I32, "number of the alternate allele in its record, 1 = first"),
        required("fate", TEXT, "kept, dropped or not_scored"),
        required("stage", TEXT, "the stage"),
        required("rule", TEXT, "the rule that decided"),
        required("detail", TEXT, "the value the rule saw and the setting it was held against"),
    ),
    ("record", "allele"),
)

CALL_COLUMNS = (
    required("record", I64, "number of the record in the input VCF, 1 = first"),
    required("allele", I32, "number of the alternate allele in its record, 1 = first"),
    optional("rsid", TEXT, "identifier from the VCF's ID column"),
    optional("qual", F64, "QUAL of the record"),
    required("filter", TEXT, "FILTER of the record; PASS, '.', or names joined by ';'"),
    required("genotype", TEXT, "the proband's genotype as called, e.g. 0/1; '.' without genotypes"),
    optional("phase_set", TEXT, "PS of the proband's call: calls of one set are phased with one another"),
    required(
        "zygosity",
        TEXT,
        "heterozygous, homozygous, hemizygous, absent, uncalled, or unknown without genotypes",
    ),
    optional("depth", I64, "read depth of the proband at the site (DP, else the sum of AD)"),
    optional("genotype_quality", F64, "GQ of the proband"),
    optional("allele_balance", F64, "reads of this allele over reads of all alleles, 0 to 1"),
    optional("heteroplasmy", F64, "share of mitochondria with the allele, by reads, 0 to 1; null elsewhere"),
    optional(
        "call_site",
        TEXT,
        "contig and position, as written in the input, of a call of several alleles that was split into records: those "
        "of one call are in trans; null for any other call",
    ),
)

NORMALISED = Table(
    "normalised",
    "one allele of the input in its one spelling, sorted by contig of the reference and position",
    (
        *ALLELE_COLUMNS,
        *CALL_COLUMNS,
        optional("info_frequency", F64, "highest of the configured INFO frequencies, 0 to 1"),
        optional("info_field", TEXT, "the INFO field that held it"),
    ),
    ALLELE,
)

CALLSET = Table(
    "callset",
    "one contig with carried alleles whose FILTER passes, in the order of the reference, and what kinds these are",
    (
        required("chrom", TEXT, "contig of the reference"),
        required("alleles", I64, "number of alleles in their one spelling"),
        required("substitutions", I64, "of these, one base for another"),
        required("transitions", I64, "of the substitutions, A and G or C and T for one another"),
        required("transversions", I64, "the other substitutions"),
        required("insertions", I64, "alleles that add bases behind one that stays"),
        required("deletions", I64, "alleles that take bases away behind one that stays"),
        required("others", I64, "all other alleles: several bases for several, or both of the two"),
        required("heterozygous", I64, "alleles that the patient carries in one of several copies"),
        required("homozygous", I64, "in every copy"),
        required("hemizygous", I64, "in the only copy"),
    ),
    ("chrom",),
)
VARIANTS = Table(
    "variants",
    "one allele of the patient after normalisation and filtering, sorted by contig of the reference and position",
    (
        *ALLELE_COLUMNS,
        *CALL_COLUMNS,
        optional(
            "frequency", F64, "highest population frequency found, 0 to 1; null if no source knows the allele"
        ),
        required(
            "frequency_source",
            TEXT,
            "where the frequency was found: INFO/<field>, the sites file, 'absent', or 'not covered' by the sites file",
        ),
        required("genes", TEXT, "symbols of the candidate genes the variant lies in or near, joined by ','"),
        optional("faf95", F64, "gnomAD's filtering frequency: lower end of the 95 % interval, 0 to 1"),
        optional("homozygotes", I64, "homozygous individuals in the sites file"),
        optional("hemizygotes", I64, "hemizygous individuals in the sites file; on X and Y outside PAR"),
        optional("cohort_frequency", F64, "frequency in the cohort of one's own, 0 to 1"),
        optional("modes", TEXT, "modes of inheritance whose frequency limit the allele keeps, joined by ','"),
        optional("known", TEXT, "identifier and classification of an allele known to be pathogenic"),
        optional(
            "spared",
            TEXT,
            "the rule that would have dropped it, were it not known to be pathogenic or scored high by filter.scores",
        ),
        optional("delta", F64, "the largest delta score of filter.scores that spared it, 0 to 1"),
    ),
    ALLELE,
)

FAMILY_CALLS = Table(
    "family_calls",
    "the genotype of one member of the family at one allele of tables.VARIANTS, the patient first",
    (
        *ALLELE_COLUMNS,
        required("individual", TEXT, "name in the pedigree, or the sample's name without one"),
        required("record", I64, "number of the record in the input VCF, 1 = first"),
        required("allele", I32, "number of the alternate allele in its record, 1 = first"),
        optional(
            "call_site",
            TEXT,
            "contig and position, as written in the input, of a call of several alleles that was split into records",
        ),
        required("genotype", TEXT, "genotype as called; with the phase of PGT or HP where GT has none"),
        optional("phase_set", TEXT, "PS of the call, PID where the phase is that of PGT, or the set of HP"),
        required(
            "zygosity",
            TEXT,
            "heterozygous, homozygous, hemizygous, absent or uncalled; uncalled is a reference call without reads or "
            "with a missing allele, too; nearly all reads of a single X or Y are hemizygous",
        ),
        optional("copies", I32, "copies of the allele; null if uncalled"),
        optional("ploidy", I32, "copies of the chromosome in the genotype; null if uncalled"),
        required("missing", I32, "of these, copies whose allele is not called"),
        optional("depth", I64, "read depth (DP, else the sum of AD)"),
        optional("genotype_quality", F64, "GQ of the call"),
        optional("allele_depth", I64, "reads of the allele"),
        optional("allele_balance", F64, "reads of the allele over reads of all alleles, 0 to 1"),
        optional("call_doubt", TEXT, "what a heterozygous call of a single X or Y may be, in words"),
    ),
    (*ALLELE, "individual"),
)

PAIRS = Table(
    "pairs",
    "two heterozygous alleles in one gene that were judged as a compound heterozygote, those in cis included",
    (
        required("gene", TEXT, "gene symbol"),
        *ALLELE_COLUMNS,
        required("partner", TEXT, "the other allele, as chrom-pos-ref-alt"),
        required("kind", TEXT, "symmetric (two hits by themselves) or asymmetric (one at the laxer score)"),
        required("phase", TEXT, "trans, cis or unknown"),
        required("trans_probability", F64, "probability that they lie on different copies, 0 to 1"),
        required("phase_reason", TEXT, "what the phase rests on"),
        required("mode", TEXT, "autosomal_recessive_compound or x_linked_recessive_compound"),
        required("status", TEXT, "fits or excluded"),
        required("reason", TEXT, "why, in words"),
    ),
    ("gene", *ALLELE, "partner"),
)

WINDOWS = Table(
    "windows",
    "one stretch of reference sequence that a model reads once for all variants placed in it",
    (
        required("window", I64, "number of the window within model and sample, from 0"),
        required("shard", I32, "scoring job that reads the window, from 1"),
        required("work", I64, "bases that are computed for the window and every variant in it"),
        required("chrom", TEXT, "contig"),
        required(
            "start", I64, "0-based start on the contig; may be negative where a window hangs over its end"
        ),
        required("end", I64, "end, half-open; may exceed the contig"),
        required("gene", TEXT, "gene symbol the window is masked to"),
        required("transcript", TEXT, "representative transcript of the gene"),
        required("strand", TEXT, "strand of the gene, + or -"),
        required(
            "sequence", TEXT, "reference on the + strand, A C G T N, N outside the transcript and the contig"
        ),
    ),
    ("window",),
    together=1 << 10,  # a sequence has up to 60,000 bases
)

PLACEMENTS = Table(
    "placements",
    "one variant in one gene for one model: the window it is read in, or why it has none",
    (
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol; empty if the variant lies in no transcript"),
        required("transcript", TEXT, "representative transcript of the gene; empty if there is none"),
        required("strand", TEXT, "strand of the gene; empty if there is none"),
        optional("window", I64, "window the variant is placed in; null if refused"),
        optional("shard", I32, "shard of that window; null if refused"),
        optional("offset", I64, "0-based index of the first base of ref in the window's sequence"),
        required("moved", I64, "bases right of its spelling at which an indel is laid over the reference"),
        required("status", TEXT, "placed or not_scored"),
        required("reason", TEXT, "rule of the refusal, empty if placed"),
        required("detail", TEXT, "what the rule saw, empty if placed"),
    ),
    (*ALLELE, "gene", "transcript"),
)

SCORES = Table(
    "scores",
    "one number of one model for one variant in one gene",
    (
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol"),
        required("transcript", TEXT, "representative transcript of the gene"),
        required("model", TEXT, "model name"),
        required("track", TEXT, "name of the number, e.g. ds_ag, dp_ag, masked_ds_ag"),
        optional(
            "value", F64, "the number; null if not scored. Positions are bases from pos, + to the right"
        ),
        required("status", TEXT, "scored or not_scored"),
        required("reason", TEXT, "why it was not scored, empty otherwise"),
        required("detail", TEXT, "what the reason saw, empty otherwise"),
    ),
    (*ALLELE, "gene", "transcript", "model", "track"),
)

PROBABILITIES = Table(
    "probabilities",
    "splice site probabilities around one variant in one gene, reference and alternate, in reference coordinates",
    (
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol"),
        required("transcript", TEXT, "representative transcript of the gene"),
        required("model", TEXT, "model name"),
        required("start", I64, "0-based position on the contig of the first value"),
        required(
            "ref_acceptor", FLOATS, "P(acceptor) of each base, reference allele; the base is the exon's first"
        ),
        required("ref_donor", FLOATS, "P(donor) of each base, reference allele; the base is the exon's last"),
        required(
            "alt_acceptor",
            FLOATS,
            "P(acceptor) with the alternate allele: deleted bases 0, inserted ones as their maximum",
        ),
        required("alt_donor", FLOATS, "P(donor) with the alternate allele, aligned likewise"),
    ),
    (*ALLELE, "gene", "transcript", "model"),
)

STORED = Table(
    "stored",
    "what one model said of one allele in one neighbourhood, kept between runs",
    (
        required(
            "key", TEXT, "SHA-256 of alleles, strand, sequence and annotation around (landfall/store.py)"
        ),
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol where it was computed"),
        required("transcript", TEXT, "transcript where it was computed"),
        required("tracks", pa.list_(TEXT), "names of the numbers, as in scores"),
        required("values", pa.list_(F64), "the numbers"),
        optional("first", I64, "bases from pos to the first probability; null where none were kept"),
        optional("ref_acceptor", FLOATS, "as in probabilities"),
        optional("ref_donor", FLOATS, "as in probabilities"),
        optional("alt_acceptor", FLOATS, "as in probabilities"),
        optional("alt_donor", FLOATS, "as in probabilities"),
    ),
    ("key",),
)

OUTCOMES = Table(
    "outcomes",
    "one predicted effect of one variant on one transcript",
    (
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol"),
        required("transcript", TEXT, "transcript identifier"),
        required(
            "outcome",
            I32,
            "order within variant and transcript: called changes, then possibilities, then none",
        ),
        required(
            "event",
            TEXT,
            "pseudoexon, exon_skipping, cryptic_acceptor, cryptic_donor, intron_retention, exon_inclusion or none",
        ),
        required(
            "called", BOOL, "whether the numbers reach the cut-offs; true for none where no change is called"
        ),
        optional("start", I64, "0-based start of the changed segment on the contig; null for none"),
        optional("end", I64, "end of the changed segment, half-open"),
        optional("size_nt", I64, "bases gained by or lost from the mRNA"),
        required(
            "gained", BOOL, "true if the mRNA gains the segment, false if it loses it or nothing changes"
        ),
        optional("location", TEXT, "where in the transcript, e.g. 'intron 7' or 'exon 12'"),
        optional("acceptor", I64, "1-based position of the acceptor the event uses (first base of the exon)"),
        optional("acceptor_ref", F64, "P(acceptor) there with the reference allele"),
        optional("acceptor_alt", F64, "P(acceptor) there with the alternate allele"),
        optional(
            "acceptor_maxent_ref", F64, "MaxEntScan of it with the reference allele; null without its tables"
        ),
        optional(
            "acceptor_maxent_alt", F64, "the same with the alternate allele; null where the base is gone"
        ),
        optional("donor", I64, "1-based position of the donor the event uses (last base of the exon)"),
        optional("donor_ref", F64, "P(donor) there with the reference allele"),
        optional("donor_alt", F64, "P(donor) there with the alternate allele"),
        optional(
            "donor_maxent_ref", F64, "MaxEntScan of it with the reference allele; null without its tables"
        ),
        optional("donor_maxent_alt", F64, "the same with the alternate allele; null where the base is gone"),
        optional("frameshift", BOOL, "whether the reading frame is broken; null outside the coding sequence"),
        optional(
            "ptc",
            BOOL,
            "whether the mutant mRNA has a premature stop codon; null outside the coding sequence",
        ),
        optional(
            "ptc_codon", I64, "1-based codon of the mutant protein at which translation stops prematurely"
        ),
        optional("nmd", BOOL, "whether nonsense-mediated decay is expected; null without a premature stop"),
        optional("nmd_reason", TEXT, "the rule behind the verdict"),
        optional(
            "share", F64, "share of transcripts expected to show this outcome, 0 to 1, by the model's numbers"
        ),
        optional("hgvs_r", TEXT, "predicted change of the mRNA, r.(...)"),
        optional("hgvs_p", TEXT, "predicted change of the protein, p.(...)"),
        optional("inserted", TEXT, "bases the mRNA gains, 5' to 3', as DNA letters"),
        optional("protein_ref", TEXT, "reference protein around the change"),
        optional("protein_alt", TEXT, "mutant protein over the same stretch to its stop (*)"),
        optional("protein_start", I64, "1-based codon at which both protein windows begin"),
        required("reason", TEXT, "the rule and numbers the outcome rests on, in words"),
    ),
    (*ALLELE, "gene", "transcript", "outcome"),
)

DELTA_TRACKS = ("ds_ag", "ds_al", "ds_dg", "ds_dl")
POSITION_TRACKS = ("dp_ag", "dp_al", "dp_dg", "dp_dl")
_TRACK_MEANING = {"ag": "acceptor gain", "al": "acceptor loss", "dg": "donor gain", "dl": "donor loss"}


def _splice_columns(model: str) -> tuple[Column, ...]:
    """The columns of one splice model in the prioritised table."""
    raw = [optional(f"{model}_ds_max", F64, "largest of the four raw delta scores, 0 to 1")]
    raw += [
        optional(f"{model}_{t}", F64, f"delta score, {_TRACK_MEANING[t[3:]]}, 0 to 1") for t in DELTA_TRACKS
    ]
    raw += [
        optional(
            f"{model}_{t}",
            I64,
            f"bases from pos to the {_TRACK_MEANING[t[3:]]}, + to the right on the contig",
        )
        for t in POSITION_TRACKS
    ]
    raw += [
        optional(
            f"{model}_{t.replace('ds', 'sd')}",
            F64,
            f"standard deviation over the model's networks of the {_TRACK_MEANING[t[3:]]} at its position",
        )
        for t in DELTA_TRACKS
    ]
    masked = [optional(f"{model}_masked_ds_max", F64, "largest of the four masked delta scores")]
    masked += [
        optional(
            f"{model}_masked_{t}",
            F64,
            f"delta score, {_TRACK_MEANING[t[3:]]}, annotated gains and unannotated losses masked",
        )
        for t in DELTA_TRACKS
    ]
    masked += [
        optional(f"{model}_masked_{t}", I64, f"bases from pos to the masked {_TRACK_MEANING[t[3:]]}")
        for t in POSITION_TRACKS
    ]
    return (*raw, *masked)


def _effect_columns(prefix: str, what: str) -> tuple[Column, ...]:
    """The names of what an allele does in one transcript, in the prioritised table."""
    return (
        optional(f"{prefix}_transcript", TEXT, f"{what}: the transcript"),
        optional(f"{prefix}_consequence", TEXT, f"{what}: Sequence Ontology term"),
        optional(f"{prefix}_hgvs_c", TEXT, f"{what}: change in that transcript, without its name"),
        optional(
            f"{prefix}_hgvs_c_refseq",
            TEXT,
            f"{what}: the same with the RefSeq transcript of the same sequence; null if none is known",
        ),
        optional(f"{prefix}_hgvs_p", TEXT, f"{what}: predicted protein change"),
    )


COUNTED_COLUMNS = (
    *_effect_columns(
        "coding",
        "what effect_coding rests on, the worst of the transcripts that count, with the alleles of the same copy; null "
        "outside genes",
    ),
    optional("coding_tag", TEXT, "tag of coding_transcript in the annotation, such as MANE_Plus_Clinical"),
    *_effect_columns("elsewhere", "a worse effect in a coding transcript that does not count; null if none"),
    optional(
        "joint_with",
        TEXT,
        "alleles of the patient that share a codon with this one, or with it keep the frame, as chrom-pos-ref-alt "
        "joined by ';'; null if none",
    ),
    optional(
        "joint_phase",
        TEXT,
        "whether they lie on its copy: cis (the joint effect counts), one_copy (on one of the two that have it) or "
        "unknown",
    ),
    *_effect_columns("joint", "what they do together on one copy"),
)
"""Columns of the prioritised table on transcripts and alleles beside the row's own."""

PRIORITISED = Table(
    "prioritised",
    "one allele in one gene, best first",
    (
        required("rank", I64, "1 = first"),
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol"),
        required("transcript", TEXT, "representative transcript of the gene"),
        required("strand", TEXT, "strand of the gene"),
        required("hgvs_g", TEXT, "change on the contig"),
        required("hgvs_c", TEXT, "change in the transcript, without its name, e.g. c.663+784C>T"),
        optional("hgvs_p", TEXT, "predicted protein change from the coding sequence alone, p.(...)"),
        required(
            "consequence",
            TEXT,
            "Sequence Ontology term of the change in the transcript; sequence_variant in genes that were not looked at",
        ),
        required("location", TEXT, "place in words, e.g. '784 bases into intron 7'"),
        optional(
            "hgvs_c_refseq",
            TEXT,
            "the change named in the RefSeq transcript of the same sequence, e.g. NM_003494.4:c.663+784C>T; null if "
            "none is known",
        ),
        *COUNTED_COLUMNS,
        required(
            "explanation", TEXT, "what speaks for the allele and against it, in words made from the columns"
        ),
        required(
            "priority", F64, "the ranking score, 0 to 1: 1 / (1 + 10^-(score - 2)); no probability of disease"
        ),
        required(
            "score", F64, "sum of the score_ columns, log10 of likelihood ratios; the rows are ordered by it"
        ),
        required(
            "score_effect", F64, "log10 odds that the allele damages the gene, from the effect_ columns"
        ),
        required(
            "score_rarity", F64, "of its frequency and its homozygotes and hemizygotes in the population"
        ),
        required("score_known", F64, "of its classification in a file of classified alleles; 0 without one"),
        required("score_inheritance", F64, "of how explaining_mode fits the family and the gene"),
        required("score_partner", F64, "what a weaker partner takes away; 0 where the mode needs none"),
        required("score_phenotype", F64, "of how well the gene fits the patient's terms; 0 without terms"),
        required("score_panel", F64, "of the confidence in the panel; 0 outside it"),
        required(
            "explaining_mode", TEXT, "mode of inheritance under which the score is highest; it is this one"
        ),
        required("explaining_status", TEXT, "whether that mode fits, is open or excluded"),
        optional(
            "effect_splicing",
            F64,
            "probability that splicing is damaged, 0 to 1: splice_probability, else the largest masked delta score; "
            "less where the outcome keeps the frame; null if not judged",
        ),
        optional(
            "effect_coding",
            F64,
            "probability that coding_consequence damages the gene, 0 to 1; null outside genes",
        ),
        optional(
            "effect_regulation",
            F64,
            "probability that regulation is damaged, 0 to 0.5, not calibrated, from the four columns that follow; null "
            "if no network of tracks read the allele for the gene",
        ),
        optional(
            "regulation_percentile",
            F64,
            "part of the random changes whose largest change is smaller, 0 to 1: z_percentile of regulatory.parquet",
        ),
        optional("regulation_background", I64, "random changes of its kind that it was held against"),
        optional("regulation_networks", I64, "networks of tracks that read it"),
        optional("regulation_z", F64, "its largest change, in standard deviations of the random changes"),
        optional("regulation_model", TEXT, "the network that sees that change"),
        optional("regulation_track", TEXT, "the track that changes most there: its identifier"),
        optional("regulation_assay", TEXT, "what the track measures; empty without a table of tracks"),
        optional("regulation_tissue", TEXT, "tissue or cell of the track"),
        required(
            "flagged",
            BOOL,
            "whether the variant is put forward as a finding: a masked delta score at or above the setting",
        ),
        required("inheritance", TEXT, "the mode the genotype fits and why"),
        required(
            "inheritance_fits",
            BOOL,
            "whether a mode fits, alone or with the partner; a pair of unknown phase does",
        ),
        required(
            "inheritance_modes",
            TEXT,
            "the modes that fit, joined by ';': autosomal_dominant, autosomal_recessive, "
            "autosomal_recessive_compound, de_novo, x_linked_dominant, x_linked_recessive, "
            "x_linked_recessive_compound, y_linked, mitochondrial, any",
        ),
        required(
            "inheritance_status",
            TEXT,
            "of the best mode: fits, open (something is yet to be shown), excluded",
        ),
        required(
            "inheritance_probability",
            F64,
            "of the best mode: 1, P(trans) of a pair, times 1 - penetrance for each unaffected carrier; "
            "0 unless it fits",
        ),
        required(
            "gene_modes",
            TEXT,
            "modes of inheritance of the gene's diseases by panel or HPO, joined by ';'; empty if unknown",
        ),
        optional(
            "partner",
            TEXT,
            "the partner in the gene that explains the allele best, else the best one judged, as chrom-pos-ref-alt; "
            "null if there is none",
        ),
        optional("partner_kind", TEXT, "symmetric or asymmetric (one hit at the laxer score)"),
        optional("partner_phase", TEXT, "trans, cis or unknown"),
        optional("partner_trans_probability", F64, "probability that they lie on different copies, 0 to 1"),
        required("zygosity", TEXT, "heterozygous, homozygous, hemizygous or unknown"),
        required("genotype", TEXT, "genotype as called"),
        optional("depth", I64, "read depth"),
        optional("genotype_quality", F64, "genotype quality"),
        optional("allele_balance", F64, "reads of the allele over all reads"),
        optional(
            "heteroplasmy", F64, "share of mitochondria with the allele, by reads, 0 to 1; null elsewhere"
        ),
        optional(
            "call_doubt",
            TEXT,
            "what the call may be, in words: a heterozygous one on X or Y in a male, or one with nearly all reads",
        ),
        optional("frequency", F64, "highest population frequency, null if unknown"),
        required("frequency_source", TEXT, "source of the frequency, 'absent' or 'not covered'"),
        optional("faf95", F64, "gnomAD's filtering frequency: lower end of the 95 % interval, 0 to 1"),
        optional("homozygotes", I64, "homozygous individuals in the sites file"),
        optional("hemizygotes", I64, "hemizygous individuals in the sites file; on X and Y outside PAR"),
        optional("known", TEXT, "identifier and classification of an allele known to be pathogenic"),
        optional("rsid", TEXT, "identifier from the VCF"),
        required("hpo_matches", TEXT, "the patient's HPO terms annotated to the gene, joined by ','"),
        optional(
            "phenotype_relevance",
            F64,
            "part of the information content of the patient's terms that the gene's annotations share, 0 to 1; null "
            "without terms or annotations",
        ),
        optional(
            "phenotype_share",
            F64,
            "part of all genes that HPO annotates whose relevance is at least as high, above 0 to 1; null as relevance",
        ),
        optional(
            "phenotype_disease",
            TEXT,
            "the disease of the gene, as inferred from HPO, that fits best; may name a look-alike",
        ),
        optional("phenotype_disease_relevance", F64, "the same for that disease alone, 0 to 1"),
        optional(
            "panel_confidence",
            I32,
            "confidence in the panel: 3 green, 2 amber, 1 red, 0 none; null if not in it",
        ),
        optional("panel_inheritance", TEXT, "mode of inheritance as the panel writes it"),
        optional(
            "event",
            TEXT,
            "likeliest called splicing outcome, none if no change is called; null if not scored",
        ),
        optional("event_size_nt", I64, "its size in bases"),
        optional("event_frameshift", BOOL, "whether it breaks the frame"),
        optional("event_ptc", BOOL, "whether it brings a premature stop"),
        optional("event_nmd", BOOL, "whether nonsense-mediated decay is expected"),
        required("status", TEXT, "scored or not_scored"),
        required("reason", TEXT, "why it was not scored, empty otherwise"),
        required("detail", TEXT, "what the reason saw, empty otherwise"),
        optional(
            "splice_probability",
            F64,
            "calibrated probability that splicing is affected, 0 to 1; null if no calibrated model judged it",
        ),
        optional("splice_probability_models", TEXT, "the models it rests on, joined by ','"),
        *_splice_columns("spliceai"),
        *_splice_columns("cispliceai"),
        optional(
            "mmsplice_delta_logit_psi",
            F64,
            "change of the logit of inclusion of the exon that changes most; null if no exon is within reach",
        ),
    ),
    (*ALLELE, "gene", "transcript"),
)

CHANGES = Table(
    "changes",
    "one candidate that is new, gone, promoted or demoted since the earlier result of the sheet's column previous",
    (
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol"),
        required("hgvs_c", TEXT, "change in the transcript, of the run that has it"),
        required("change", TEXT, "new, gone, promoted or demoted"),
        optional("rank_before", I64, "rank in the earlier result; null if it was no candidate"),
        optional("rank", I64, "rank now; null if it is no candidate"),
        optional("score_before", F64, "score in the earlier result"),
        optional("score", F64, "score now"),
        optional("flagged_before", BOOL, "whether it was flagged"),
        optional("flagged", BOOL, "whether it is flagged now"),
        required(
            "causes", TEXT, "what the change comes from, joined by ','; names in landfall/reanalysis.py"
        ),
        required(
            "detail", TEXT, "which part of the score changed or which rule held it back, and what differs"
        ),
    ),
    (*ALLELE, "gene"),
)

EVIDENCE = Table(
    "evidence",
    "one draft criterion for one leading allele and gene, those for pathogenicity first, their sum last",
    (
        required("rank", I64, "rank in the prioritised table"),
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol; empty outside all transcripts"),
        required("transcript", TEXT, "representative transcript of the gene"),
        required("order", I32, "order within the allele and gene, 1 = first"),
        required("criterion", TEXT, "PVS1, PS1, PM2, PM3, PP1, PP3, BA1, BS1, BP4, BP7, or sum"),
        required(
            "status",
            TEXT,
            "met; provisional (on the condition that the reason states); not_met; not_combined (covered by another); "
            "needs_assay; not_judged; left_to_person; draft for the sum",
        ),
        optional(
            "strength", TEXT, "supporting, moderate, strong, very_strong or stand_alone; null if it has none"
        ),
        required(
            "points", I32, "what counts of it, negative for benign; the sum's is the total (Tavtigian 2020)"
        ),
        optional(
            "draft_class", TEXT, "the class the points would give, a draft for a person; the sum's row alone"
        ),
        required("reason", TEXT, "values, limits and conditions in words"),
        required("source", TEXT, "where the rule is published"),
    ),
    (*ALLELE, "gene", "transcript", "criterion"),
)

CANDIDATE_COLUMNS = (
    *ALLELE_COLUMNS,
    required("gene", TEXT, "gene symbol"),
    required("transcript", TEXT, "representative transcript of the gene"),
)
CANDIDATE = tuple(c.name for c in CANDIDATE_COLUMNS)


def candidate_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What names a row's variant and gene, in the order of CANDIDATE."""
    return tuple(row[name] for name in CANDIDATE)


MODEL_COLUMN = required("model", TEXT, "model name")

LEADING = Table(
    "leading",
    "one leading candidate and what the closer look found, best first",
    (
        required("rank", I64, "its rank in the prioritised table"),
        *CANDIDATE_COLUMNS,
        required("flagged", BOOL, "whether it is put forward as a finding"),
        MODEL_COLUMN,
        optional(
            "event", TEXT, "the called outcome that is watched; none where one changed site alone is watched"
        ),
        optional("by_loss", BOOL, "whether the outcome comes from the loss of the sites watched"),
        optional("acceptor", I64, "1-based position of the acceptor watched (first base of the exon)"),
        optional("donor", I64, "1-based position of the donor watched (last base of the exon)"),
        optional(
            "aberrant_ref",
            F64,
            "how much of the outcome there is without the variant, 0 to 1: the geometric mean of P at the sites "
            "watched, 1 minus that where it comes by loss",
        ),
        optional("aberrant_alt", F64, "the same with the variant"),
        optional("neighbours_judged", I64, "alleles of the patient on the same copy that were read with it"),
        optional("neighbours_not_judged", I64, "alleles within reach that were not"),
        optional("networks", I64, "networks of the model that were asked alone"),
        optional("networks_reaching", I64, "how many of them give a delta score at or above the cut-off"),
        optional("network_min", F64, "smallest masked delta score of one network"),
        optional("network_max", F64, "largest masked delta score of one network"),
        required("status", TEXT, "mapped, not_mapped (no outcome to map) or not_examined"),
        required("reason", TEXT, "why it was not mapped or examined, empty otherwise"),
        required("detail", TEXT, "what the reason saw, empty otherwise"),
    ),
    CANDIDATE,
)

WATCHED_COLUMNS = (
    optional("acceptor", F64, "P(acceptor) at the acceptor watched, after the change"),
    optional("donor", F64, "P(donor) at the donor watched, after the change"),
    required("aberrant", F64, "how much of the outcome is left after the change, 0 to 1"),
    required("change", F64, "the same minus its value on the unchanged copy; negative: less aberrant"),
    optional(
        "native_kept",
        F64,
        "smallest part left of an annotated site in view, at most 1: P after over P before; null if none is seen",
    ),
)

MUTAGENESIS = Table(
    "mutagenesis",
    "one change of one base around a leading candidate or the sites its outcome uses",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("haplotype", TEXT, "the copy that is changed: alternate (with the variant) or reference"),
        required(
            "base_pos", I64, "1-based position of the base; an inserted base has that of the base before it"
        ),
        required("base_offset", I64, "0, or the number of an inserted base after base_pos"),
        required("base", TEXT, "the base of the copy, + strand"),
        required("changed_to", TEXT, "what it is changed to, + strand"),
        *WATCHED_COLUMNS,
    ),
    (*CANDIDATE, "haplotype", "base_pos", "base_offset", "changed_to"),
)

RESCUE = Table(
    "rescue",
    "one stretch hidden from the model (N): where an antisense oligonucleotide might act, best first by candidate",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("rank", I64, "1 = leaves least of the outcome (to 0.01), then spares annotated sites most"),
        required("start", I64, "0-based first base of the stretch on the contig"),
        required("end", I64, "its end, half-open"),
        required("target", TEXT, "the stretch in the pre-mRNA with the variant, 5' to 3', as DNA letters"),
        required("antisense", TEXT, "the sequence that pairs with it, 5' to 3', as DNA letters"),
        required("gc", F64, "G and C in it, 0 to 1"),
        required("covers_variant", BOOL, "whether the stretch holds the variant"),
        *WATCHED_COLUMNS,
        required(
            "shuffled",
            F64,
            "mean of aberrant with the bases of the stretch in other orders instead of N; far from it, how the "
            "stretch is hidden decides",
        ),
    ),
    (*CANDIDATE, "rank"),
)

HAPLOTYPES = Table(
    "haplotypes",
    "a leading candidate with one neighbour, or with all on its copy; or a neighbour that was not judged, and why",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("neighbours", TEXT, "the neighbours as chrom-pos-ref-alt, joined by ';'"),
        required("offset", I64, "bases from pos to the nearest of them, + to the right on the contig"),
        required("phase", TEXT, "cis, trans or unknown"),
        required("status", TEXT, "judged or not_judged"),
        required("reason", TEXT, "why it was not judged, empty otherwise"),
        required("detail", TEXT, "what the reason saw, empty otherwise"),
        optional("delta_candidate", F64, "largest masked delta score of the candidate alone"),
        optional("delta_neighbours", F64, "the same of the neighbours alone"),
        optional("delta_joint", F64, "the same of all together, against the reference"),
        optional("difference", F64, "delta_joint minus delta_candidate"),
        optional("site", TEXT, "the splice site that decides: acceptor or donor"),
        optional("site_pos", I64, "its 1-based position"),
        optional("p_reference", F64, "P of the site on the reference"),
        optional("p_candidate", F64, "P with the candidate alone"),
        optional("p_neighbours", F64, "P with the neighbours alone"),
        optional("p_joint", F64, "P with all together"),
        optional("interaction", F64, "p_joint - p_candidate - p_neighbours + p_reference"),
        optional("verdict", TEXT, "rescue, synergy or additive; see docs/science.md"),
    ),
    (*CANDIDATE, "neighbours"),
)

STABILITY = Table(
    "stability",
    "a leading candidate under one setting; the first of a candidate is that of the run",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required(
            "kind", TEXT, "what is changed: run (nothing), distance, mask, network, transcript or model"
        ),
        required("setting", TEXT, "to what"),
        optional("delta", F64, "largest delta score, masked unless the setting says raw; null if not scored"),
        optional("reaches", BOOL, "whether it is at or above the cut-off of the run"),
        optional("event", TEXT, "likeliest called outcome; null where the setting has none of its own"),
        optional("start", I64, "0-based start of its segment on the contig"),
        optional("end", I64, "its end, half-open"),
        optional("agrees", BOOL, "whether delta and outcome say the same as the run; null if not scored"),
        required("reason", TEXT, "why it was not scored, empty otherwise"),
    ),
    (*CANDIDATE, "kind", "setting"),
)


TARGETS = Table(
    "targets",
    "one track of a network of regulatory tracks: what it measures, as the official table says",
    (
        required("number", I32, "number of the track in the network's output, from 0"),
        required(
            "identifier", TEXT, "identifier of the experiment; the number where no table of tracks is given"
        ),
        required("assay", TEXT, "kind of experiment; empty if not known"),
        required("tissue", TEXT, "tissue or cell; empty if not known"),
        required("tissue_group", TEXT, "group of tissues it belongs to; 'other' for none"),
        required("mark", TEXT, "histone mark or transcription factor; empty for assays of one kind"),
        required("strand", TEXT, "+ or - for a track of one strand, else empty"),
        required("description", TEXT, "the line of the official table"),
    ),
    ("number",),
)

TRACK_PLACEMENTS = Table(
    "track_placements",
    "one variant and gene for one network of tracks: the window it is read in, or why it has none",
    (
        *CANDIDATE_COLUMNS,
        optional("tss", I64, "0-based base at which the gene's transcription starts; null without a gene"),
        optional(
            "window",
            I64,
            "number of the window within model, from 0; null if refused, and in the table of one sample",
        ),
        optional("start", I64, "0-based start of the window on the contig; null if refused"),
        optional("shard", I32, "scoring job that reads the window, from 1; null as window"),
        required("status", TEXT, "placed or not_scored"),
        required("reason", TEXT, "rule of the refusal, empty if placed"),
        required("detail", TEXT, "what the rule saw, empty if placed"),
    ),
    CANDIDATE,
)

TRACKS = Table(
    "tracks",
    "what one network of tracks says of one variant and gene: one number a track, in the network's order",
    (
        *CANDIDATE_COLUMNS,
        optional("signal_ref", FLOATS, "sum over the bins, reference allele"),
        optional("sad", FLOATS, "sum over the bins of alternate minus reference (SAD)"),
        optional("logsad", HALVES, "sum over the bins of the differences of log2(signal + 1) (logSAD)"),
        optional("logd2", HALVES, "length of the vector of those differences (logD2)"),
        optional("local_log2", HALVES, "log2 ratio of the signal + 1 in the 501 bases around the variant"),
        optional(
            "gene_log2",
            HALVES,
            "the same in the bins of the gene's start, of RNA in those of its exons; NaN for tracks of the other "
            "strand, null where the start is not in view",
        ),
        optional(
            "log_odds",
            FLOATS,
            "change of the log2 odds of the probability, mean of both strands (DeepSEA, Beluga); null for others",
        ),
        optional(
            "class_ref", FLOATS, "score of each class of sequence, reference allele; null without classes"
        ),
        optional("class_alt", FLOATS, "the same with the alternate allele"),
        required("status", TEXT, "scored or not_scored"),
        required("reason", TEXT, "why it was not scored, empty otherwise"),
        required("detail", TEXT, "what the reason saw, empty otherwise"),
    ),
    CANDIDATE,
    together=1 << 8,  # a row has thousands of numbers
)

STORED_TRACKS = Table(
    "stored_tracks",
    "what one network of tracks said of one change in one window, kept between runs",
    (
        required(
            "key", TEXT, "SHA-256 of window, change and the gene's start in it (landfall/track_store.py)"
        ),
        *TRACKS.columns,
    ),
    ("key",),
    together=TRACKS.together,
)

REGULATION = Table(
    "regulation",
    "the track of one assay and group of tissues that changes most, by one network for one variant and gene",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("assay", TEXT, "kind of experiment; empty without a table of tracks"),
        required("tissue_group", TEXT, "group of tissues; 'other' for none"),
        required("tissue", TEXT, "tissue or cell of the track"),
        required("mark", TEXT, "histone mark or transcription factor of the track, empty for none"),
        required("track", I32, "number of the track in the network's output, from 0"),
        required("target", TEXT, "identifier of the experiment"),
        required("signal_ref", F64, "sum over the bins, reference allele"),
        required("signal_alt", F64, "the same with the variant"),
        required("sad", F64, "alternate minus reference (SAD)"),
        required("logsad", F64, "sum over the bins of the differences of log2(signal + 1) (logSAD)"),
        required("local_log2", F64, "log2 ratio of the signal + 1 in the 501 bases around the variant"),
        optional(
            "gene_log2",
            F64,
            "the same at the gene's start, of RNA over its exons; null where the start is not in view and for "
            "the other strand",
        ),
        required("percentile", F64, "part of the background whose change of this track is smaller, 0 to 1"),
        required("z", F64, "SAD less the background's mean, in its standard deviations"),
        optional("log_odds", F64, "change of the log2 odds (DeepSEA, Beluga); null for others"),
        optional(
            "e_value",
            F64,
            "part of the published background variants that change the track more (DeepSEA, Beluga); null without one",
        ),
        optional(
            "functional_significance",
            F64,
            "geometric mean of the E-values of all tracks, the same in each row of a variant and network",
        ),
    ),
    (*CANDIDATE, "model", "track"),
)

CLASSES = Table(
    "classes",
    "one class of sequence by one network for one variant and gene",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("class", TEXT, "name of the class"),
        required("score_ref", F64, "score with the reference allele"),
        required("score_alt", F64, "score with the variant"),
        required("change", F64, "score_alt minus score_ref"),
    ),
    (*CANDIDATE, "model", "class"),
)

REGULATORY = Table(
    "regulatory",
    "one variant and gene that a network of tracks was asked about, those that change most first",
    (
        required("rank", I64, "order by z_percentile, then by z; 1 = first; variants without a score last"),
        *CANDIDATE_COLUMNS,
        required("strand", TEXT, "strand of the gene, empty without one"),
        optional("tss", I64, "0-based base at which the gene's transcription starts"),
        optional("model", TEXT, "the network that sees the largest change; null if none scored it"),
        optional("z", F64, "its largest change over all tracks, in standard deviations of the background"),
        optional("z_percentile", F64, "part of the background whose largest change is smaller, 0 to 1"),
        optional("background", I64, "random changes of its kind that it was held against"),
        optional("target", TEXT, "the track that changes so: identifier of the experiment"),
        optional("assay", TEXT, "its kind of experiment; empty without a table of tracks"),
        optional("tissue", TEXT, "its tissue or cell"),
        required("networks", I64, "networks that scored it"),
        required("explained", BOOL, "whether it is among the variants that are explained"),
        required("status", TEXT, "scored or not_scored"),
        required("reason", TEXT, "why no network scored it, empty otherwise"),
        required("detail", TEXT, "what the reason saw, empty otherwise"),
    ),
    CANDIDATE,
)

REGULATION_BINS = Table(
    "regulation_bins",
    "one track bin by bin around an explained variant, with either allele, in reference coordinates",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("track", I32, "number of the track in the network's output, from 0"),
        required("start", I64, "0-based position on the contig of the first bin"),
        required("bin", I32, "bases of a bin"),
        required("signal_ref", FLOATS, "signal by bin, reference allele"),
        required("signal_alt", FLOATS, "signal by bin with the variant, aligned to the reference's bins"),
    ),
    (*CANDIDATE, "model", "track"),
)

REGULATION_MAPS = Table(
    "regulation_maps",
    "where in its window a network looked for an explained variant: attention or contribution, bin by bin",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required(
            "kind",
            TEXT,
            "attention (paid by the bins at the gene's start, sums to 1 on the reference) or contribution (mean "
            "|gradient x input| of the track that changes most, as the network gives it)",
        ),
        required("haplotype", TEXT, "reference or alternate"),
        optional("track", I32, "the track explained; null for attention, which is of no track"),
        required("watched", TEXT, "gene or variant: whose place in the output is explained"),
        required("start", I64, "0-based position on the contig of the first bin"),
        required("bin", I32, "bases of a bin"),
        required("values", FLOATS, "one number a bin"),
    ),
    (*CANDIDATE, "model", "kind", "haplotype"),
)

REGULATION_STRETCHES = Table(
    "regulation_stretches",
    "a stretch of the window that matters most for the gene's start on the reference, its promoter apart, best first",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("rank", I64, "1 = largest contribution"),
        required("start", I64, "0-based first base on the contig"),
        required("end", I64, "end, half-open"),
        required("share", F64, "its part of the contribution of the whole window, 0 to 1"),
        optional(
            "attention", F64, "attention that the gene's start pays to it, 0 to 1; null without attention"
        ),
        required("distance", I64, "bases from the gene's start to its middle, + to the right on the contig"),
        required("holds_variant", BOOL, "whether the variant lies in it"),
    ),
    (*CANDIDATE, "model", "rank"),
)

REGULATION_MUTAGENESIS = Table(
    "regulation_mutagenesis",
    "one change of one base around an explained variant, read by one network",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("track", I32, "the track watched, the one that changes most"),
        required("base_pos", I64, "1-based position of the base"),
        required("base", TEXT, "the reference base, + strand"),
        required("changed_to", TEXT, "what it is changed to, + strand"),
        required("sad", F64, "SAD of the track by this change alone"),
    ),
    (*CANDIDATE, "model", "base_pos", "changed_to"),
)


def _primer_columns_of(side: str, direction: str) -> tuple[Column, ...]:
    return (
        optional(f"{side}_primer", TEXT, f"{direction} primer, 5' to 3'; null if none was designed"),
        optional(
            f"{side}_tm", F64, "its melting temperature in degrees Celsius (docs/science.md: conditions)"
        ),
        optional(f"{side}_gc", F64, "its GC content in percent"),
        optional(f"{side}_place", TEXT, "what it lies in, e.g. 'exon 7' or 'exon 7 and pseudoexon'"),
    )


ASSAYS = Table(
    "assays",
    "one primer pair that would show one called outcome of one leading allele by RT-PCR, or why there is none",
    (
        required("rank", I64, "rank in the prioritised table"),
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol"),
        required("transcript", TEXT, "transcript identifier"),
        required("outcome", I32, "number of the outcome in the outcomes table"),
        required("event", TEXT, "event of the outcome"),
        required(
            "pair",
            TEXT,
            "flanking (a band from each mRNA) or junction (a primer across a new boundary: the mutant's band alone)",
        ),
        required("status", TEXT, "designed or not_designed"),
        required("reason", TEXT, "why no pair was designed, empty otherwise"),
        *_primer_columns_of("left", "forward"),
        *_primer_columns_of("right", "reverse"),
        optional("wild_type_bp", I64, "product on the transcript's own mRNA in bases; null if there is none"),
        optional("mutant_bp", I64, "product on the outcome's mRNA in bases"),
        optional(
            "genomic_bp", I64, "product on genomic DNA in bases; null for none or one that was not judged"
        ),
        optional(
            "bands", TEXT, "the expected bands in words, the wild type's first, e.g. '312 bp and 359 bp'"
        ),
        required(
            "patient_bands", INTS, "bands of the patient's lane in bases, ascending; too long ones left out"
        ),
        required("control_bands", INTS, "bands of a control's lane, likewise"),
        required("water_bands", INTS, "bands of the lane without template: none"),
        required("relaxed", TEXT, "what was given up to find the pair, empty for nothing"),
        required("check", TEXT, "what the pair was tried on in silico"),
        required("advice", TEXT, "what the laboratory has to mind: tissue, NMD inhibition, genomic DNA"),
    ),
    (*ALLELE, "gene", "transcript", "outcome", "pair"),
)

TABLES = (
    TRANSCRIPTS,
    LEDGER,
    DECISIONS,
    NORMALISED,
    CALLSET,
    VARIANTS,
    FAMILY_CALLS,
    WINDOWS,
    PLACEMENTS,
    SCORES,
    PROBABILITIES,
    STORED,
    STORED_TRACKS,
    OUTCOMES,
    PRIORITISED,
    CHANGES,
    PAIRS,
    EVIDENCE,
    ASSAYS,
    LEADING,
    MUTAGENESIS,
    RESCUE,
    HAPLOTYPES,
    STABILITY,
    TARGETS,
    TRACK_PLACEMENTS,
    TRACKS,
    REGULATION,
    CLASSES,
    REGULATORY,
    REGULATION_BINS,
    REGULATION_MAPS,
    REGULATION_STRETCHES,
    REGULATION_MUTAGENESIS,
)


def manual() -> str:
    """Every table, column by column, as Markdown; ``python -m landfall.tables`` prints it for docs/output.md."""
    return "\n".join(line for table in TABLES for line in _described(table))


def _described(table: Table) -> Iterable[str]:
    yield f"### {table.name}\n"
    yield f"A row is {table.row}. Unique: {', '.join(f'`{name}`' for name in table.key)}.\n"
    yield "| column | type | null | meaning |"
    yield "| --- | --- | --- | --- |"
    for column in table.columns:
        kind = str(column.type).replace("list<item: ", "list of ").rstrip(">")
        yield f"| `{column.name}` | {kind} | {'no' if column.required else 'yes'} | {column.meaning} |"
    yield ""


if __name__ == "__main__":
    print(manual())
