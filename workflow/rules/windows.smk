"""For each model, the sequence each variant is read in, or the reason why there is none."""


rule windows:
    input:
        variants=rules.filter.output.variants,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        windows=f"{WORK}/{{sample}}/{{model}}/windows.parquet",
        placements=f"{WORK}/{{sample}}/{{model}}/placements.parquet",
    log:
        f"{WORK}/logs/{{sample}}/windows/{{model}}.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.windows"),
        settings=lambda wildcards: str(SETTINGS.model(wildcards.model)),
    script:
        "../scripts/windows.py"
