"""Interpretation of the leading candidates: in silico mutagenesis, the patient's own haplotype, other settings."""


rule interpret:
    input:
        prioritised=rules.prioritise.output.table,
        outcomes=rules.consequences.output[0],
        alleles=rules.normalise.output.alleles,
        decisions=rules.filter.output.decisions,
        scores=expand(rules.merge.output.scores, model=MODELS, allow_missing=True),
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        weights=ancient(expand(rules.weights.output[0], model=MODELS[0])),
    output:
        **results_of("splicing.interpret"),
    log:
        f"{WORK}/logs/{{sample}}/interpret.log",
    benchmark:
        f"{WORK}/logs/{{sample}}/interpret.benchmark.tsv"
    conda:
        "../../../envs/models.yaml"
    threads: SETTINGS.models[0].threads
    resources:
        mem_mb=lambda wildcards, attempt: scoring_memory(MODELS[0]) * attempt,
        runtime=lambda wildcards, attempt: (
            SETTINGS.resources_per_job.score.runtime or cost.MINUTES
        )
        * attempt,
        gpu=resource("score", "gpu"),
    params:
        **stage("splicing.interpret", lambda wildcards: splice_model(MODELS[0])),
    script:
        "../../scripts/stage.py"
