"""Changes since an earlier result of a patient, and the overview of all samples of a sheet."""


rule changes:
    input:
        prioritised=rules.prioritise.output.table,
        ledger=rules.ledger.output[0],
        provenance=rules.provenance.output[0],
        previous=previous_files,
    output:
        **results_of("report.changes"),
    log:
        f"{WORK}/logs/{{sample}}/changes.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("report.changes"),
    script:
        "../../scripts/stage.py"


rule cohort:
    input:
        prioritised=expand(rules.prioritise.output.table, sample=SAMPLES),
        changes=expand(rules.changes.output[0], sample=SAMPLES),
    output:
        page=report(
            f"{RESULTS}/cohort.html",
            caption="../../report/cohort.rst",
            category="All samples",
            labels={"result": "All samples"},
        ),
    log:
        f"{WORK}/logs/cohort.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("report.cohort"),
    script:
        "../../scripts/stage.py"
