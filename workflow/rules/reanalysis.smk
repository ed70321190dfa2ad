"""What changed since an earlier result of a patient, and the samples of a sheet side by side."""


rule changes:
    input:
        prioritised=rules.prioritise.output.table,
        ledger=rules.ledger.output[0],
        provenance=rules.provenance.output[0],
        previous=previous_files,
    output:
        f"{RESULTS}/{{sample}}/changes.parquet",
    log:
        f"{WORK}/logs/{{sample}}/changes.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.report.changes"),
        previous=lambda wildcards: str(sample_of(wildcards).previous),
    script:
        "../scripts/changes.py"


rule cohort:
    input:
        prioritised=expand(rules.prioritise.output.table, sample=SAMPLES),
        changes=expand(rules.changes.output[0], sample=SAMPLES),
    output:
        report(
            f"{RESULTS}/cohort.html",
            caption="../report/cohort.rst",
            category="All samples",
            labels={"result": "All samples"},
        ),
    log:
        f"{WORK}/logs/cohort.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.report.cohort"),
        samples=list(SAMPLES),
    script:
        "../scripts/cohort.py"
