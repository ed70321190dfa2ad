"""Predicted outcomes of changed splice sites on mRNA and protein."""


rule consequences:
    input:
        scores=expand(rules.merge.output.scores, model=MODELS, allow_missing=True),
        probabilities=expand(
            rules.merge.output.probabilities, model=MODELS, allow_missing=True
        ),
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        maxentscan=maxentscan_files,
    output:
        **results_of("splicing.outcomes"),
    log:
        f"{WORK}/logs/{{sample}}/consequences.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("splicing.outcomes"),
    script:
        "../../scripts/stage.py"
