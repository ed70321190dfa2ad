"""The models: one job per model and shard, for all samples at once; then one table per sample and model."""


rule score:
    input:
        windows=rules.windows.output.windows,
        placements=rules.windows.output.placements,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        weights=ancient(str(rules.weights.output[0])),  # params.model has their digests
    output:
        scores=f"{WORK}/scoring/{{model}}/scores.{{shard}}.parquet",
        probabilities=f"{WORK}/scoring/{{model}}/probabilities.{{shard}}.parquet",
    log:
        f"{WORK}/logs/scoring/{{model}}.{{shard}}.log",
    benchmark:
        f"{WORK}/logs/scoring/{{model}}.{{shard}}.benchmark.tsv"
    conda:
        "../../envs/models.yaml"
    threads: lambda wildcards: SETTINGS.model(wildcards.model).threads
    resources:
        mem_mb=lambda wildcards, attempt: scoring_memory(wildcards.model) * attempt,
        runtime=scoring_time,
        gpu=resource("score", "gpu"),
    params:
        code=lambda wildcards: code_digest(
            "stages.splicing.score", splice_model(wildcards.model).module
        ),
        model=lambda wildcards: str(splice_model(wildcards.model).facts),
        settings=lambda wildcards: str(SETTINGS.model(wildcards.model)),
    script:
        "../scripts/score.py"


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
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.splicing.merge"),
    script:
        "../scripts/merge.py"
