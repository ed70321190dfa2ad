"""The background variants, scored once by each regulatory track model, and the tracks compared with them."""


rule background_windows:
    input:
        model=rules.track_model.output.model,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        placements=f"{REGULATION}/background.{{background}}.placements.parquet",
    log:
        f"{WORK}/logs/regulation/{{track_model}}.{{background}}.windows.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("regulation.background"),
    script:
        "../../scripts/stage.py"


use rule track_score as background_score with:
    input:
        weights=track_files,
        model=rules.track_model.output.model,
        placements=rules.background_windows.output[0],
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        tracks=temp(f"{REGULATION}/background.{{background}}.{{shard}}.parquet"),
    log:
        f"{WORK}/logs/regulation/{{track_model}}.{{background}}.{{shard}}.log",
    benchmark:
        f"{WORK}/logs/regulation/{{track_model}}.{{background}}.{{shard}}.benchmark.tsv"


use rule tracks as background with:
    input:
        shards=track_shards(rules.background_score.output[0]),
    output:
        tracks=f"{REGULATION}/background.{{background}}.parquet",
    log:
        f"{WORK}/logs/regulation/{{track_model}}.{{background}}.join.log",


rule track_merge:
    input:
        model=rules.track_model.output.model,
        targets=rules.track_model.output.targets,
        placements=rules.track_windows.output[0],
        tracks=rules.tracks.output[0],
        background=background_file,
        e_values=e_values_file,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        scores=f"{PATIENT}/scores.parquet",
        strongest=f"{PATIENT}/strongest.parquet",
        classes=f"{PATIENT}/classes.parquet",
    log:
        f"{WORK}/logs/{{sample}}/regulation/{{track_model}}.merge.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("regulation.merge"),
        e_values=lambda wildcards: availability.e_values_off(track_settings(wildcards)),
    script:
        "../../scripts/stage.py"
