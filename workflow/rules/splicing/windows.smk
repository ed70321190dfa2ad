"""For each model, the window of each variant of a sample, or the reason why there is none."""


rule windows:
    input:
        variants=rules.filter.output.variants,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
    output:
        windows=f"{WORK}/{{sample}}/{{model}}/windows.parquet",
        placements=f"{WORK}/{{sample}}/{{model}}/placements.parquet",
    log:
        f"{WORK}/logs/{{sample}}/scoring/{{model}}.windows.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("splicing.windows", splice_spec, network=False),
    script:
        "../../scripts/stage.py"
