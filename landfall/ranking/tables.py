"""The tables of ranked candidates and of draft ACMG/AMP criteria."""

from __future__ import annotations

from landfall.genome.tables import ALLELE, ALLELE_COLUMNS, BOOL, F64, I32, I64, TEXT
from landfall.io.parquet import Column, Table, TypedTable, optional, required
from landfall.models.catalogue import SPLICE_MODELS
from landfall.patient.inheritance.modes import FORMER_MODES, LABELS
from landfall.ranking.rows import PrioritisedRow
from landfall.variants.tables import CLASSIFICATION_COLUMNS


def _effect_columns(prefix: str, what: str) -> tuple[Column, ...]:
    """Columns of the prioritised table with the consequence of an allele on one transcript."""
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
        "the consequence behind effect_coding, the most damaging of the transcripts that count, jointly with alleles "
        "on the same copy; null outside genes",
    ),
    optional("coding_tag", TEXT, "tag of coding_transcript in the annotation, such as MANE_Plus_Clinical"),
    optional(
        "coding_codon",
        TEXT,
        "codons that substitutions change in coding_transcript, as number and bases (768 CGA>TGA); null for other "
        "changes",
    ),
    *_effect_columns(
        "elsewhere", "a more damaging consequence on a transcript that does not count; null if none"
    ),
    optional(
        "joint_with",
        TEXT,
        "alleles of the patient that share a codon with this one, or restore the frame with it, as chrom-pos-ref-alt "
        "joined by ';'; null if none",
    ),
    optional(
        "joint_phase",
        TEXT,
        "their phase: cis (the joint consequence counts), one_copy (on one of the two copies that carry the allele) or "
        "unknown",
    ),
    *_effect_columns("joint", "joint consequence on one copy"),
)
"""Columns of the prioritised table on further transcripts and alleles."""

PARENT_COLUMNS = tuple(
    optional(f"{parent}_{name}", kind, meaning.format(parent=parent))
    for parent in ("father", "mother")
    for name, kind, meaning in (
        ("genotype", TEXT, "genotype of the {parent} as called; null if not known"),
        ("depth", I64, "read depth of the {parent}"),
        ("allele_balance", F64, "reads of the allele over all reads of the {parent}"),
    )
)
"""Columns of the prioritised table on the patient's parents."""

MODEL_COLUMNS = tuple(
    optional(column.name, {int: I64, float: F64}[column.type], column.meaning)
    for model in SPLICE_MODELS
    for column in model.output_columns
)
"""Columns of the prioritised table that each splice model brings; read by score_rows.scores_of."""

