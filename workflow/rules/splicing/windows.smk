"""For each model, the window of each variant of any sample, or the reason why there is none."""


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
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("splicing.windows", splice_spec, network=False),
    script:
        "../../scripts/stage.py"
