"""The tables of splicing: windows, scores, outcomes, interpretation, RT-PCR assays."""

from __future__ import annotations

import pyarrow as pa

from landfall.genome.tables import (
    ALLELE,
    ALLELE_COLUMNS,
    BOOL,
    CANDIDATE,
    CANDIDATE_COLUMNS,
    F64,
    FLOATS,
    I32,
    I64,
    INTS,
    MODEL_COLUMN,
    TEXT,
)
from landfall.io.parquet import Column, Table, TypedTable, optional, required
from landfall.splicing.rows import OutcomeRow
from landfall.variants.tables import COMPARED

WINDOWS = Table(
    "windows",
    "one interval of reference sequence, shared by all variants placed in it",
    (
        required("window", I64, "number of the window within model and sample, from 0"),
        required("shard", I32, "scoring job of the window, from 1"),
        required("work", I64, "bases to compute for the window and its variants"),
        required("chrom", TEXT, "contig"),
        required(
            "start", I64, "0-based start on the contig; negative where a window extends beyond its start"
        ),
        required("end", I64, "end, half-open; may exceed the contig"),
        required("gene", TEXT, "gene symbol"),
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
    "one variant in one gene for one model: its window, or the reason for having none",
    (
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol; empty if the variant lies in no transcript"),
        required("transcript", TEXT, "representative transcript of the gene; empty if there is none"),
        required("strand", TEXT, "strand of the gene; empty if there is none"),
        optional("window", I64, "window of the variant; null if not scored"),
        optional("shard", I32, "shard of that window; null if not scored"),
        optional("offset", I64, "0-based index of the first base of ref in the window's sequence"),
        required("moved", I64, "bases by which the alignment of an indel is shifted to the right"),
        required("status", TEXT, "placed or not_scored"),
        required("reason", TEXT, "why it is not scored, empty if placed"),
        required("detail", TEXT, "details of the reason, empty if placed"),
        *COMPARED,
    ),
    (*ALLELE, "gene", "transcript"),
)

SCORES = Table(
    "scores",
    "one value of one model for one variant in one gene",
    (
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol"),
        required("transcript", TEXT, "representative transcript of the gene"),
        required("model", TEXT, "model name"),
        required("track", TEXT, "name of the value, e.g. ds_ag, dp_ag, masked_ds_ag"),
        optional("value", F64, "null if not scored. Positions are bases from pos, + to the right"),
        required("status", TEXT, "scored or not_scored"),
        required("reason", TEXT, "why it was not scored, empty otherwise"),
        required("detail", TEXT, "details of the reason, empty otherwise"),
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
            "P(acceptor) with the alternate allele: 0 for deleted bases, the maximum for inserted ones",
        ),
        required("alt_donor", FLOATS, "P(donor) with the alternate allele, aligned likewise"),
    ),
    (*ALLELE, "gene", "transcript", "model"),
)

STORED = Table(
    "stored",
    "cached scores of one model for one allele and its surroundings",
    (
        required(
            "key",
            TEXT,
            "SHA-256 of alleles, strand, sequence and annotation around it (landfall/splicing/score_cache.py)",
        ),
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol where it was computed"),
        required("transcript", TEXT, "transcript where it was computed"),
        required("tracks", pa.list_(TEXT), "names of the values, as in scores"),
        required("values", pa.list_(F64), "the values"),
        optional("first", I64, "bases from pos to the first probability; null where none were kept"),
        optional("ref_acceptor", FLOATS, "as in probabilities"),
        optional("ref_donor", FLOATS, "as in probabilities"),
        optional("alt_acceptor", FLOATS, "as in probabilities"),
        optional("alt_donor", FLOATS, "as in probabilities"),
    ),
    ("key",),
)

