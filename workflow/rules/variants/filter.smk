"""The variant filters: alleles that pass, and a decision on each other one."""


rule filter:
    input:
        alleles=rules.normalise.output.alleles,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        known=known_files,
        lists=sample_files("genes_file", "regions"),
        resolved=rules.resolve.output[0],
    output:
        variants=f"{WORK}/{{sample}}/variants.parquet",
        decisions=f"{WORK}/{{sample}}/filter.decisions.parquet",
    log:
        f"{WORK}/logs/{{sample}}/filter.log",
    conda:
        "../../../envs/landfall.yaml"
    threads: 2
    resources:
        **OTHER,
    params:
        **stage("variants.filter"),
        flank=availability.kept_flank(SETTINGS.filter.gene_flank, SETTINGS.regulation),
    script:
        "../../scripts/stage.py"
