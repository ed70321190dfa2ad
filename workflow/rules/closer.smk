"""A closer look at the leading candidates: mutagenesis, the patient's own haplotype, other settings."""


rule closer:
    input:
        prioritised=rules.prioritise.output.table,
        outcomes=rules.consequences.output[0],
        alleles=rules.normalise.output.alleles,
        decisions=rules.filter.output.decisions,
        scores=expand(rules.merge.output.scores, model=MODELS, allow_missing=True),
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        weights=expand(rules.weights.output[0], model=MODELS[0]),
    output:
        interpreted_candidates=f"{RESULTS}/{{sample}}/interpreted_candidates.parquet",
        mutagenesis=f"{RESULTS}/{{sample}}/mutagenesis.parquet",
        antisense_scan=f"{RESULTS}/{{sample}}/antisense_scan.parquet",
        haplotypes=f"{RESULTS}/{{sample}}/haplotypes.parquet",
        stability=f"{RESULTS}/{{sample}}/stability.parquet",
    log:
        f"{WORK}/logs/{{sample}}/closer.log",
    benchmark:
        f"{WORK}/logs/{{sample}}/closer.benchmark.tsv"
    conda:
        "../../envs/models.yaml"
    threads: SETTINGS.models[0].threads
    resources:
        mem_mb=lambda wildcards, attempt: scoring_memory(MODELS[0]) * attempt,
        runtime=lambda wildcards, attempt: (
            SETTINGS.resources_per_job.score.runtime or cost.MINUTES
        )
        * attempt,
        gpu=resource("score", "gpu"),
    params:
        code=code_digest("stages.splicing.interpret", f"models.splice.{MODELS[0]}"),
        settings=str((SETTINGS.interpretation, SETTINGS.consequences, SETTINGS.prioritise.flag_delta)),
        model=str(SETTINGS.models[0]),
    script:
        "../scripts/closer.py"