OUTCOMES = TypedTable(
    "outcomes",
    "one predicted outcome of one variant on one transcript",
    (
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol"),
        required("transcript", TEXT, "transcript identifier"),
        required(
            "outcome",
            I32,
            "order within variant and transcript: called events, then listed ones, then none",
        ),
        required(
            "event",
            TEXT,
            "pseudoexon, exon_skipping, cryptic_acceptor, cryptic_donor, intron_retention, exon_inclusion or none",
        ),
        required(
            "called", BOOL, "whether the event reaches the cut-offs; true for none if no event is called"
        ),
        optional("start", I64, "0-based start of the changed segment on the contig; null for none"),
        optional("end", I64, "end of the changed segment, half-open"),
        optional("size_nt", I64, "bases gained by or lost from the mRNA"),
        required(
            "is_gain",
            BOOL,
            "true if the mRNA gains the segment, false if it loses it or nothing changes",
            formerly=("gained",),
        ),
        optional("location", TEXT, "location in the transcript, e.g. 'intron 7' or 'exon 12'"),
        optional("acceptor", I64, "1-based position of the acceptor the event uses (first base of the exon)"),
        optional("acceptor_ref", F64, "P(acceptor) there with the reference allele"),
        optional("acceptor_alt", F64, "P(acceptor) there with the alternate allele"),
        optional(
            "acceptor_maxent_ref", F64, "MaxEntScan of it with the reference allele; null without its tables"
        ),
        optional(
            "acceptor_maxent_alt", F64, "the same with the alternate allele; null if the base is deleted"
        ),
        optional("donor", I64, "1-based position of the donor the event uses (last base of the exon)"),
        optional("donor_ref", F64, "P(donor) there with the reference allele"),
        optional("donor_alt", F64, "P(donor) there with the alternate allele"),
        optional(
            "donor_maxent_ref", F64, "MaxEntScan of it with the reference allele; null without its tables"
        ),
        optional("donor_maxent_alt", F64, "the same with the alternate allele; null if the base is deleted"),
        optional(
            "frameshift", BOOL, "whether the reading frame is shifted; null outside the coding sequence"
        ),
        optional(
            "ptc",
            BOOL,
            "whether the mutant mRNA has a premature stop codon; null outside the coding sequence",
        ),
        optional("ptc_codon", I64, "1-based codon of the premature stop in the mutant protein"),
        optional("nmd", BOOL, "whether nonsense-mediated decay is expected; null without a premature stop"),
        optional("nmd_reason", TEXT, "the rule behind that prediction"),
        optional(
            "transcript_proportion",
            F64,
            "predicted proportion of the gene's transcripts with this outcome, 0 to 1; uncalibrated",
            formerly=("share",),
        ),
        optional("hgvs_r", TEXT, "predicted change of the mRNA, r.(...)"),
        optional("hgvs_p", TEXT, "predicted change of the protein, p.(...)"),
        optional("inserted", TEXT, "bases the mRNA gains, 5' to 3', as DNA letters"),
        optional("protein_ref", TEXT, "reference protein around the change"),
        optional("protein_alt", TEXT, "mutant protein from the same codon to its stop (*)"),
        optional("protein_start", I64, "1-based codon at which both protein windows begin"),
        required("reason", TEXT, "rule and values behind the outcome, as text"),
    ),
    (*ALLELE, "gene", "transcript", "outcome"),
    row_type=OutcomeRow,
)

INTERPRETED_CANDIDATES = Table(
    "interpreted_candidates",
    "one leading candidate with a summary of its interpretation, best first",
    (
        required("rank", I64, "its rank in the prioritised table"),
        *CANDIDATE_COLUMNS,
        required("flagged", BOOL, "whether it is reported as a finding"),
        MODEL_COLUMN,
        optional(
            "event", TEXT, "the called outcome that is the target; none where the target is one changed site"
        ),
        optional(
            "site_loss",
            BOOL,
            "whether the outcome results from the loss of the target sites",
            formerly=("by_loss",),
        ),
        optional("acceptor", I64, "1-based position of the target acceptor (first base of the exon)"),
        optional("donor", I64, "1-based position of the target donor (last base of the exon)"),
        optional(
            "aberrant_splicing_ref",
            F64,
            "strength of the outcome without the variant, 0 to 1: the geometric mean of P at the target sites, 1 minus "
            "that if it results from their loss",
            formerly=("aberrant_ref",),
        ),
        optional("aberrant_splicing_alt", F64, "the same with the variant", formerly=("aberrant_alt",)),
        optional("neighbours_judged", I64, "alleles of the patient in cis that were scored with it"),
        optional("neighbours_not_judged", I64, "alleles within reach that were not"),
        optional("networks", I64, "networks of the model that were evaluated separately"),
        optional("networks_reaching", I64, "those with a delta score at or above the cut-off"),
        optional("network_min", F64, "smallest masked delta score of one network"),
        optional("network_max", F64, "largest masked delta score of one network"),
        required("status", TEXT, "mapped, not_mapped (no outcome to map) or not_examined"),
        required("reason", TEXT, "why it was not mapped or examined, empty otherwise"),
        required("detail", TEXT, "details of the reason, empty otherwise"),
    ),
    CANDIDATE,
    formerly=("leading",),
)

TARGET_COLUMNS = (
    optional("acceptor", F64, "P(acceptor) at the target acceptor, after the change"),
    optional("donor", F64, "P(donor) at the target donor, after the change"),
    required(
        "aberrant_splicing",
        F64,
        "strength of the outcome after the change, 0 to 1",
        formerly=("aberrant",),
    ),
    required("change", F64, "the same minus its value on the unchanged haplotype; negative: less aberrant"),
    optional(
        "annotated_site_retention",
        F64,
        "smallest remaining fraction of an annotated site in the window, at most 1: P after over P before; null "
        "without a recognised site",
        formerly=("native_kept",),
    ),
)

