"""Networks of regulatory tracks: weights checked, a background scored once, variants scored (for all samples at once),
the leading ones explained.

A network runs if it is configured and its weights are there; without any, none of these rules has a target.
"""


rule track_model:
    input:
        track_files,
        e_values_file,
    output:
        model=f"{REGULATION}/model.json",
        targets=f"{REGULATION}/targets.parquet",
    log:
        f"{WORK}/logs/regulation/{{track_model}}.log",
    conda:
        "../../envs/models.yaml"
    resources:
        mem_mb=tracks_memory,
        runtime=resource("other", "runtime"),
    params:
        code=track_code("stages.regulation.network"),
        settings=lambda wildcards: str(track_settings(wildcards)),
    script:
        "../scripts/track_model.py"


rule background_windows:
    input:
        model=rules.track_model.output.model,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        f"{REGULATION}/background.{{background}}.placements.parquet",
    log:
        f"{WORK}/logs/regulation/{{track_model}}.{{background}}.windows.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.regulation.windows"),
    script:
        "../scripts/background_windows.py"


rule track_windows:
    input:
        model=rules.track_model.output.model,
        variants=rules.filter.output.variants,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        f"{PATIENT}/placements.parquet",
    log:
        f"{WORK}/logs/{{sample}}/regulation/{{track_model}}.windows.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.regulation.windows"),
        settings=lambda wildcards: str(track_settings(wildcards)),
        most=SETTINGS.regulation.max_variants,
    script:
        "../scripts/track_windows.py"


rule track_placements:
    input:
        placements=expand(
            rules.track_windows.output[0], sample=SAMPLES, allow_missing=True
        ),
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        f"{PATIENTS}/placements.parquet",
    log:
        f"{WORK}/logs/scoring/tracks/{{track_model}}.placements.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.regulation.windows"),
        shards=lambda wildcards: track_settings(wildcards).shards,
    script:
        "../scripts/track_placements.py"


rule track_score:
    input:
        weights=track_files,
        model=rules.track_model.output.model,
        placements=rules.track_placements.output[0],
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        temp(f"{PATIENTS}/tracks.{{shard}}.parquet"),
    log:
        f"{WORK}/logs/scoring/tracks/{{track_model}}.{{shard}}.log",
    benchmark:
        f"{WORK}/logs/scoring/tracks/{{track_model}}.{{shard}}.benchmark.tsv"
    conda:
        "../../envs/models.yaml"
    threads: lambda wildcards: track_settings(wildcards).threads
    resources:
        mem_mb=tracks_memory,
        runtime=tracks_time,
        gpu=resource("tracks", "gpu"),
    params:
        code=track_code("stages.regulation.score"),
        settings=lambda wildcards: str(track_settings(wildcards)),
    script:
        "../scripts/track_score.py"


use rule track_score as background_score with:
    input:
        weights=track_files,
        model=rules.track_model.output.model,
        placements=rules.background_windows.output[0],
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        temp(f"{REGULATION}/background.{{background}}.{{shard}}.parquet"),
    log:
        f"{WORK}/logs/regulation/{{track_model}}.{{background}}.{{shard}}.log",
    benchmark:
        f"{WORK}/logs/regulation/{{track_model}}.{{background}}.{{shard}}.benchmark.tsv"


rule tracks:
    input:
        track_shards(rules.track_score.output[0]),
    output:
        f"{PATIENTS}/tracks.parquet",
    log:
        f"{WORK}/logs/scoring/tracks/{{track_model}}.join.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.regulation.merge"),
    script:
        "../scripts/tracks.py"


use rule tracks as background with:
    input:
        track_shards(rules.background_score.output[0]),
    output:
        f"{REGULATION}/background.{{background}}.parquet",
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
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.regulation.merge"),
        e_values=lambda wildcards: availability.e_values_off(track_settings(wildcards)),
    script:
        "../scripts/track_merge.py"


rule regulation:
    input:
        placements=expand(
            rules.track_windows.output[0], track_model=TRACK_MODELS, allow_missing=True
        ),
        scores=expand(
            rules.track_merge.output.scores,
            track_model=TRACK_MODELS,
            allow_missing=True,
        ),
        strongest=expand(
            rules.track_merge.output.strongest,
            track_model=TRACK_MODELS,
            allow_missing=True,
        ),
        classes=expand(
            rules.track_merge.output.classes,
            track_model=TRACK_MODELS,
            allow_missing=True,
        ),
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        regulatory=f"{RESULTS}/{{sample}}/regulatory.parquet",
        regulation=f"{RESULTS}/{{sample}}/regulation.parquet",
        classes=f"{RESULTS}/{{sample}}/classes.parquet",
    log:
        f"{WORK}/logs/{{sample}}/regulation.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.regulation.summarise"),
        top=SETTINGS.regulation.top,
    script:
        "../scripts/regulation.py"


rule tissues:
    input:
        given=sample_files("phenopacket"),
        obo=obo_file,
    output:
        f"{WORK}/{{sample}}/regulation/tissues.json",
    log:
        f"{WORK}/logs/{{sample}}/regulation/tissues.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.regulation.tissues"),
        sample=sample_row,
        groups=list(SETTINGS.regulation.tissues),
    script:
        "../scripts/tissues.py"


rule explain:
    input:
        weights=track_files,
        model=rules.track_model.output.model,
        placements=rules.track_windows.output[0],
        regulatory=rules.regulation.output.regulatory,
        regulation=rules.regulation.output.regulation,
        tissues=rules.tissues.output[0],
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        bins=f"{PATIENT}/bins.parquet",
        maps=f"{PATIENT}/maps.parquet",
        stretches=f"{PATIENT}/stretches.parquet",
        mutagenesis=f"{PATIENT}/mutagenesis.parquet",
    log:
        f"{WORK}/logs/{{sample}}/regulation/{{track_model}}.explain.log",
    benchmark:
        f"{WORK}/logs/{{sample}}/regulation/{{track_model}}.explain.benchmark.tsv"
    conda:
        "../../envs/models.yaml"
    threads: lambda wildcards: track_settings(wildcards).threads
    resources:
        mem_mb=tracks_memory,
        runtime=explaining_time,
        gpu=resource("tracks", "gpu"),
    params:
        code=track_code("stages.regulation.interpret"),
        settings=lambda wildcards: str(track_settings(wildcards)),
        what=[
            SETTINGS.regulation.attention,
            SETTINGS.regulation.attribution,
            SETTINGS.regulation.ism_flank,
        ],
    script:
        "../scripts/explain.py"


rule explained:
    input:
        bins=expand(
            rules.explain.output.bins, track_model=TRACK_MODELS, allow_missing=True
        ),
        maps=expand(
            rules.explain.output.maps, track_model=TRACK_MODELS, allow_missing=True
        ),
        stretches=expand(
            rules.explain.output.stretches,
            track_model=TRACK_MODELS,
            allow_missing=True,
        ),
        mutagenesis=expand(
            rules.explain.output.mutagenesis,
            track_model=TRACK_MODELS,
            allow_missing=True,
        ),
    output:
        bins=f"{RESULTS}/{{sample}}/regulation_bins.parquet",
        maps=f"{RESULTS}/{{sample}}/regulation_attribution.parquet",
        stretches=f"{RESULTS}/{{sample}}/regulation_stretches.parquet",
        mutagenesis=f"{RESULTS}/{{sample}}/regulation_mutagenesis.parquet",
    log:
        f"{WORK}/logs/{{sample}}/explained.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.regulation.summarise"),
    script:
        "../scripts/explained.py"
