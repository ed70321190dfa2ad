"""The samples whose input is at fault."""


rule refused:
    # It fails, after all others, so that a run without a sample of the sheet never ends with status 0.
    input:
        others=[*expand(result_files(), sample=SAMPLES), f"{RESULTS}/cohort.html"],
    output:
        never=f"{WORK}/{{sample}}/refused",
    log:
        f"{WORK}/logs/{{sample}}/refused.log",
    retries: 0
    localrule: True
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        faults=lambda wildcards: REFUSED[wildcards.sample],
    script:
        "../../scripts/refused.py"
