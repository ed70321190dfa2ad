"""Call set metrics, by which the quality of the sequencing is assessed."""


rule callset:
    input:
        alleles=rules.normalise.output.alleles,
    output:
        **results_of("variants.callset"),
    log:
        f"{WORK}/logs/{{sample}}/callset.log",
    conda:
        "../../../envs/landfall.yaml"
    resources:
        **OTHER,
    params:
        **stage("variants.callset"),
    script:
        "../../scripts/stage.py"
