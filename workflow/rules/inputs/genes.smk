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
    resources:
        **OTHER,
    params:
        **stage("inputs.genes"),
    script:
        "../../scripts/stage.py"


rule weights:
    output:
        licence=f"{RESOURCES}/weights/{{model}}/{LICENCE}",
    log:
        f"{WORK}/logs/weights/{{model}}.log",
    wildcard_constraints:
        model="|".join(to_fetch()) or "(?!)",
    localrule: True
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        stage="inputs.weights",
    script:
        "../../scripts/stage.py"
