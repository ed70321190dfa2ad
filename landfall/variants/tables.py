"""The tables of alleles: ledger, decisions, normalised alleles, candidates, call set metrics."""

from __future__ import annotations

from landfall.genome.tables import ALLELE, ALLELE_COLUMNS, F64, I32, I64, TEXT
from landfall.io.parquet import Table, optional, required
from landfall.variants.filters.call_quality import WITH_INFO

EXEMPTED = "; exempt from the filter "
"""Suffix of a ledger's detail for an allele that is exempt from a filter; then rule, ': ', reason."""

COMPARED = (
    optional("observed", F64, "the number that the rule compared; null where it compares none"),
    optional(
        "threshold",
        TEXT,
        "the limit it was compared with, as JSON: 10, or [0.15, 0.85]; null where there is none",
    ),
)
"""The numbers that a rule compared; details are formatted from them."""
SETTING = optional(
    "setting",
    TEXT,
    "dotted key of the configuration that holds the limit, or names the files of the rule; null where there is none",
)
NUMBERS = (*(column.name for column in COMPARED), SETTING.name)

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
        required("status", TEXT, "kept, dropped or not_scored", formerly=("fate",)),
        required("stage", TEXT, "the stage that decided: normalise, filter, windows, score"),
        required("rule", TEXT, "the rule that decided; 'scored' for a kept allele"),
        required("detail", TEXT, "what the rule compared, in words"),
        *COMPARED,
        SETTING,
        optional("variant", TEXT, "chrom-pos-ref-alt after normalisation; null if it was not normalised"),
    ),
    ("record", "allele"),
)

DECISIONS = Table(
    "decisions",
    "the decision of one stage on one allele of the input",
    (
        required("record", I64, "number of the record in the input VCF, 1 = first"),
        required("allele", I32, "number of the alternate allele in its record, 1 = first"),
        required("status", TEXT, "kept, dropped or not_scored", formerly=("fate",)),
        required("stage", TEXT, "the stage"),
        required("rule", TEXT, "the rule that decided"),
        required("detail", TEXT, "what the rule compared, in words"),
        *COMPARED,
        SETTING,
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
    optional("phase_set", TEXT, "PS of the proband's call: calls of one set are phased with each other"),
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
    "one normalised allele of the input, sorted by contig of the reference and position",
    (
        *ALLELE_COLUMNS,
        *CALL_COLUMNS,
        optional("info_frequency", F64, "highest of the configured INFO frequencies, 0 to 1"),
        optional("info_field", TEXT, "the INFO field that held it"),
        *(
            optional(
                rule.observed, F64, f"INFO/{rule.info}; null where the filter {rule.name} is switched off"
            )
            for rule in WITH_INFO
        ),
    ),
    ALLELE,
)

CALLSET = Table(
    "callset",
    "one contig with carried alleles whose FILTER passes, in the order of the reference, and the counts of these by "
    "type",
    (
        required("chrom", TEXT, "contig of the reference"),
        required("alleles", I64, "number of normalised alleles"),
        required("substitutions", I64, "of these, substitutions of one base"),
        required("transitions", I64, "of the substitutions, A to G or C to T, or the reverse"),
        required("transversions", I64, "the other substitutions"),
        required("insertions", I64, "alleles that insert bases after an anchor base"),
        required("deletions", I64, "alleles that delete bases after an anchor base"),
        required("others", I64, "all other alleles: multi-nucleotide substitutions and delins"),
        required("heterozygous", I64, "alleles that the patient carries on one of several copies"),
        required("homozygous", I64, "alleles on every copy"),
        required("hemizygous", I64, "alleles on the only copy"),
    ),
    ("chrom",),
)
CLASSIFICATION_COLUMNS = (
    optional(
        "clinvar_stars",
        I32,
        "review stars of that classification, 0 to 4; null where the file gives no review status",
    ),
    optional(
        "clinvar_conflict",
        TEXT,
        "identifier and entries of an allele that some of several submitters have classified as (likely) pathogenic",
    ),
    optional(
        "clinvar_null_alleles",
        I64,
        "alleles of the gene with a null consequence that evidence.clinvar classifies as (likely) pathogenic; null "
        "where it has no genes (GENEINFO) or consequences (MC)",
    ),
)
"""Columns beside ``clinvar`` on the classification of an allele."""

VARIANTS = Table(
    "variants",
    "one allele of the patient after normalisation and filtering, sorted by contig of the reference and position",
    (
        *ALLELE_COLUMNS,
        *CALL_COLUMNS,
        optional(
            "popmax_af",
            F64,
            "highest population frequency found, 0 to 1; null if no source has the allele",
            formerly=("frequency",),
        ),
        required(
            "frequency_source",
            TEXT,
            "where the frequency was found: INFO/<field>, the sites file, 'absent', 'not covered' by the sites file, "
            "or 'not known' without a source",
        ),
        required("genes", TEXT, "symbols of the candidate genes the variant lies in or near, joined by ','"),
        optional("faf95", F64, "gnomAD's filtering frequency: lower end of the 95 % interval, 0 to 1"),
        optional("nhomalt", I64, "homozygous individuals in the sites file", formerly=("homozygotes",)),
        optional("hemizygotes", I64, "hemizygous individuals in the sites file; on X and Y outside PAR"),
        optional("cohort_frequency", F64, "frequency in the laboratory's own cohort, 0 to 1"),
        optional(
            "modes", TEXT, "modes of inheritance within whose frequency limit the allele lies, joined by ','"
        ),
        optional(
            "clinvar",
            TEXT,
            "identifier and classification of an allele known to be pathogenic, with review status and the file's date",
            formerly=("known",),
        ),
        *CLASSIFICATION_COLUMNS,
        optional(
            "filter_exempted",
            TEXT,
            "the filter from which it is exempt, as known to be pathogenic or of a high precomputed score",
        ),
        optional(
            "precomputed_delta_score",
            F64,
            "the largest delta score of filter.precomputed_scores that exempts it, 0 to 1",
            formerly=("delta",),
        ),
    ),
    ALLELE,
)