PRIORITISED = TypedTable(
    "prioritised",
    "one allele in one gene, best first",
    (
        required("rank", I64, "1 = first"),
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol"),
        required("transcript", TEXT, "representative transcript of the gene"),
        required("strand", TEXT, "strand of the gene"),
        required(
            "hgvs_g",
            TEXT,
            "change on the contig, by RefSeq's accession in GRCh38 and GRCh37, e.g. NC_000002.12:g.71514705C>T",
        ),
        required("hgvs_c", TEXT, "change in the transcript, without its name, e.g. c.663+784C>T"),
        optional("hgvs_p", TEXT, "predicted protein change from the coding sequence alone, p.(...)"),
        required(
            "consequence",
            TEXT,
            "Sequence Ontology term of the change in the transcript; sequence_variant in genes that are not candidates",
        ),
        required("location", TEXT, "location as text, e.g. '784 bases into intron 7'"),
        optional(
            "hgvs_c_refseq",
            TEXT,
            "the change named in the RefSeq transcript of the same sequence, e.g. NM_003494.4:c.663+784C>T; null if "
            "none is known",
        ),
        optional(
            "refseq_source",
            TEXT,
            "how that transcript is known: transcript (it is the row's), MANE (genome.mane) or annotation (db_xref)",
        ),
        *COUNTED_COLUMNS,
        required(
            "explanation", TEXT, "evidence for and against the allele in one sentence, from the other columns"
        ),
        required(
            "priority", F64, "ranking score, 0 to 1: 1 / (1 + 10^-(score - 2)); not a probability of disease"
        ),
        required(
            "score", F64, "sum of the score_ columns, log10 of likelihood ratios; the rows are ordered by it"
        ),
        required(
            "score_effect", F64, "log10 odds that the allele damages the gene, from the effect_ columns"
        ),
        required(
            "score_rarity", F64, "log10 likelihood ratio of population frequency, homozygotes and hemizygotes"
        ),
        required("score_known", F64, "the same of a classification in evidence.clinvar; 0 without one"),
        required("score_inheritance", F64, "the same of the fit of best_inheritance_mode to family and gene"),
        required("score_partner", F64, "penalty for a weaker partner; 0 where the mode needs none"),
        required(
            "score_phenotype", F64, "the same of the gene's match to the patient's terms; 0 without terms"
        ),
        required("score_panel", F64, "the same of the confidence in the panel; 0 outside it"),
        required(
            "best_inheritance_mode",
            TEXT,
            "mode of inheritance with the highest score, which the row reports",
            formerly=("explaining_mode",),
            former_values=FORMER_MODES,
        ),
        required("explaining_status", TEXT, "whether that mode fits, is open or excluded"),
        optional(
            "effect_splicing",
            F64,
            "probability that splicing is damaged, 0 to 1: splice_probability at prioritise.splice_prior, else the "
            "largest masked delta score; times 0.85 where the outcome keeps the frame; null if not assessed",
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
            "if no regulatory track model scored the allele for the gene",
        ),
        optional(
            "regulation_percentile",
            F64,
            "fraction of the background variants with a smaller largest change, 0 to 1: z_percentile of "
            "regulatory.parquet",
        ),
        optional("regulation_background", I64, "background variants of the same kind in the comparison"),
        optional("regulation_networks", I64, "regulatory track models that scored it"),
        optional(
            "regulation_z", F64, "its largest change, in standard deviations of the background variants"
        ),
        optional("regulation_model", TEXT, "the track model that predicts that change"),
        optional("regulation_track", TEXT, "identifier of the track with that change"),
        optional("regulation_assay", TEXT, "assay of the track; empty without a table of tracks"),
        optional("regulation_tissue", TEXT, "tissue or cell of the track"),
        required(
            "flagged",
            BOOL,
            "whether finding_level is finding; in results without that column, whether a masked delta score reached "
            "prioritise.flag_delta, which finding_kinds has as splicing",
        ),
        required(
            "finding_level",
            TEXT,
            'finding, candidate or none, by the decision of docs/science.md, "Findings"; empty in results without it',
            earlier="",
        ),
        required(
            "finding_kinds",
            TEXT,
            "evidence that counted, joined by ';': splicing, known_pathogenic, loss_of_function, pair, de_novo, "
            "regulation; empty for none",
            earlier="",
        ),
        required("finding_reason", TEXT, "the reason for the level in one sentence", earlier=""),
        optional(
            "relatives",
            TEXT,
            "relatives' genotypes at the allele in words, such as inherited from the mother, a carrier; null where "
            "none was read",
        ),
        *PARENT_COLUMNS,
        optional(
            "other_relatives",
            TEXT,
            "genotypes of further relatives, such as 'brother B 0/1 (14 of 31 reads)', joined by ';'; null if none",
        ),
        required(
            "inheritance",
            TEXT,
            "the modes that the genotype fits, with the reason; of those of the gene's diseases, where they are known",
        ),
        required(
            "inheritance_fits",
            BOOL,
            "whether a mode fits, alone or with the partner; pairs of unknown phase count",
        ),
        required(
            "inheritance_modes",
            TEXT,
            f"the modes that fit, joined by ';': {', '.join(LABELS)}",
            former_values=FORMER_MODES,
        ),
        required(
            "inheritance_status",
            TEXT,
            "of the best mode: fits, open (data are missing), excluded",
        ),
        required(
            "inheritance_probability",
            F64,
            "of the best mode: 1, P(trans) of a pair, times 1 - penetrance for each unaffected carrier; "
            "0 unless it fits",
        ),
        required(
            "gene_moi",
            TEXT,
            "modes of inheritance of the gene's diseases by panel or HPO, joined by ';'; empty if unknown",
            formerly=("gene_modes",),
            former_values=FORMER_MODES,
        ),
        optional(
            "partner",
            TEXT,
            "partner in the gene with the highest score, else the best assessed, as chrom-pos-ref-alt; null if none",
        ),
        optional("partner_name", TEXT, "the partner by its HGVS name in the gene's transcript; null if none"),
        optional("partner_kind", TEXT, "symmetric or asymmetric (one hit at the lower threshold)"),
        optional("partner_phase", TEXT, "trans, cis or unknown"),
        optional("partner_trans_probability", F64, "probability that they lie on different copies, 0 to 1"),
        optional("partner_phase_reason", TEXT, "what the phase rests on"),
        required("zygosity", TEXT, "heterozygous, homozygous, hemizygous or unknown"),
        required("genotype", TEXT, "genotype as called"),
        optional("depth", I64, "read depth"),
        optional("genotype_quality", F64, "genotype quality"),
        optional("allele_balance", F64, "reads of the allele over all reads"),
        optional(
            "heteroplasmy", F64, "fraction of mitochondria with the allele, by reads, 0 to 1; null elsewhere"
        ),
        optional(
            "call_doubt",
            TEXT,
            "doubt about the genotype, as text: heterozygous on X or Y in a male, or with nearly all reads",
        ),
        optional("popmax_af", F64, "highest population frequency, null if unknown", formerly=("frequency",)),
        required("frequency_source", TEXT, "source of the frequency, 'absent', 'not covered' or 'not known'"),
        optional("faf95", F64, "gnomAD's filtering frequency: lower end of the 95 % interval, 0 to 1"),
        optional("nhomalt", I64, "homozygous individuals in the sites file", formerly=("homozygotes",)),
        optional("hemizygotes", I64, "hemizygous individuals in the sites file; on X and Y outside PAR"),
        optional(
            "clinvar",
            TEXT,
            "identifier and classification of an allele known to be pathogenic, with review status and the file's date",
            formerly=("known",),
        ),
        *CLASSIFICATION_COLUMNS,
        optional("rsid", TEXT, "identifier from the VCF"),
        required("hpo_matches", TEXT, "the patient's HPO terms annotated to the gene, joined by ','"),
        optional(
            "phenotype_relevance",
            F64,
            "fraction of the information content of the patient's terms shared by the gene's annotations, 0 to 1; null "
            "without terms or annotations",
        ),
        optional(
            "phenotype_share",
            F64,
            "fraction of all HPO-annotated genes with at least that relevance, above 0 to 1; null as relevance",
        ),
        optional(
            "phenotype_disease",
            TEXT,
            "best matching disease of the gene, inferred from HPO; may name a phenocopy",
        ),
        optional("phenotype_disease_relevance", F64, "the same for that disease alone, 0 to 1"),
        optional(
            "panel_confidence",
            I32,
            "confidence in the panel: 3 green, 2 amber, 1 red, 0 none; null if not in it",
        ),
        optional("panel_inheritance", TEXT, "mode of inheritance as given in the panel"),
        optional(
            "event",
            TEXT,
            "likeliest called splicing outcome, none if no change is called; null if not scored",
        ),
        optional("event_size_nt", I64, "its size in bases"),
        optional("event_frameshift", BOOL, "whether it shifts the reading frame"),
        optional("event_ptc", BOOL, "whether it introduces a premature stop"),
        optional("event_nmd", BOOL, "whether nonsense-mediated decay is expected"),
        required("status", TEXT, "scored or not_scored"),
        required("reason", TEXT, "why it was not scored, empty otherwise"),
        required("detail", TEXT, "details of the reason, empty otherwise"),
        optional(
            "splice_probability",
            F64,
            "calibrated probability that splicing is affected, 0 to 1, of a set in which half of the variants do; "
            "null if no calibrated model scored it",
        ),
        optional("splice_probability_models", TEXT, "the models it is computed from, joined by ','"),
        *MODEL_COLUMNS,
    ),
    (*ALLELE, "gene", "transcript"),
    row_type=PrioritisedRow,
    varying=MODEL_COLUMNS,
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
        required(
            "criterion", TEXT, "PVS1, PS1, PS2, PM2, PM3, PM6, PP1, PP3, PP4, BA1, BS1, BS4, BP4, BP7, or sum"
        ),
        required(
            "status",
            TEXT,
            "met; provisional (on the condition in the reason); not_met; not_combined (covered by another); "
            "needs_assay; not_assessed; manual_review; draft for the sum",
            former_values=(("not_judged", "not_assessed"), ("left_to_person", "manual_review")),
        ),
        optional(
            "strength", TEXT, "supporting, moderate, strong, very_strong or stand_alone; null if it has none"
        ),
        required(
            "points",
            I32,
            "points that count, negative for benign; in the sum's row the total (Tavtigian 2020)",
        ),
        optional(
            "draft_class", TEXT, "class of that total, a draft for manual review; in the sum's row alone"
        ),
        required("reason", TEXT, "values, thresholds and conditions as text"),
        required("source", TEXT, "publication of the criterion"),
    ),
    (*ALLELE, "gene", "transcript", "criterion"),
)
