"""The tracks of the variants of a sample by each regulatory track model."""


rule track_model:
    input:
        weights=track_files,
        e_values=e_values_file,
    output:
        model=f"{REGULATION}/model.json",
        targets=f"{REGULATION}/targets.parquet",
    log:
        f"{WORK}/logs/regulation/{{track_model}}.log",
    conda:
        "../../../envs/models.yaml"
    resources:
        **{**OTHER, "mem_mb": tracks_memory},
    params:
        **stage("regulation.network", track_spec),
    script:
        "../../scripts/stage.py"


rule track_windows:
    input:
        model=rules.track_model.output.model,
        variants=rules.filter.output.variants,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        placements=f"{PATIENT}/placements.parquet",
    log:
        f"{WORK}/logs/{{sample}}/regulation/{{track_model}}.windows.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("regulation.windows"),
    script:
        "../../scripts/stage.py"


rule track_placements:
    input:
        placements=rules.track_windows.output[0],
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        placements=f"{PATIENT}/windows.parquet",
    log:
        f"{WORK}/logs/{{sample}}/regulation/{{track_model}}.placements.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("regulation.placements"),
    script:
        "../../scripts/stage.py"


rule track_score:
    input:
        weights=track_files,
        model=rules.track_model.output.model,
        placements=rules.track_placements.output[0],
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        tracks=temp(f"{PATIENT}/tracks.{{shard}}.parquet"),
    log:
        f"{WORK}/logs/{{sample}}/regulation/{{track_model}}.{{shard}}.log",
    benchmark:
        f"{WORK}/logs/{{sample}}/regulation/{{track_model}}.{{shard}}.benchmark.tsv"
    conda:
        "../../../envs/models.yaml"
    threads: lambda wildcards: track_settings(wildcards).threads
    resources:
        mem_mb=tracks_memory,
        runtime=tracks_time,
        gpu=resource("tracks", "gpu"),
    params:
        **stage("regulation.score", track_spec),
    script:
        "../../scripts/stage.py"


rule tracks:
    input:
        shards=track_shards(rules.track_score.output[0]),
    output:
        tracks=f"{PATIENT}/tracks.parquet",
    log:
        f"{WORK}/logs/{{sample}}/regulation/{{track_model}}.join.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("regulation.join"),
    script:
        "../../scripts/stage.py"
