"""The tables of the family's genotypes and of pairs of alleles."""

from __future__ import annotations

from landfall.genome.tables import ALLELE, ALLELE_COLUMNS, BOOL, F64, I32, I64, TEXT
from landfall.io.parquet import Table, optional, required
from landfall.patient.inheritance.modes import FORMER_MODES

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

RELATIVES = Table(
    "relatives",
    "one member of the patient's family at one ranked allele, the patient first; empty without relatives in a pedigree",
    (
        *ALLELE_COLUMNS,
        required("individual", TEXT, "name in the pedigree"),
        required("role", TEXT, "patient, or the relationship to the patient, such as mother"),
        optional("father", TEXT, "name of the father; null if unknown"),
        optional("mother", TEXT, "name of the mother; null if unknown"),
        required("sex", TEXT, "male, female or unknown"),
        optional("affected", BOOL, "affection status in the pedigree; null if unknown"),
        optional("genotype", TEXT, "genotype as called; null if the person is no sample of the VCF"),
        optional("zygosity", TEXT, "heterozygous, homozygous, hemizygous, absent or uncalled; likewise"),
        optional("depth", I64, "read depth"),
        optional("genotype_quality", F64, "genotype quality"),
        optional("allele_depth", I64, "reads of the allele"),
        optional("allele_balance", F64, "reads of the allele over reads of all alleles, 0 to 1"),
        optional(
            "carries",
            BOOL,
            "whether the person has the allele; null if unknown, or if too few reads exclude it",
        ),
    ),
    (*ALLELE, "individual"),
)

PAIRS = Table(
    "pairs",
    "two heterozygous alleles in one gene that were assessed as a compound heterozygote, those in cis included",
    (
        required("gene", TEXT, "gene symbol"),
        *ALLELE_COLUMNS,
        required("partner", TEXT, "the other allele, as chrom-pos-ref-alt"),
        required(
            "kind", TEXT, "symmetric (both candidates by themselves) or asymmetric (one at the laxer score)"
        ),
        required("phase", TEXT, "trans, cis or unknown"),
        required("trans_probability", F64, "probability that they lie on different copies, 0 to 1"),
        required("phase_reason", TEXT, "evidence on the phase"),
        required(
            "mode",
            TEXT,
            "autosomal_recessive_comp_het or x_linked_recessive_comp_het",
            former_values=FORMER_MODES,
        ),
        required("status", TEXT, "fits or excluded"),
        required("reason", TEXT, "why, in words"),
    ),
    ("gene", *ALLELE, "partner"),
)
