# landfall: from an unsolved VCF to a ranked table and a diagnostic report. The stages, in order:
from snakemake.utils import min_version

min_version("9.27")


# A user's own file replaces the demonstration's; merged, the demo's files would fill what the user left out.
if not workflow.overwrite_configfiles:

    configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/inputs.smk"
include: "workflow/rules/normalise.smk"
include: "workflow/rules/callset.smk"
include: "workflow/rules/filter.smk"
include: "workflow/rules/family.smk"
include: "workflow/rules/windows.smk"
include: "workflow/rules/score.smk"
include: "workflow/rules/consequences.smk"
include: "workflow/rules/regulation_common.smk"
include: "workflow/rules/regulation.smk"
include: "workflow/rules/prioritise.smk"
include: "workflow/rules/proof.smk"
include: "workflow/rules/closer.smk"
include: "workflow/rules/reanalysis.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        expand(
            f"{RESULTS}/{{sample}}/{{file}}",
            sample=SAMPLES,
            file=[
                "prioritised.parquet",
                "prioritised.tsv",
                "pairs.parquet",
                "outcomes.parquet",
                "evidence.parquet",
                "assay.parquet",
                "assay.tsv",
                "ledger.parquet",
                "callset.parquet",
                "annotated.vcf.gz",
                "leading.parquet",
                "mutagenesis.parquet",
                "rescue.parquet",
                "haplotypes.parquet",
                "stability.parquet",
                "changes.parquet",
                "provenance.json",
                "report.html",
                *REGULATION_FILES,
            ],
        ),
        rules.cohort.output if len(SAMPLES) > 1 else [],
