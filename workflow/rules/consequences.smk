"""What the changed splice sites make of the mRNA and the protein."""


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
        f"{RESULTS}/{{sample}}/outcomes.parquet",
    log:
        f"{WORK}/logs/{{sample}}/consequences.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.splicing.outcomes"),
        settings=[str(SETTINGS.consequences), SETTINGS.maxentscan_off],
    script:
        "../scripts/consequences.py"
