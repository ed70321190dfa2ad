"""What the call set looks like as a whole, for the reader who judges the sequencing."""


rule callset:
    input:
        alleles=rules.normalise.output.alleles,
    output:
        **results_of("variants.callset"),
    log:
        f"{WORK}/logs/{{sample}}/callset.log",
    conda:
        "../../../envs/landfall.yaml"
    params:
        **stage("variants.callset"),
    script:
        "../../scripts/stage.py"
