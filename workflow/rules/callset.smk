"""What the call set looks like as a whole, for the reader who judges the sequencing."""


rule callset:
    input:
        alleles=rules.normalise.output.alleles,
    output:
        f"{RESULTS}/{{sample}}/callset.parquet",
    log:
        f"{WORK}/logs/{{sample}}/callset.log",
    conda:
        "../../envs/landfall.yaml"
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.variants.callset_metrics"),
        settings=SETTINGS.filter.pass_filters,
    script:
        "../scripts/callset.py"
