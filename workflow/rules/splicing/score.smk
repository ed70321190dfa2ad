"""Splice models: one job per sample, model and shard, then one table per sample and model.

No job reads tables of two samples, so that a sample of the sheet runs again only by its own inputs.
"""


rule score:
    input:
        windows=rules.windows.output.windows,
        placements=rules.windows.output.placements,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        weights=ancient(str(rules.weights.output[0])),  # params.model holds their digests
    output:
        scores=f"{WORK}/{{sample}}/{{model}}/scores.{{shard}}.parquet",
        probabilities=f"{WORK}/{{sample}}/{{model}}/probabilities.{{shard}}.parquet",
    log:
        f"{WORK}/logs/{{sample}}/scoring/{{model}}.{{shard}}.log",
    benchmark:
        f"{WORK}/logs/{{sample}}/scoring/{{model}}.{{shard}}.benchmark.tsv"
    conda:
        "../../../envs/models.yaml"
    threads: lambda wildcards: SETTINGS.model(wildcards.model).threads
    resources:
        mem_mb=lambda wildcards, attempt: scoring_memory(wildcards.model) * attempt,
        runtime=scoring_time,
        gpu=resource("score", "gpu"),
    params:
        **stage("splicing.score", splice_spec),
    script:
        "../../scripts/stage.py"


rule merge:
    input:
        variants=rules.filter.output.variants,
        placements=rules.windows.output.placements,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        scores=lambda wildcards: expand(
            rules.score.output.scores, shard=shards(wildcards), allow_missing=True
        ),
        probabilities=lambda wildcards: expand(
            rules.score.output.probabilities,
            shard=shards(wildcards),
            allow_missing=True,
        ),
    output:
        scores=f"{WORK}/{{sample}}/{{model}}/scores.parquet",
        probabilities=f"{WORK}/{{sample}}/{{model}}/probabilities.parquet",
    log:
        f"{WORK}/logs/{{sample}}/merge/{{model}}.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("splicing.merge"),
    script:
        "../../scripts/stage.py"