MUTAGENESIS = Table(
    "mutagenesis",
    "one single-base change around a leading candidate or the sites of its outcome",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("haplotype", TEXT, "haplotype that is changed: alternate (with the variant) or reference"),
        required(
            "base_pos", I64, "1-based position of the base; an inserted base has that of the base before it"
        ),
        required("base_offset", I64, "0, or the number of an inserted base after base_pos"),
        required("base", TEXT, "the base of the haplotype, + strand"),
        required("changed_to", TEXT, "the new base, + strand"),
        *TARGET_COLUMNS,
    ),
    (*CANDIDATE, "haplotype", "base_pos", "base_offset", "changed_to"),
)

ANTISENSE_SCAN = Table(
    "antisense_scan",
    "one interval masked with N: a possible target of an antisense oligonucleotide, best first by candidate",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required(
            "rank", I64, "1 = least remaining outcome (to 0.01), then most retention of annotated sites"
        ),
        required("start", I64, "0-based first base of the interval on the contig"),
        required("end", I64, "its end, half-open"),
        required("target", TEXT, "the interval in the pre-mRNA with the variant, 5' to 3', as DNA letters"),
        required("antisense", TEXT, "its antisense sequence, 5' to 3', as DNA letters"),
        required("gc", F64, "its GC content, 0 to 1"),
        required("covers_variant", BOOL, "whether the interval contains the variant"),
        *TARGET_COLUMNS,
        required(
            "shuffled",
            F64,
            "mean of aberrant_splicing with the bases of the interval shuffled instead of N; a large difference means "
            "that the result depends on the way of masking",
        ),
    ),
    (*CANDIDATE, "rank"),
    formerly=("rescue",),
)

HAPLOTYPES = Table(
    "haplotypes",
    "a leading candidate with one neighbour, or with all in cis; or a neighbour that was not assessed, with the reason",
    (
        *CANDIDATE_COLUMNS,
        MODEL_COLUMN,
        required("neighbours", TEXT, "the neighbours as chrom-pos-ref-alt, joined by ';'"),
        required("offset", I64, "bases from pos to the nearest of them, + to the right on the contig"),
        required("phase", TEXT, "cis, trans or unknown"),
        required(
            "status",
            TEXT,
            "assessed or not_assessed",
            former_values=(("judged", "assessed"), ("not_judged", "not_assessed")),
        ),
        required("reason", TEXT, "why it was not assessed, empty otherwise"),
        required("detail", TEXT, "details of the reason, empty otherwise"),
        optional("delta_candidate", F64, "largest masked delta score of the candidate alone"),
        optional("delta_neighbours", F64, "the same of the neighbours alone"),
        optional("delta_joint", F64, "the same of all together, against the reference"),
        optional("difference", F64, "delta_joint minus delta_candidate"),
        optional("site", TEXT, "the splice site behind the verdict: acceptor or donor"),
        optional("site_pos", I64, "its 1-based position"),
        optional("p_reference", F64, "P of the site with the reference alleles"),
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
            "kind",
            TEXT,
            "the setting that is changed: run (none), distance, mask, network, transcript or model",
        ),
        required("setting", TEXT, "its value"),
        optional("delta", F64, "largest delta score, masked unless the setting is raw; null if not scored"),
        optional("reaches", BOOL, "whether it is at or above the cut-off of the run"),
        optional("event", TEXT, "likeliest called outcome; null where the setting predicts no outcomes"),
        optional("start", I64, "0-based start of its segment on the contig"),
        optional("end", I64, "its end, half-open"),
        optional("agrees", BOOL, "whether delta and outcome agree with the run; null if not scored"),
        required("reason", TEXT, "why it was not scored, empty otherwise"),
    ),
    (*CANDIDATE, "kind", "setting"),
)


def _primer_columns_of(side: str, direction: str) -> tuple[Column, ...]:
    return (
        optional(f"{side}_primer", TEXT, f"{direction} primer, 5' to 3'; null if none was designed"),
        optional(
            f"{side}_tm", F64, "its melting temperature in degrees Celsius (docs/science.md: conditions)"
        ),
        optional(f"{side}_gc", F64, "its GC content in percent"),
        optional(f"{side}_place", TEXT, "its location, e.g. 'exon 7' or 'exon 7 and pseudoexon'"),
    )


ASSAYS = Table(
    "assays",
    "one RT-PCR primer pair for one called outcome of one leading allele, or the reason for having none",
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
        optional("genomic_bp", I64, "product on genomic DNA in bases; null for none or if not assessed"),
        optional(
            "bands", TEXT, "the expected bands as text, the wild type's first, e.g. '312 bp and 359 bp'"
        ),
        required(
            "patient_bands", INTS, "bands of the patient's lane in bases, ascending; without too long ones"
        ),
        required("control_bands", INTS, "bands of a control's lane, likewise"),
        required("water_bands", INTS, "bands of the lane without template: none"),
        required("relaxed", TEXT, "constraints that were relaxed to find the pair, empty for none"),
        required("check", TEXT, "templates of the in silico PCR, with its products"),
        required("advice", TEXT, "advice for the laboratory: tissue, NMD inhibition, genomic DNA"),
    ),
    (*ALLELE, "gene", "transcript", "outcome", "pair"),
)
