"""The report, one self-contained HTML file."""


rule report:
    input:
        tables=result_files(in_report=True),
        probabilities=expand(
            rules.merge.output.probabilities, model=MODELS, allow_missing=True
        ),
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        provenance=rules.provenance.output[0],
    output:
        **results_of("report.report"),
    log:
        f"{WORK}/logs/{{sample}}/report.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("report.report"),
    script:
        "../../scripts/stage.py"
