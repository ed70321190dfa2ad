"""Inputs of all samples: the genes of the annotation, the weights of the models."""


rule genes:
    input:
        annotation=ANNOTATION,
        mane=mane_file,
        fasta=FASTA,
    output:
        transcripts=f"{WORK}/transcripts.parquet",
    log:
        f"{WORK}/logs/genes.log",
    conda:
        "../../../envs/landfall.yaml"
    params:
        **stage("inputs.genes"),
    script:
        "../../scripts/stage.py"


rule weights:
    output:
        licence=f"{RESOURCES}/weights/{{model}}/LICENCE.txt",
    log:
        f"{WORK}/logs/weights/{{model}}.log",
    localrule: True
    conda:
        "../../../envs/landfall.yaml"
    params:
        **stage("inputs.weights"),
        info=lambda wildcards: str(splice_spec(wildcards).info),
    script:
        "../../scripts/stage.py"
