"""All regulatory track models in one table, and the interpretation of the leading variants."""


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
        **results_of("regulation.summarise"),
    log:
        f"{WORK}/logs/{{sample}}/regulation.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("regulation.summarise"),
    script:
        "../../scripts/stage.py"


rule tissues:
    input:
        given=sample_files("phenopacket"),
        obo=obo_file,
    output:
        tissues=f"{WORK}/{{sample}}/regulation/tissues.json",
    log:
        f"{WORK}/logs/{{sample}}/regulation/tissues.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("regulation.tissues"),
    script:
        "../../scripts/stage.py"


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
        attribution=f"{PATIENT}/attribution.parquet",
        stretches=f"{PATIENT}/stretches.parquet",
        mutagenesis=f"{PATIENT}/mutagenesis.parquet",
    log:
        f"{WORK}/logs/{{sample}}/regulation/{{track_model}}.explain.log",
    benchmark:
        f"{WORK}/logs/{{sample}}/regulation/{{track_model}}.explain.benchmark.tsv"
    conda:
        "../../../envs/models.yaml"
    threads: lambda wildcards: track_settings(wildcards).threads
    resources:
        mem_mb=tracks_memory,
        runtime=explaining_time,
        gpu=resource("tracks", "gpu"),
    params:
        **stage("regulation.interpret", track_spec),
    script:
        "../../scripts/stage.py"


rule explained:
    input:
        bins=expand(
            rules.explain.output.bins, track_model=TRACK_MODELS, allow_missing=True
        ),
        attribution=expand(
            rules.explain.output.attribution,
            track_model=TRACK_MODELS,
            allow_missing=True,
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
        **results_of("regulation.gather"),
    log:
        f"{WORK}/logs/{{sample}}/explained.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("regulation.gather"),
    script:
        "../../scripts/stage.py"
