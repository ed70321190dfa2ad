"""For each model, the sequence each variant of any sample is read in, or the reason why there is none."""


rule windows:
    input:
        variants=expand(rules.filter.output.variants, sample=SAMPLES),
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        windows=f"{WORK}/scoring/{{model}}/windows.parquet",
        placements=f"{WORK}/scoring/{{model}}/placements.parquet",
    log:
        f"{WORK}/logs/scoring/{{model}}.windows.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.splicing.windows"),
        model=lambda wildcards: str(splice_model(wildcards.model).facts),
        settings=lambda wildcards: str(SETTINGS.model(wildcards.model)),
    script:
        "../scripts/windows.py"
