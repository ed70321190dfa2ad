"""Inputs of all samples: the genes of the annotation, the weights of the models."""

from landfall.models.weights.integrity import LICENCE


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


def to_fetch():
    """The models whose weights are not there yet.

    Weights that are there are files of no rule. They lie outside the folder of the run, and Snakemake may wish to
    repeat a rule (a newer script, the metadata of another folder), deletes its files before, and meanwhile plans no
    job that reads them as ``ancient``. The processes of jobs find the rule whatever has been fetched since.
    """
    if not workflow.is_main_process:
        return MODELS
    return [name for name in MODELS if not (SETTINGS.weights(name) / LICENCE).exists()]


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
